import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/**
 * Debian's Chromium: playwright's own download of a browser is not needed. The shell without windows takes
 * half of the CPU time. `CHROME_PATH` names another browser.
 */
const CHROMIUM = [
  process.env.CHROME_PATH ?? "",
  "/usr/bin/chromium-headless-shell",
  "/usr/bin/chromium",
].find(existsSync);

/** Without it, tests in a browser are skipped. `.ci/run` installs it. */
export const isBrowserInstalled = CHROMIUM !== undefined;

type BrowserOptions = {
  /** The options of a real user's browser: scrollbars, and code that becomes faster while a page is open. */
  readonly isMeasured?: boolean;
};

/**
 * The page of a test lives for a second. In that time, compiling its functions to machine code costs more
 * than it saves, and so does garbage collection.
 */
const SHORT_LIVED =
  "--no-maglev --no-turbofan --no-flush-bytecode --min-semi-space-size=32 --single-threaded-gc";

/** A headless browser with an empty profile, which connects to nothing but the pages under test. */
export const openBrowser = ({ isMeasured = false }: BrowserOptions = {}): Promise<Browser> =>
  chromium.launch({
    ...(CHROMIUM && { executablePath: CHROMIUM }),
    ...(isMeasured && { ignoreDefaultArgs: ["--hide-scrollbars"] }),
    args: [
      // The tests may run as root, which Chromium's own sandbox refuses.
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...(isMeasured ? [] : [`--js-flags=${SHORT_LIVED}`]),
    ],
  });
