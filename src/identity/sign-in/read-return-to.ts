/** The first page of the console. */
const CONSOLE_PATH = "/console/";

/** An address of the console with many filters; a cookie carries it through the sign-in. */
const LENGTH_MAX = 1_500;

/** Stands for any host: a path that leads elsewhere shows it. */
const BASE = "https://console.invalid";

/**
 * The page of the console to which a person returns, whatever the address of the request contains. A link
 * must not lead through our sign-in to another site. Pure.
 */
export function readReturnTo(given: unknown): string {
  if (typeof given !== "string" || !URL.canParse(given, BASE)) return CONSOLE_PATH;
  const { origin, pathname, search, hash } = new URL(given, BASE);
  const path = `${pathname}${search}${hash}`;
  const isPage = origin === BASE && PAGE.test(pathname) && !OF_SIGN_IN.test(pathname);
  // Counted as the cookie contains it.
  return isPage && JSON.stringify(path).length <= LENGTH_MAX ? path : CONSOLE_PATH;
}

const PAGE = /^\/console(\/|$)/;

/** The sign-in would begin again. */
const OF_SIGN_IN = /^\/console\/(sign-in|signed-in|sign-out)(\/|$)/;
