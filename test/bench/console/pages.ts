import type { Browser, Page } from "playwright-core";

/** The window of a laptop. */
const VIEWPORT = { width: 1_280, height: 800 };

/** The console of a service, in a browser. */
export type ConsoleUnderTest = {
  readonly browser: Browser;
  /** Such as `http://127.0.0.1:4000/console`. */
  readonly address: string;
};

/** An empty profile: its pages load each file from the service, until the profile has it. */
export async function withProfile<Result>(
  { browser }: ConsoleUnderTest,
  use: (openPage: (...scripts: readonly string[]) => Promise<Page>) => Promise<Result>,
): Promise<Result> {
  const profile = await browser.newContext({
    viewport: VIEWPORT,
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    colorScheme: "light",
  });
  // No time limit: a slow machine takes longer, and the bench shows that.
  profile.setDefaultTimeout(0);
  try {
    return await use(async (...scripts) => {
      const page = await profile.newPage();
      for (const content of scripts) await page.addInitScript({ content });
      return page;
    });
  } finally {
    await profile.close();
  }
}
