import type { IncomingHttpHeaders } from "node:http";

/**
 * Whether a page of another origin sent the request. Browsers let any page use the cookies and the network of
 * its user, so only our own pages may subscribe. Programs send no `Origin`.
 */
export function isCrossOrigin({ origin, host }: IncomingHttpHeaders, publicUrl: string | undefined): boolean {
  if (origin === undefined) return false;
  if (!URL.canParse(origin)) return true;
  const { protocol, host: originHost } = new URL(origin);
  return originHost !== asOriginHost(protocol, host) && origin !== (publicUrl && new URL(publicUrl).origin);
}

/** The host in the form that `Origin` uses: in lower case, and without the default port of the protocol. */
function asOriginHost(protocol: string, host: string | undefined): string | null {
  const url = `${protocol}//${host}`;
  return host !== undefined && URL.canParse(url) ? new URL(url).host : null;
}
