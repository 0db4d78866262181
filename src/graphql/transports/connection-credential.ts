import type { IncomingMessage } from "node:http";
import type { Credential, PresentedSession, Viewer } from "../../access/viewer.ts";
import { GATEWAY_SECRET_HEADER } from "../operation/gateway-secret.ts";

/** What identifies a client: its own credential, and the secret of its gateway. */
export type Presented = Credential & { readonly gatewaySecret: string | undefined };

/** The viewer of a connection, and whether it presents a secret of the gateway. */
export type Sender = {
  readonly viewer: Viewer;
  readonly isGateway: boolean;
  /** The session that identified the viewer. Sockets have none: pages cannot add a header to them. */
  readonly session?: PresentedSession | undefined;
};

/**
 * Node keeps the first of two `Authorization` headers, and a proxy may have checked the last. Together they
 * are not a valid credential, so such a request is refused.
 */
export const presentedBy = ({ headers, headersDistinct }: IncomingMessage): Presented => ({
  authorization: headers.authorization && headersDistinct.authorization?.join(", "),
  gatewaySecret: textOf(headers[GATEWAY_SECRET_HEADER]),
});

/**
 * What a `connection_init` presents. Clients put `authorization` into the payload, in any case, or into
 * `headers` in it, as gateways do that forward the headers of their clients. The headers of the upgrade
 * count for what the payload omits: Apollo Router and Cosmo Router send theirs there.
 */
export function presentedByInit(payload: unknown, upgrade: Presented | undefined): Presented {
  const fields = lowerCased(payload);
  const nested = lowerCased(fields.get("headers"));
  const find = (name: string): string | undefined => textOf(fields.get(name) ?? nested.get(name));
  return {
    authorization: find("authorization") ?? upgrade?.authorization,
    gatewaySecret: find(GATEWAY_SECRET_HEADER) ?? upgrade?.gatewaySecret,
  };
}

function lowerCased(value: unknown): ReadonlyMap<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return new Map();
  return new Map(Object.entries(value).map(([name, field]) => [name.toLowerCase(), field]));
}

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
