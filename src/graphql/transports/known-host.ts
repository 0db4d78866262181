import type { IncomingMessage } from "node:http";
import type { Reach } from "../../config/reach.ts";

type HostedRequest = Pick<IncomingMessage, "url" | "headers" | "headersDistinct">;

/** Whether a request names a host that this process serves. */
export type IsKnownHost = (request: HostedRequest) => boolean;

/** In upper or lower case: `HOST` may be written in either. */
const LOOPBACK_NAME = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

/**
 * On loopback, the server accepts only loopback names, the host of the public URL and the allowed hosts. A
 * foreign page can resolve its own name to 127.0.0.1 (DNS rebinding). The browser then treats our server as
 * same-origin, and only `Host` reveals the name. `X-Forwarded-Host` never counts, because such a page can set
 * it. On any other interface each request needs a token, which such a page does not have. So any host is
 * accepted there, because gateways and probes use names of their own, unless the operator lists names.
 */
export function createIsKnownHost({
  host,
  publicUrl,
  allowedHosts,
}: Pick<Reach, "host" | "publicUrl" | "allowedHosts">): IsKnownHost {
  const isLoopback = LOOPBACK_NAME.test(host.includes(":") ? `[${host.replace(/^\[|\]$/g, "")}]` : host);
  if (!isLoopback && allowedHosts.length === 0) return () => true;
  const names = new Set(allowedHosts);
  const publicName = publicUrl && hostnameOf(new URL(publicUrl).host);
  if (publicName) names.add(publicName);
  const isKnownName = (name: string): boolean => LOOPBACK_NAME.test(name) || names.has(name);
  return (request) => namedHosts(request).every((name) => name !== null && isKnownName(name));
}

/** Whether the request has at most one `Host`, in a form that a URL can contain (RFC 9112, section 3.2). */
export const hasReadableHost = (request: HostedRequest): boolean =>
  (request.headersDistinct.host ?? []).length <= 1 && !namedHosts(request).includes(null);

/** The host of the header and of an absolute-form target; null if unreadable. HTTP/1.0 may have none. */
function namedHosts({ headers, url = "" }: HostedRequest): (string | null)[] {
  const fromHeader = headers.host === undefined ? [] : [hostnameOf(headers.host)];
  const absolute = /^[a-z][a-z\d+.-]*:\/\/([^/?#]*)/i.exec(url);
  return absolute ? [...fromHeader, hostnameOf(absolute[1] ?? "")] : fromHeader;
}

function hostnameOf(host: string): string | null {
  const url = `http://${host}`;
  if (!URL.canParse(url)) return null;
  const { hostname, username, pathname, search, hash } = new URL(url);
  if (username !== "" || pathname !== "/" || search !== "" || hash !== "") return null;
  // "localhost." is the fully qualified form of the same name.
  return hostname.replace(/\.$/, "");
}
