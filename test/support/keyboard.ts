import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";

/** The most stops of the Tab key on a screen. */
const STOPS_MAX = 80;

/** Presses Tab until the element has the focus, as a user without a mouse does. */
export async function tabTo(page: Page, element: Locator): Promise<void> {
  await element.waitFor();
  for (let stops = 0; stops < STOPS_MAX; stops += 1) {
    await page.keyboard.press("Tab");
    if (await element.evaluate((node) => node === node.ownerDocument.activeElement)) return;
  }
  expect.fail(`Tab does not reach ${element}`);
}
