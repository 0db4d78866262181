import { beforeAll, describe, expect, test } from "vitest";
import { canOpenConsole, useConsole } from "../support/console.ts";
import { useSharedApp } from "../support/shared-app.ts";

describe.runIf(canOpenConsole)("the frame of the console", () => {
  const shared = useSharedApp();
  const console = useConsole(() => shared().app.url);
  beforeAll(() => shared().resetConnected());

  test("the page of the address / is the console, with its title, and a bar that says that sign-in is off", async () => {
    const page = await console.open("");
    await page.goto(shared().app.url);
    expect(new URL(page.url()).pathname).toBe("/console");
    await page.getByText("Sign-in is off").waitFor();
    await page.getByRole("heading", { name: "People" }).waitFor();
    expect(await page.title()).toBe("People");
  });

  test("the language and the colours that a user chooses stay after the page is loaded again", async () => {
    const page = await console.open("", { theme: "light" });
    await page.getByLabel("Settings of this page").click();
    await page.getByLabel("Colours").selectOption("dark");
    await page.getByLabel("Language").selectOption("de");
    await page.getByRole("heading", { name: "Personen" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Personen" }).waitFor();
    expect(await page.evaluate("document.documentElement.lang")).toBe("de");
    expect(await page.evaluate("getComputedStyle(document.documentElement).colorScheme")).toBe("dark");
  });

  test("an address that no screen has says so, and leads back to the people", async () => {
    const page = await console.open("/nowhere");
    await page.getByRole("heading", { name: "This page does not exist." }).waitFor();
    await console.expectAccessible(page);
    await page.getByRole("link", { name: "Search for people" }).click();
    await page.getByRole("heading", { name: "People" }).waitFor();
  });

  test("a page that is older than the service says so at the next screen, and one click loads the new one", async () => {
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
