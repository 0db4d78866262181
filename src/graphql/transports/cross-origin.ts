import type { IncomingHttpHeaders } from "node:http";
import type { Reach } from "../../config/reach.ts";

/** Whether a page of an origin that is not allowed sent the request. */
export type IsCrossOrigin = (headers: IncomingHttpHeaders) => boolean;

type TrustedPages = Pick<Reach, "publicUrl" | "allowedOrigins">;

/** The origins, besides that of the address itself, whose pages may use the graph. */
export const originsOf = ({ publicUrl, allowedOrigins }: TrustedPages): ReadonlySet<string> =>
  new Set([...(publicUrl === undefined ? [] : [new URL(publicUrl).origin]), ...allowedOrigins]);

/**
 * Browsers let any page use the network of its user, and open sockets and streams without asking the server
 * first. So only our own pages and those of allowed origins may subscribe. Programs send no `Origin`.
 */
export function createIsCrossOrigin(reach: TrustedPages): IsCrossOrigin {
  const allowed = originsOf(reach);
  return ({ origin, host }) => {
    if (origin === undefined || allowed.has(origin)) return false;
    if (!URL.canParse(origin)) return true;
    const { protocol, host: originHost } = new URL(origin);
    return originHost !== asOriginHost(protocol, host);
  };
}

/** The host in the form that `Origin` uses: in lower case, and without the default port of the protocol. */
function asOriginHost(protocol: string, host: string | undefined): string | null {
  const url = `${protocol}//${host}`;
  return host !== undefined && URL.canParse(url) ? new URL(url).host : null;
}
