import { existsSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { expectAccessible, expectAccessibleInBothThemes, looksAtAll } from "./accessible.ts";
import { isBrowserInstalled, openBrowser } from "./browser.ts";
import { type Lent, openProfiles } from "./profiles.ts";
import { screenshot } from "./screenshots.ts";

/** Where `npm run build` leaves the console; `npm test` builds first. */
const BUILT = "dist/console/index.html";

/** Whether a page of the console can be opened here. If not, files skip their tests and report it. */
export const canOpenConsole = isBrowserInstalled && existsSync(BUILT);
if (!canOpenConsole)
  console.warn(
    isBrowserInstalled
      ? `${BUILT} is missing: run \`npm run build\`; tests of the console are skipped`
      : "Chromium is not installed: tests of the console are skipped",
  );

export type Look = {
  readonly theme?: "light" | "dark";
  readonly language?: "en" | "de";
  /** Of the browser; Europe/Berlin without one. */
  readonly timeZone?: string;
  readonly width?: number;
  readonly height?: number;
  /** A credential for each request to the service, as a proxy adds it. */
  readonly authorization?: string;
  /** Data of the service that the profile already has. */
  readonly cookies?: ReadonlyMap<string, string>;
  /** Failures that the test causes on purpose. */
  readonly allowed?: RegExp;
  /** For a page with a clock of its own, which no later test can undo. */
  readonly isUsedOnce?: boolean;
};

export type Console = {
  /** A new page with an empty profile, at an address below `/console`, such as `/people/1`. */
  open(address: string, look?: Look): Promise<Page>;
  /** Goes to another screen as a link does: the page stays loaded. */
  go(page: Page, address: string): Promise<void>;
  /** Fails if axe finds a violation of WCAG 2.2 AA on the page as it is; `LOOKS=all`: in all its looks. */
  expectAccessible(page: Page): Promise<void>;
  /** The same for a state that looks like another one: only with `LOOKS=all`. */
  expectAccessibleAlike(page: Page): Promise<void>;
  /** The same in light and in dark, where only colours differ. With a name also takes screenshots of both. */
  expectAccessibleInBothThemes(page: Page, name?: string): Promise<void>;
  /**
   * Runs axe in both themes, and with `LOOKS=all` in both languages, as soon as `ready` resolves. One page
   * opens all addresses in turn.
   */
  expectAccessibleInAllLooks(
    addresses: string | readonly string[],
    ready: (page: Page, address: string) => Promise<unknown>,
  ): Promise<void>;
  /** Does nothing unless `SCREENS=1`: then writes `test/console/screens/<name>.webp`. */
  screenshot(page: Page, name: string): Promise<void>;
};

/** Exceptions to the rule for the pages of a file, such as a foreign sign-in. */
type Allowed = {
  /** Other hosts. */
  readonly origins?: () => readonly string[];
  /** Errors of the browser's console. */
  readonly errors?: RegExp;
};

/**
 * One browser for the tests of a file. After each test, no page may have met an error in its console, a
 * violation of the content policy, or a request to another host.
 */
export function useConsole(urlOf: () => string, allowed: Allowed = {}): Console {
  let browser: Browser | undefined;
  const profiles = openProfiles(
    () => browser!,
    () => `${urlOf()}/health`,
  );
  const lent = new Map<Page, Lent>();
  let troubles: string[] = [];
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());
  afterEach(async ({ task }) => {
    const hasPassed = task.result?.state !== "fail";
    const used = [...lent.values()];
    lent.clear();
    for (const { release } of used) await release(hasPassed);
    const met = troubles;
    troubles = [];
    expect(met).toEqual([]);
  });

  const open = async (address: string, look: Look = {}): Promise<Page> => {
    const { theme = "light", language = "en", width = 1_280, height = 800, authorization } = look;
    const profile = await profiles.lend({
      profile: {
        locale: language === "de" ? "de-DE" : "en-GB",
        timezoneId: look.timeZone ?? "Europe/Berlin",
        reducedMotion: "reduce",
        ...(authorization && { extraHTTPHeaders: { authorization } }),
      },
      viewport: { width, height },
      colorScheme: theme,
      isKept: !look.isUsedOnce,
    });
    const { page } = profile;
    lent.set(page, profile);
    const report = (trouble: string): void => {
      if (![allowed.errors, look.allowed].some((pattern) => pattern?.test(trouble))) troubles.push(trouble);
    };
    const origins = [urlOf(), ...(allowed.origins?.() ?? [])];
    watch(page, origins, report);
    // Also the tabs that the page opens.
    page.context().on("page", (other) => watch(other, origins, report));
    await page
      .context()
      .addCookies([...(look.cookies ?? [])].map(([name, value]) => cookieOf(urlOf(), name, value)));
    await page.goto(`${urlOf()}/console${address}`);
    return page;
  };
  return {
    open,
    go,
    expectAccessible,
    expectAccessibleAlike: async (page) => {
      if (looksAtAll) await expectAccessible(page);
    },
    expectAccessibleInBothThemes,
    async expectAccessibleInAllLooks(addresses, ready) {
      const [first = "", ...others] = [addresses].flat();
      for (const language of LANGUAGES) {
        const page = await open(first, { language });
        for (const address of [first, ...others]) {
          if (address !== first) await go(page, address);
          await ready(page, address);
          await expectAccessibleInBothThemes(page);
        }
        await lent.get(page)?.release(true);
        lent.delete(page);
      }
    },
    screenshot,
  };
}

const cookieOf = (url: string, name: string, value: string) =>
  ({
    name,
    value,
    domain: new URL(url).hostname,
    path: "/",
    httpOnly: true,
    secure: true,
    sameSite: "Lax",
  }) as const;

async function go(page: Page, address: string): Promise<void> {
  const { pathname } = new URL(page.url());
  const heading = await page.locator("h1").elementHandle();
  await page.evaluate(`history.pushState(null, "", ${JSON.stringify(`/console${address}`)})`);
  // The previous screen stays until the code of the next one has loaded.
  if (pathname !== new URL(page.url()).pathname) await heading?.waitForElementState("hidden");
}

/** Chromium reports violations of the content policy as errors of its console. */
function watch(page: Page, origins: readonly string[], report: (trouble: string) => void): void {
  page.on("pageerror", (error) => report(`exception: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning")
      report(`console: ${message.text()} (${message.location().url})`);
  });
  page.on("request", (request) => {
    const { origin } = new URL(request.url());
    if (!origins.some((url) => new URL(url).origin === origin)) report(`foreign request: ${request.url()}`);
  });
}

/** The same elements with other words. Check both languages when you change a screen. */
const LANGUAGES = looksAtAll ? (["en", "de"] as const) : (["en"] as const);
