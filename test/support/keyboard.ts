import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { eventually } from "./eventually.ts";

/** The most stops of the Tab key on a screen. */
const STOPS_MAX = 80;

/**
 * Presses Tab, or Shift and Tab, until the element has the focus, as a user without a mouse does. Fails if
 * that user would not see the focus there.
 */
export async function tabTo(page: Page, element: Locator): Promise<void> {
  await element.waitFor();
  for (let stops = 0; stops < STOPS_MAX; stops += 1) {
    const key = await element.evaluate((node) => {
      const { activeElement, defaultView } = node.ownerDocument;
      if (node === activeElement) return null;
      const isBefore =
        (activeElement?.compareDocumentPosition(node) ?? 0) &
        (defaultView?.Node.DOCUMENT_POSITION_PRECEDING ?? 0);
      return isBefore ? "Shift+Tab" : "Tab";
    });
    if (key === null) return expectSeen(element);
    await page.keyboard.press(key);
  }
  expect.fail(`Tab does not reach ${element}`);
}

/**
 * Presses a key on an element that Tab reaches, once the element is enabled. A disabled button can have the
 * focus too, because it explains why it waits.
 */
export async function pressOn(page: Page, element: Locator, key = "Enter"): Promise<void> {
  await tabTo(page, element);
  await eventually(() => element.isEnabled());
  await page.keyboard.press(key);
}

/** Types into a field that Tab reaches, in place of what it has. */
export async function typeInto(page: Page, field: Locator, text: string): Promise<void> {
  await tabTo(page, field);
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type(text);
}

/** Types a day into a field that Tab reaches: month, day and year, as the browser of the tests has them. */
export async function typeDay(
  page: Page,
  field: Locator,
  day: `${number}-${number}-${number}`,
): Promise<void> {
  await tabTo(page, field);
  for (const _part of ["year", "day"]) await page.keyboard.press("ArrowLeft");
  const [year, ...others] = day.split("-");
  await page.keyboard.type(`${others.join("")}${year}`);
}

/**
 * Goes to an option of a select that Tab reaches. Each option on the way is chosen for a moment, and another
 * language renames the label by which the select was found.
 */
export async function arrowTo(page: Page, select: Locator, label: string): Promise<void> {
  await tabTo(page, select);
  const element = (await select.elementHandle()) ?? expect.fail(`${select} is gone`);
  for (;;) {
    const steps = await element.evaluate((node, wanted) => {
      const { options, selectedIndex } = node as HTMLSelectElement;
      const place = [...options].findIndex(({ text }) => text === wanted);
      return place < 0 ? null : place - selectedIndex;
    }, label);
    if (steps === null) expect.fail(`${select} has no option ${label}`);
    if (steps === 0) return;
    await page.keyboard.press(steps > 0 ? "ArrowDown" : "ArrowUp");
  }
}

/**
 * Whether the focus is inside the window, not covered by a sticky header, and has a frame (WCAG 2.4.7 and
 * 2.4.11).
 */
async function expectSeen(element: Locator): Promise<void> {
  const seen = await element.evaluate((node) => {
    const { ownerDocument: document } = node;
    const { left, top, width, height } = node.getClientRects()[0] ?? node.getBoundingClientRect();
    const onTop = document.elementFromPoint(left + width / 2, top + height / 2);
    const { outlineStyle } = getComputedStyle(node);
    return {
      isOnTop: onTop !== null && (node.contains(onTop) || onTop.contains(node)),
      hasFrame: outlineStyle !== "none",
    };
  });
  expect(seen, `the focus on ${element}`).toEqual({ isOnTop: true, hasFrame: true });
}
