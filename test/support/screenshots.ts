import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";

const SCREENS = "test/console/screens";

/** A page that only a screenshot needs is opened only with `SCREENS=1`. */
export const takesScreenshots = process.env.SCREENS === "1";

/** Small enough to keep beside the code. */
const SCREEN_BYTES_MAX = 60_000;

/** Does nothing unless `SCREENS=1`: then writes `test/console/screens/<name>.webp`. */
export async function screenshot(page: Page, name: string): Promise<void> {
  if (!takesScreenshots) return;
  await page.getByText("Loading …", { exact: true }).first().waitFor({ state: "detached" });
  await mkdir(SCREENS, { recursive: true });
  const session = await page.context().newCDPSession(page);
  for (const quality of [80, 60, 40]) {
    const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality });
    const bytes = Buffer.from(data, "base64");
    if (bytes.length > SCREEN_BYTES_MAX && quality > 40) continue;
    await writeFile(join(SCREENS, `${name}.webp`), bytes);
    break;
  }
  await session.detach();
}

/** Pictures for a look, which are not committed. A longer page is cut at this height. */
const PICTURES = "dist/looks";
const PICTURE_HEIGHT_MAX = 1_800;

/** Only with `LOOKS=pictures`: writes `dist/looks/<name>.jpeg`, of the page down to its end. */
export async function picture(page: Page, name: string): Promise<void> {
  if (process.env.LOOKS !== "pictures") return;
  const size = page.viewportSize();
  const end: number = await page.evaluate("document.documentElement.scrollHeight");
  if (size) await page.setViewportSize({ ...size, height: Math.min(end, PICTURE_HEIGHT_MAX) });
  await page.screenshot({ path: join(PICTURES, `${name.replaceAll(/[^\w-]+/g, "_")}.jpeg`), quality: 80 });
  if (size) await page.setViewportSize(size);
}
