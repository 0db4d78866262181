import type { IncomingHttpHeaders } from "node:http";

/**
 * Whether a page of another site asks. A browser sends its user's cookies and network place along, whichever page it is: only our own
 * pages may. Programs send no origin.
 */
export function isForeignPage({ origin, host }: IncomingHttpHeaders, publicUrl: string | undefined): boolean {
  if (origin === undefined) return false;
  if (!URL.canParse(origin)) return true;
  return new URL(origin).host !== host && origin !== (publicUrl && new URL(publicUrl).origin);
}
