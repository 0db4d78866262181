import { beforeAll, describe, expect, test } from "vitest";
import { canOpenConsole, useConsole } from "../support/console.ts";
import { arrowTo, pressOn, typeInto } from "../support/keyboard.ts";
import { useSharedApp } from "../support/shared-app.ts";

/** What `npm test` opens of the console; `shell.pg.test.ts` has more about the same parts. */
describe.runIf(canOpenConsole)("the frame of the console", () => {
  const shared = useSharedApp();
  const console = useConsole(() => shared().app.url);
  beforeAll(() => shared().resetConnected());

  test("the page at / is the console, with its title, and a bar that shows that sign-in is off", async () => {
    const page = await console.open("");
    await page.goto(shared().app.url);
    expect(new URL(page.url()).pathname).toBe("/console");
    await page.getByText("Sign-in is off").waitFor();
    // No user can close it.
    expect(await page.getByRole("region", { name: "Notices" }).getByRole("button").count()).toBe(0);
    await page.getByRole("heading", { name: "People" }).waitFor();
    expect(await page.title()).toBe("People");
  });

  test("the language and the colours that a user chooses stay after the page is loaded again", async () => {
    const page = await console.open("", { theme: "light" });
    await pressOn(page, page.getByLabel("Settings of this page"));
    await arrowTo(page, page.getByLabel("Colours"), "Dark");
    await arrowTo(page, page.getByLabel("Language"), "Deutsch");
    await page.getByRole("heading", { name: "Personen" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Personen" }).waitFor();
    expect(await page.evaluate("document.documentElement.lang")).toBe("de");
    expect(await page.evaluate("getComputedStyle(document.documentElement).colorScheme")).toBe("dark");
  });

  test("an unknown address shows a page that links back to the people", async () => {
    const page = await console.open("/nowhere");
    await page.getByRole("heading", { name: "This page does not exist." }).waitFor();
    await console.expectAccessible(page);
    await pressOn(page, page.getByRole("link", { name: "Search for people" }));
    await page.getByRole("heading", { name: "People" }).waitFor();
  });

  test("the palette opens each screen of an administrator, and waits for the people whose name is typed", async () => {
    const page = await console.open("");
    await page.getByRole("heading", { name: "People" }).waitFor();
    await page.keyboard.press("Control+k");
    const field = page.getByRole("combobox", { name: "Name of a screen or a person" });
    await typeInto(page, field, "missing");
    await pressOn(page, field);
    await page.getByRole("heading", { name: "Missing people" }).waitFor();
    // Tab continues in the new screen.
    await page.locator("main:focus").waitFor();
    const { people } = await shared().get<{ people: { nodes: { displayName: string }[] } }>(
      "{ people(first: 2) { nodes { displayName } } }",
    );
    const [one, other] = people.nodes.map(({ displayName }) => displayName);
    await page.keyboard.press("Control+k");
    await typeInto(page, field, one!);
    await page.getByRole("option", { name: one! }).first().waitFor();
    // Enter comes before the answer about the other name.
    await typeInto(page, field, other!);
    await pressOn(page, field);
    await page.getByRole("heading", { name: other!, exact: true }).waitFor();
  });
});
