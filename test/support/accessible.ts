import { appendFile, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { eventually } from "./eventually.ts";
import { picture, screenshot } from "./screenshots.ts";

const AXE = readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const RULES = {
  type: "tag",
  values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
};

/** The rules that depend on the theme. */
const COLOURS = { type: "rule", values: ["color-contrast"] };

type Violation = {
  readonly id: string;
  readonly help: string;
  readonly nodes: { readonly html: string; readonly failureSummary: string }[];
};

/** The same elements with other words or colours. Use all looks when you change a screen. */
export const looksAtAll = ["all", "pictures"].includes(process.env.LOOKS ?? "");

/** Fails if axe finds a violation of WCAG 2.2 AA on the page as it is; with `LOOKS=all` in all its looks. */
export async function expectAccessible(page: Page): Promise<void> {
  if (!looksAtAll) return expectNoViolation(page, RULES);
  const first = await languageOf(page);
  const other = first === "en" ? "de" : "en";
  // A change of language takes the focus from a dialog, where the test continues. `looks.pg.test.ts` opens
  // each in both languages.
  const hasDialog = (await page.locator("[role=dialog], [role=alertdialog]").count()) > 0;
  for (const language of hasDialog ? [first] : [first, other]) {
    await speak(page, language);
    await expectAccessibleInBothThemes(page);
  }
  await speak(page, first);
}

/** A laptop and a phone. */
const NARROW = 380;
const WIDTHS = [1_280, NARROW] as const;

/** A tablet, a laptop at 200 %, and the narrowest window that must not scroll sideways (WCAG 1.4.10). */
const OTHER_WIDTHS = [820, 640, 320] as const;

/** In both themes, in a wide and in a narrow window. With `LOOKS=pictures` also writes a picture of each. */
export async function expectAccessibleAtEachWidth(page: Page, name: string): Promise<void> {
  const height = page.viewportSize()?.height ?? 0;
  const language = await languageOf(page);
  for (const width of [...OTHER_WIDTHS, ...WIDTHS]) {
    await page.setViewportSize({ width, height });
    await page.evaluate(PAINTED);
    expect.soft(await page.evaluate("document.documentElement.scrollWidth"), `${width} px`).toBe(width);
    expect.soft(await page.evaluate(SIDEWAYS), `what scrolls sideways at ${width} px`).toEqual([]);
    if (!WIDTHS.some((one) => one === width)) continue;
    for (const [theme, ofTheme] of THEMES) {
      // A narrow window has the same elements in each language, and the same words as a wide one.
      const rules = width === NARROW && language !== "en" ? COLOURS : ofTheme;
      await page.emulateMedia({ colorScheme: theme });
      await page.evaluate(PAINTED);
      await picture(page, `${name} ${language} ${width} ${theme}`);
      await expectNoViolation(page, rules);
    }
  }
}

/** In light and in dark, where only colours differ. With a name also takes screenshots of both. */
export async function expectAccessibleInBothThemes(page: Page, name?: string): Promise<void> {
  const before = await page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches");
  for (const [theme, rules] of THEMES) {
    await page.emulateMedia({ colorScheme: theme });
    await page.evaluate(PAINTED);
    await expectNoViolation(page, rules);
    if (name) await screenshot(page, `${name}-${theme}`);
  }
  await page.emulateMedia({ colorScheme: before ? "dark" : "light" });
}

/** Panels and dialogs must not scroll sideways; rows of links, tables and trees may. */
const SIDEWAYS = `[...document.querySelectorAll("body *")]
  .filter((one) => /auto|scroll/.test(getComputedStyle(one).overflowX) && one.scrollWidth > one.clientWidth)
  .filter((one) => !one.matches("nav, section, [role=grid], [role=treegrid]"))
  .map((one) => one.outerHTML.slice(0, 200))`;

const THEMES = [
  ["light", RULES],
  ["dark", COLOURS],
] as const;

/** Before that, axe would see colours of both themes. */
const PAINTED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))";

const languageOf = (page: Page): Promise<string> => page.evaluate("document.documentElement.lang");

/** Works like the settings of the page, and keeps what the user has typed. */
async function speak(page: Page, language: string): Promise<void> {
  if ((await languageOf(page)) === language) return;
  await page.evaluate(`{
    const select = [...document.querySelectorAll("header select")].find(({ value }) => /^(en|de)$/.test(value));
    Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, "value").set.call(select, "${language}");
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }`);
  await page.locator(`html[lang="${language}"]`).waitFor({ state: "attached" });
  // React hides the screen until its texts have loaded.
  await eventually(() =>
    page.evaluate(
      '![...document.querySelectorAll("main *, [role=dialog]")].some(({ style }) => style.display === "none")',
    ),
  );
  // Parts that wait for the service reappear a moment later.
  await page.locator("h1").first().waitFor();
}

/**
 * Below the top, the header covers elements that the user has scrolled past, and axe would report them as
 * targets that are too small. A focused element must not be covered: `keyboard.ts` checks that.
 */
const TO_TOP = "[scrollY, scrollTo(0, 0)][0]";

/** With `LOOKS=all`: the looks that axe has checked, one in each line. */
const SEEN = "dist/looks.tsv";

async function expectNoViolation(page: Page, runOnly: object): Promise<void> {
  // Runs through the debugger, which the content policy does not restrict.
  const session = await page.context().newCDPSession(page);
  if (!(await page.evaluate("'axe' in window")))
    await session.send("Runtime.evaluate", { expression: await AXE });
  const place: number = await page.evaluate(TO_TOP);
  const { result } = await session.send("Runtime.evaluate", {
    expression: `axe.run(document, { resultTypes: ["violations"], runOnly: ${JSON.stringify(runOnly)} }).then(({ violations }) => JSON.stringify(violations))`,
    awaitPromise: true,
    returnByValue: true,
  });
  await session.detach();
  await page.evaluate(`scrollTo(0, ${place})`);
  const violations: Violation[] = JSON.parse(String(result.value));
  const found = violations.map(({ id, help, nodes }) => ({
    id,
    help,
    nodes: nodes.slice(0, 3).map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary}`),
  }));
  if (looksAtAll) await appendFile(SEEN, `${(await lookOf(page, found.length)).join("\t")}\n`);
  expect(found, page.url()).toEqual([]);
}

const lookOf = async (page: Page, violations: number): Promise<readonly unknown[]> => [
  new URL(page.url()).pathname + new URL(page.url()).search,
  await languageOf(page),
  await page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'"),
  page.viewportSize()?.width,
  violations,
  expect.getState().currentTestName,
];
