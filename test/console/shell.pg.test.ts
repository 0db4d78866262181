import { beforeAll, describe, expect, test } from "vitest";
import { canOpenConsole, useConsole } from "../support/console.ts";
import { pressOn } from "../support/keyboard.ts";
import { useSharedApp } from "../support/shared-app.ts";

describe.runIf(canOpenConsole)("the shell of the console", () => {
  const shared = useSharedApp();
  const console = useConsole(() => shared().app.url);
  beforeAll(() => shared().resetConnected());

  test("with reduced motion, other colours appear at once: nothing fades from those of the other theme", async () => {
    const page = await console.open("");
    await page.getByRole("heading", { name: "People" }).waitFor();
    await page.emulateMedia({ colorScheme: "dark" });
    const fading = "document.getAnimations().filter((one) => one instanceof CSSTransition).length";
    expect(await page.evaluate(`getComputedStyle(document.body).color && ${fading}`)).toBe(0);
  });

  test("without JavaScript the page shows what it needs", async () => {
    const browser = (await console.open("")).context().browser();
    const page = await browser?.newPage({ javaScriptEnabled: false });
    await page?.goto(`${shared().app.url}/console/events`);
    await page?.getByText("This page needs a browser of 2024 or later, with JavaScript.").waitFor();
    await page?.close();
  });

  test("a screen ignores what it does not know in its address", async () => {
    const page = await console.open(
      "?status=UNKNOWN_STATUS&type=1&order=random&columns=all&descending=no&starting=1",
    );
    await page.getByRole("grid").getByRole("link").first().waitFor();
    expect(await page.getByRole("columnheader").count()).toBe(7);
    expect(await page.getByRole("list", { name: "Filters" }).count()).toBe(0);
    for (const [address, shown] of [
      ["/events?kind=NOTHING", page.getByText("Nothing has happened yet")],
      ["/events/coming?from=2026-02-30&view=year&kind=NOTHING", page.locator("main li").first()],
      ["/org?view=globe", page.getByRole("button", { name: "Chart", pressed: true })],
      ["/sync?runs=odd", page.getByText("First sync", { exact: true })],
      ["/sync/missing?reason=UNKNOWN_REASON", page.getByText(/^\d+ entr/)],
      ["/sync/lines?kind=NOTHING", page.getByRole("button", { name: "All", pressed: true })],
      ["/connect?step=9", page.getByText("Connected account")],
    ] as const) {
      await console.go(page, address);
      await shown.waitFor();
      expect(await page.getByRole("alert").count()).toBe(0);
    }
  });

  test("a page that is older than the service shows that at the next screen, and one click loads the new one", async () => {
    const page = await console.open("?status=ACTIVE", {
      allowed: /person-|is gone|dynamically imported|Failed to load/,
    });
    await page.getByRole("grid").getByRole("link").first().waitFor();
    await page.route("**/assets/person-*.js", (route) => route.fulfill({ status: 404 }));
    await page.getByRole("grid").getByRole("link").first().click();
    await page.getByRole("heading", { name: "There is a new version of this page." }).waitFor();
    await page.getByRole("navigation", { name: "Main" }).waitFor();
    await page.unroute("**/assets/person-*.js");
    await page.getByRole("button", { name: "Load it" }).click();
    await page.getByRole("region", { name: "Reporting line" }).waitFor();
  });

  test("a page that is older than the service keeps what is typed: the palette and a refusal do without their files", async () => {
    const page = await console.open("/settings/company", {
      allowed: /palette-|known-problem-|is gone|dynamically imported|Failed to load/,
    });
    await page.getByLabel("Percent of the directory").fill("12.5");
    await page.getByLabel("Time zone").fill("Mars/Base");
    for (const name of ["palette", "known-problem"])
      await page.route(`**/assets/${name}-*.js`, (route) => route.fulfill({ status: 404 }));
    await page.keyboard.press("Control+k");
    await page.getByText("There is a new version of this page.", { exact: false }).waitFor();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("alert").locator('[lang="en"]').waitFor();
    expect(await page.getByLabel("Percent of the directory").inputValue()).toBe("12.5");
    expect(await page.getByLabel("Time zone").inputValue()).toBe("Mars/Base");
  });

  test("on a phone a menu has every screen, also by keyboard, in both languages", async () => {
    for (const language of ["en", "de"] as const) {
      const page = await console.open("", { language, width: 320, height: 640 });
      await page.getByRole("heading", { level: 1 }).waitFor();
      const menu = page.getByRole("navigation", { name: language === "en" ? "Main" : "Hauptmenü" });
      await pressOn(page, menu.getByText(language === "en" ? "Menu" : "Menü", { exact: true }));
      const links = menu.getByRole("link");
      expect(await links.count()).toBe(5);
      await console.expectAccessible(page);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
      await pressOn(page, links.nth(4));
      await page.waitForURL(/settings/);
      await links.first().waitFor({ state: "hidden" });
    }
  });

  test("without sign-in, the sign-out page shows that there is nothing to sign out of", async () => {
    const page = await console.open("/signed-out");
    await page.getByRole("heading", { name: "The sign-in is off." }).waitFor();
    expect(await page.getByText("Another tab").count()).toBe(0);
  });

  test("the panel of the filters stays inside a narrow window", async () => {
    await shared().app.database.dataSource.query("update departments set name = repeat('Schifffahrt', 20)");
    const page = await console.open("", { width: 380, height: 800 });
    await page.getByText("Filter", { exact: true }).click();
    await page.getByRole("group", { name: "Department" }).getByRole("checkbox").first().waitFor();
    // The panel grows with the names, and moves before the next frame is painted.
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(380);
    for (const name of ["Status", "Department"]) {
      const box = await page.getByRole("group", { name }).boundingBox();
      expect(box!.x).toBeGreaterThanOrEqual(0);
      expect(box!.x + box!.width).toBeLessThanOrEqual(380);
    }
  });

  test("a screen that is first opened while the service does not answer waits for it, and then opens", async () => {
    const page = await console.open("?status=ACTIVE", {
      allowed: /ERR_INTERNET_DISCONNECTED|dynamically imported|Failed to load/,
    });
    await page.getByRole("grid").getByRole("link").first().waitFor();
    await page.context().setOffline(true);
    await page.getByRole("grid").getByRole("link").first().click();
    await page.getByText("Not connected; trying again").waitFor();
    await page.context().setOffline(false);
    await page.getByRole("region", { name: "Reporting line" }).waitFor();
  });

  test("the first Tab leads to the link that skips the navigation", async () => {
    const page = await console.open("");
    await page.getByRole("heading", { name: "People" }).waitFor();
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the content");
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement.id")).toBe("content");
  });
});
