import type { IncomingHttpHeaders } from "node:http";
import type { PresentedSession } from "../../access/viewer.ts";

/** Browsers send it only over https and to loopback addresses, and only to this host. */
export const SESSION_COOKIE = "__Host-people_session";

/** The header of the console's requests. Another site needs a preflight to set it, which is refused. */
const CONSOLE_HEADER = "x-people-console";

/** A user's action, or a timer of the page: an unattended page must not keep its session alive. */
const BY_PERSON = "1";
const BY_TIMER = "timer";

/**
 * The session that a request presents. Browsers add cookies to requests of every site. So a cookie counts
 * only with a header of ours, JSON as the content type, and our own origin. Without a permission of ours,
 * another site can send none of the three (E8).
 */
export function sessionOf(headers: IncomingHttpHeaders, ownOrigin: string): PresentedSession | undefined {
  const cookie = readCookie(headers.cookie, SESSION_COOKIE);
  if (cookie === null) return undefined;
  const by = headers[CONSOLE_HEADER];
  const isOwnPage =
    (by === BY_PERSON || by === BY_TIMER) && isJson(headers["content-type"]) && headers.origin === ownOrigin;
  return { cookie, isOwnPage, isRecheck: by === BY_TIMER };
}

const isJson = (contentType = ""): boolean => /^application\/json *(;|$)/i.test(contentType);

/** Null without the cookie, and with two cookies of the name, because either could be the right one. */
export function readCookie(header: string | undefined, name: string): string | null {
  const values = (header ?? "")
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  return values.length === 1 && values[0] !== "" ? (values[0] ?? null) : null;
}

type CookieOptions = {
  readonly sameSite: "Strict" | "Lax";
  /** Without it, the cookie ends with the browser. */
  readonly maxAgeSeconds?: number;
};

/** `__Host-` binds a cookie to this host, to every path and to https; scripts cannot read it. */
export function cookieText(name: string, value: string, { sameSite, maxAgeSeconds }: CookieOptions): string {
  const age = maxAgeSeconds === undefined ? [] : [`Max-Age=${maxAgeSeconds}`];
  return [`${name}=${value}`, "Path=/", ...age, "HttpOnly", "Secure", `SameSite=${sameSite}`].join("; ");
}

export const endedCookie = (name: string, sameSite: CookieOptions["sameSite"]): string =>
  cookieText(name, "", { sameSite, maxAgeSeconds: 0 });
