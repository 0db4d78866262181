import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/**
 * Debian's Chromium: playwright's own download of a browser is not needed. The shell without windows takes
 * half of the CPU time.
 */
const CHROMIUM = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"].find(existsSync);

/** Without it, tests in a browser are skipped. `.ci/run` installs it. */
export const isBrowserInstalled = CHROMIUM !== undefined;

type BrowserOptions = {
  /** Headless, Chromium has none: then a page has a little more room, and no scrollbar to drag. */
  readonly hasScrollbars?: boolean;
};

/** A headless browser with an empty profile, which connects to nothing but the pages under test. */
export const openBrowser = ({ hasScrollbars = false }: BrowserOptions = {}): Promise<Browser> =>
  chromium.launch({
    ...(CHROMIUM && { executablePath: CHROMIUM }),
    ...(hasScrollbars && { ignoreDefaultArgs: ["--hide-scrollbars"] }),
    args: [
      // The tests may run as root, which Chromium's own sandbox refuses.
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
