import type { IncomingMessage } from "node:http";

type HostedRequest = Pick<IncomingMessage, "url" | "headers" | "headersDistinct">;

/** Whether a request names a host that this process serves. */
export type IsKnownHost = (request: HostedRequest) => boolean;

/** In any case, as HOST may be written. */
const LOOPBACK_NAME = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

/**
 * On loopback, the process answers to loopback names and to the host of the public URL only. A page elsewhere can point a name
 * of its own at 127.0.0.1 (DNS rebinding): a browser takes that for the page's own site, and only `Host` shows it.
 * `X-Forwarded-Host` never counts, because such a page can set it. On any other interface a proxy may use any name.
 */
export function createIsKnownHost(listening: { host: string; publicUrl: string | undefined }): IsKnownHost {
  const publicName = listening.publicUrl && hostnameOf(new URL(listening.publicUrl).host);
  const { host } = listening;
  if (!LOOPBACK_NAME.test(host.includes(":") ? `[${host.replace(/^\[|\]$/g, "")}]` : host)) return () => true;
  const isKnownName = (name: string): boolean => LOOPBACK_NAME.test(name) || name === publicName;
  return (request) => namedHosts(request).every((name) => name !== null && isKnownName(name));
}

/** Whether the request names its host at most once and in a form that a URL can have (RFC 9112, section 3.2). */
export const hasReadableHost = (request: HostedRequest): boolean =>
  (request.headersDistinct.host ?? []).length <= 1 && !namedHosts(request).includes(null);

/** The host of the header, and that of an absolute-form target. HTTP/1.0 names none; null stands for an unreadable one. */
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
  // "localhost." is the same name, written in full.
  return hostname.replace(/\.$/, "");
}
