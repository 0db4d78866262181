import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { screenshot } from "./screenshots.ts";

const AXE = readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const RULES = {
  type: "tag",
  values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
};

/** All that another theme changes. */
const COLOURS = { type: "rule", values: ["color-contrast"] };

type Violation = {
  readonly id: string;
  readonly help: string;
  readonly nodes: { readonly html: string; readonly failureSummary: string }[];
};

/** Fails if axe finds a violation of WCAG 2.2 AA on the page as it is. */
export const expectAccessible = (page: Page): Promise<void> => expectNoViolation(page, RULES);

/** The same in light and in dark, where only colours differ. With a name also takes screenshots of both. */
export async function expectAccessibleInBothThemes(page: Page, name?: string): Promise<void> {
  for (const [theme, rules] of [
    ["light", RULES],
    ["dark", COLOURS],
  ] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await page.evaluate(PAINTED);
    await expectNoViolation(page, rules);
    if (name) await screenshot(page, `${name}-${theme}`);
  }
  await page.emulateMedia({ colorScheme: "light" });
}

/** Until then, axe meets colours of both themes. */
const PAINTED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))";

async function expectNoViolation(page: Page, runOnly: object): Promise<void> {
  // Through the debugger, which no content policy stops.
  const session = await page.context().newCDPSession(page);
  if (!(await page.evaluate("'axe' in window")))
    await session.send("Runtime.evaluate", { expression: await AXE });
  const { result } = await session.send("Runtime.evaluate", {
    expression: `axe.run(document, { resultTypes: ["violations"], runOnly: ${JSON.stringify(runOnly)} }).then(({ violations }) => JSON.stringify(violations))`,
    awaitPromise: true,
    returnByValue: true,
  });
  await session.detach();
  const violations: Violation[] = JSON.parse(String(result.value));
  const found = violations.map(({ id, help, nodes }) => ({
    id,
    help,
    nodes: nodes.slice(0, 3).map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary}`),
  }));
  expect(found, page.url()).toEqual([]);
}
