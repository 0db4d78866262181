import type { IncomingHttpHeaders } from "node:http";

/**
 * Whether a page of another site asks. A browser sends its user's cookies and network place along, whichever page it is: only our own
 * pages may. Programs send no origin.
 */
export function isForeignPage({ origin, host }: IncomingHttpHeaders, publicUrl: string | undefined): boolean {
  if (origin === undefined) return false;
  if (!URL.canParse(origin)) return true;
  const { protocol, host: asking } = new URL(origin);
  return asking !== asWritten(protocol, host) && origin !== (publicUrl && new URL(publicUrl).origin);
}

/** The host as an origin writes it: in lower case, and without the protocol's own port. */
function asWritten(protocol: string, host: string | undefined): string | null {
  const url = `${protocol}//${host}`;
  return host !== undefined && URL.canParse(url) ? new URL(url).host : null;
}
