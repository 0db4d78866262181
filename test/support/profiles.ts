import type { Browser, BrowserContextOptions, Page } from "playwright-core";

/** A page that one test at a time uses. */
export type Lent = {
  readonly page: Page;
  /** Ends what the test has begun and deletes what it has stored. Without `keep`, also closes the page. */
  release(keep: boolean): Promise<void>;
};

type Wanted = {
  /** What cannot change while a profile is open. */
  readonly profile: BrowserContextOptions;
  readonly viewport: { readonly width: number; readonly height: number };
  readonly colorScheme: "light" | "dark";
  /** Whether a later test may have the page. */
  readonly isKept: boolean;
};

export type Profiles = {
  /** A page in a profile that no other test uses now, and in which no test has left anything. */
  lend(wanted: Wanted): Promise<Lent>;
};

/**
 * Lends pages of earlier tests. Their process keeps its loaded and compiled code, which takes more than half
 * of the CPU time of a new page in a new profile.
 * @param homeOf an address of the service that has no script: a page waits there for its next test.
 */
export function openProfiles(browserOf: () => Browser, homeOf: () => string): Profiles {
  /** By the options of the profile. */
  const free = new Map<string, Page[]>();
  return {
    async lend({ profile, viewport, colorScheme, isKept }) {
      const key = JSON.stringify(profile);
      const waiting = isKept ? free.get(key)?.pop() : undefined;
      const page = waiting ?? (await openPage(browserOf(), profile));
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      return {
        page,
        async release(keep) {
          if (!keep || !isKept || !(await forgetTest(page, homeOf()))) return page.context().close();
          free.set(key, [...(free.get(key) ?? []), page]);
        },
      };
    },
  };
}

async function openPage(browser: Browser, options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext(options);
  // No time limit, as in all tests: a slow machine must not fail them.
  context.setDefaultTimeout(0);
  return context.newPage();
}

/** What tests listen to. Playwright's own listeners stay. */
const HEARD = ["console", "pageerror", "request", "requestfailed", "response", "popup", "download"];

/**
 * Makes the page like new, without the other tabs, routes, storage and cookies of its profile. Returns
 * whether that succeeded.
 */
async function forgetTest(page: Page, home: string): Promise<boolean> {
  const context = page.context();
  for (const other of context.pages()) if (other !== page) await other.close();
  if (page.isClosed()) return false;
  context.removeAllListeners("page");
  for (const event of HEARD) page.removeAllListeners(event);
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await context.setOffline(false);
  await page.goto(home);
  await page.evaluate("localStorage.clear(), sessionStorage.clear()");
  await context.clearCookies();
  await page.mouse.move(0, 0);
  return true;
}
