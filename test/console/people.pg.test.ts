import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { canOpenConsole, useConsole } from "../support/console.ts";
import { failFields, failOperation } from "../support/failed-fields.ts";
import { pressOn, tabTo } from "../support/keyboard.ts";
import { takesScreenshots } from "../support/screenshots.ts";
import { useSharedApp } from "../support/shared-app.ts";

/** Several pages of the list, and more than a window shows. */
const PEOPLE = 460;

/** What HR may enter: long, from right to left, markup, a formula. */
const NAMES = [
  { first_name: "Zz".padEnd(400, "z"), last_name: "Longname" },
  { first_name: "ליאת", last_name: "כהן" },
  { first_name: "<script>alert(1)</script>", last_name: "Markup" },
  { first_name: "=1+1", last_name: "Formula" },
] as const;

describe.runIf(canOpenConsole)("the list of people", () => {
  const shared = useSharedApp();
  const console = useConsole(() => shared().app.url);
  let count: number;
  beforeAll(async () => {
    await shared().resetConnected({ people: PEOPLE });
    for (const [index, name] of NAMES.entries())
      await shared().sandbox.admin.hire({
        ...name,
        email: `name${index}@x.example`,
        hire_date: "2020-01-01",
      });
    await shared().sync();
    const { people } = await shared().get<{ people: { totalCount: number } }>("{ people { totalCount } }");
    count = people.totalCount;
  });

  const grid = (page: Page) => page.getByRole("grid", { name: /People|Personen/ });
  const links = (page: Page) => grid(page).getByRole("gridcell").first().getByRole("link");
  const untilListed = async (page: Page) => links(page).first().waitFor();
  const countOf = async (page: Page) => Number(await grid(page).getAttribute("aria-rowcount")) - 1;
  const untilCount = (page: Page, wanted: number) =>
    page.locator(`[role=grid][aria-rowcount="${wanted + 1}"]`).waitFor();

  test("the list has the true number of rows, draws those in the window, and its end is one key away", async () => {
    const page = await console.open("");
    await untilListed(page);
    expect(await countOf(page)).toBe(count);
    expect(await grid(page).getByRole("row").count()).toBeLessThanOrEqual(60);
    await page.getByText(`${count} people`).waitFor();
    await tabTo(page, grid(page).getByRole("row").nth(1));
    await page.keyboard.press("End");
    const last = grid(page).locator(`[aria-rowindex="${count + 1}"]`);
    await last.getByRole("link").first().waitFor();
    await grid(page)
      .locator(`[aria-rowindex="${count + 1}"]:focus`)
      .waitFor();
    expect(await grid(page).getByRole("row").count()).toBeLessThanOrEqual(60);
    await page.keyboard.press("Home");
    await grid(page).locator('[aria-rowindex="2"]:focus').waitFor();
  });

  test("a search as one types shows the last word, though the answer to an earlier one comes later", async () => {
    const page = await console.open("");
    await untilListed(page);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route("**/graphql", async (route) => {
      if (route.request().postData()?.includes('"search":"formula"')) await held;
      await route.continue();
    });
    const field = page.getByRole("searchbox");
    await field.fill("formula");
    await page.waitForURL(/search=formula/);
    await field.fill("markup");
    await untilCount(page, 1);
    await page.getByRole("link", { name: "<script>alert(1)</script> Markup" }).waitFor();
    const late = page.waitForResponse((response) =>
      Boolean(response.request().postData()?.includes("formula")),
    );
    release();
    await late;
    await page.getByRole("link", { name: /Markup/ }).waitFor();
    expect(await countOf(page)).toBe(1);
    expect(new URL(page.url()).search).toBe("?search=markup");
  });

  test("a search that is still being typed undoes no other change of the address", async () => {
    const page = await console.open("?status=ACTIVE");
    await untilListed(page);
    await page.evaluate(`{
      const field = document.querySelector("input[type=search]");
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, "formula");
      field.dispatchEvent(new Event("input", { bubbles: true }));
      document.querySelector("[aria-label='Remove the filter Status Active']").click();
    }`);
    await page.waitForURL(/search=formula/);
    expect(new URL(page.url()).search).toBe("?search=formula");
  });

  test("the back button leads to the place in the list that the user has left", async () => {
    const page = await console.open("");
    await untilListed(page);
    await grid(page).getByRole("row").nth(1).focus();
    await page.keyboard.press("End");
    const last = grid(page).locator(`[aria-rowindex="${count + 1}"]`);
    await last.getByRole("link").first().click();
    await page.getByRole("region", { name: "Reporting line" }).waitFor();
    await page.goBack();
    await last.getByRole("link").first().waitFor();
  });

  test("filters are chips, the address has them, and the back button removes them", async () => {
    const page = await console.open("");
    await untilListed(page);
    await pressOn(page, page.getByText("Filter", { exact: true }));
    await pressOn(page, page.getByRole("group", { name: "Department" }).getByLabel("Engineering"), "Space");
    await page.getByRole("list", { name: "Filters" }).getByText("Engineering").waitFor();
    const { departments } = await shared().get<{ departments: { name: string; headcount: number }[] }>(
      "{ departments { name headcount } }",
    );
    await untilCount(page, departments.find(({ name }) => name === "Engineering")?.headcount ?? 0);
    await pressOn(page, page.getByLabel("External"), "Space");
    await page.getByRole("button", { name: "Remove the filter Employment External" }).waitFor();
    const address = page.url();
    expect(address).toMatch(/department=.+&type=EXTERNAL/);

    const other = await console.open(address.split("/console")[1] ?? "");
    await other.getByRole("list", { name: "Filters" }).getByText("Engineering").waitFor();
    await page.goBack();
    await page.getByRole("button", { name: /Employment/ }).waitFor({ state: "detached" });
    await pressOn(page, page.getByRole("button", { name: "Clear filters" }));
    await untilCount(page, count);
  });

  test("a filter by a value that the company does not have shows that, and can be removed", async () => {
    const page = await console.open("?department=nowhere&reportsTo=unknown");
    await page.getByRole("button", { name: "Remove the filter Reports to Unknown" }).click();
    await page.getByRole("button", { name: "Remove the filter Department Unknown" }).click();
    await untilCount(page, count);
  });

  test("each header stands above its column, also in a window that is too narrow for all of them", async () => {
    const page = await console.open("", { width: 900, language: "de" });
    await untilListed(page);
    const header = await page.getByRole("columnheader").last().boundingBox();
    const cell = await grid(page).getByRole("row").nth(1).getByRole("gridcell").last().boundingBox();
    expect(header?.x).toBeCloseTo(cell?.x ?? 0, 0);
    expect(header?.width).toBeCloseTo(cell?.width ?? 0, 0);
  });

  test("a column orders the list, and a second click turns the order round", async () => {
    const page = await console.open("");
    await untilListed(page);
    await pressOn(page, page.getByRole("button", { name: /First day/ }));
    await page.waitForURL(/order=hireDate$/);
    await pressOn(page, page.getByRole("button", { name: /First day/ }));
    await page.waitForURL(/order=hireDate&descending=yes/);
    await page.locator('[role=columnheader][aria-sort="descending"]').waitFor();
  });

  test("a user chooses the columns, the browser remembers them, and a file has the same ones", async () => {
    const page = await console.open("?search=formula");
    await untilListed(page);
    await pressOn(page, page.locator("summary", { hasText: "Columns" }));
    for (const name of ["Position", "Department", "Office", "Supervisor", "First day"])
      await pressOn(page, page.getByRole("checkbox", { name, exact: true }), "Space");
    await pressOn(page, page.getByRole("checkbox", { name: "Work email" }), "Space");
    await page.keyboard.press("Escape");
    expect(await page.getByRole("columnheader").allInnerTexts()).toEqual(["Name", "Status", "Work email"]);
    const downloading = page.waitForEvent("download");
    await pressOn(page, page.getByRole("button", { name: "Export as CSV" }));
    const file = await readFile((await (await downloading).path()) ?? "", "utf8");
    expect(file).toMatch(/^\uFEFFName,Status,Work email\r\n'=1\+1 Formula,Active,\S+@\S+\r\n$/);
    await page.goto(page.url().split("?")[0] ?? "");
    await untilListed(page);
    expect(await page.getByRole("columnheader").allInnerTexts()).toEqual([
      expect.stringMatching(/^Name\s+↑$/),
      "Status",
      "Work email",
    ]);
  });

  test("a user who removes every column sees only names, also when they come back", async () => {
    const page = await console.open("?search=formula&columns=status");
    await untilListed(page);
    await pressOn(page, page.locator("summary", { hasText: "Columns" }));
    await pressOn(page, page.getByRole("checkbox", { name: "Status", exact: true }), "Space");
    await page.keyboard.press("Escape");
    expect(await page.getByRole("columnheader").allInnerTexts()).toEqual(["Name"]);
    await page.goto(page.url().split("?")[0] ?? "");
    await untilListed(page);
    expect(await page.getByRole("columnheader").allInnerTexts()).toEqual([expect.stringMatching(/^Name/)]);
  });

  test("days stay what they are on both sides of the date line, also in the name of a file", async () => {
    const { people } = await shared().get<{ people: { nodes: { id: string }[] } }>(
      '{ people(first: 1, filter: { search: "formula" }) { nodes { id } } }',
    );
    for (const timeZone of ["Pacific/Auckland", "America/Los_Angeles"]) {
      const page = await console.open("?search=formula", { timeZone });
      await grid(page).getByRole("gridcell", { name: "1 Jan 2020" }).waitFor();
      const downloading = page.waitForEvent("download");
      await page.getByRole("button", { name: "Export as CSV" }).click();
      const today = await page.evaluate("new Date().toLocaleDateString('sv')");
      expect((await downloading).suggestedFilename()).toBe(`people-${today}.csv`);
      await console.go(page, `/people/${people.nodes[0]?.id}`);
      await page.getByRole("region", { name: "Dates", exact: true }).getByText("1 Jan 2020").waitFor();
      await console.go(page, "/events/coming?from=2030-01-01&to=2030-01-01&kind=WORK_ANNIVERSARY");
      await page.getByRole("heading", { name: "Tuesday, 1 January 2030" }).waitFor();
      await page.getByText("10 years").first().waitFor();
    }
  });

  test("a file has every person, over all pages", async () => {
    const page = await console.open("");
    await untilListed(page);
    expect(await page.locator(".undefined").count()).toBe(0);
    const asked: { walks?: boolean; skip?: number; after?: string | null }[] = [];
    page.on("request", (request) => asked.push(JSON.parse(request.postData() ?? "{}").variables ?? {}));
    const downloading = page.waitForEvent("download");
    await page.getByRole("button", { name: "Export as CSV" }).click();
    const file = await readFile((await (await downloading).path()) ?? "", "utf8");
    expect(file.trimEnd().split("\r\n").length).toBe(count + 1);
    // By cursors, page after page: `skip` ends at 200,000 people.
    expect(asked.filter(({ walks }) => walks).map(({ skip, after }) => [skip, after == null])).toEqual(
      Array.from({ length: Math.ceil(count / 100) }, (_, page) => [undefined, page === 0]),
    );
  });

  test("an export that gets no answer ends without a file, and does not claim to continue", async () => {
    const page = await console.open("", { allowed: /ERR_INTERNET_DISCONNECTED/ });
    await untilListed(page);
    await page.context().setOffline(true);
    await page.getByRole("button", { name: "Export as CSV" }).click();
    await page.getByText("The export has stopped. No file was written.").waitFor();
    await page.context().setOffline(false);
    await page.getByText("Not connected; trying again").waitFor({ state: "detached" });
    const downloading = page.waitForEvent("download");
    await page.getByRole("button", { name: "Export as CSV" }).click();
    await downloading;
    expect(await page.getByText("The export has stopped").count()).toBe(0);
  });

  test("a value that the service could not read is reported above the list, and ends an export without a file", async () => {
    const page = await console.open("/settings/company");
    await failFields(page, "ConsolePeople", [{ path: ["people", "nodes", 1, "department"] }]);
    await console.go(page, "");
    await untilListed(page);
    await page.getByRole("alert").waitFor();
    await page.getByRole("button", { name: "Export as CSV" }).click();
    await page.getByText("The export has stopped. No file was written.").waitFor();
    await page.unroute("**/graphql");
    await tabTo(page, grid(page).getByRole("row").nth(1));
    await page.keyboard.press("End");
    await grid(page)
      .locator(`[aria-rowindex="${count + 1}"]`)
      .getByRole("link")
      .first()
      .waitFor();
    await pressOn(page, page.getByRole("button", { name: "Try again" }));
    await page.getByRole("button", { name: "Try again" }).waitFor({ state: "detached" });
  });

  test("a panel of filters whose departments could not be read reports it, and shows them after another try", async () => {
    const page = await console.open("");
    await untilListed(page);
    await failOperation(page, "ConsolePeopleOptions");
    await pressOn(page, page.getByText("Filter", { exact: true }));
    await page.getByRole("alert").waitFor();
    await page.unroute("**/graphql");
    await pressOn(page, page.getByRole("button", { name: "Try again" }));
    await page.getByRole("group", { name: "Department" }).waitFor();
  });

  test("an export that waits for a rate limit ends as soon as the user cancels it", async () => {
    const page = await console.open("");
    await untilListed(page);
    await page.route("**/graphql", (route) => {
      const errors = [{ message: "Too many requests", extensions: { code: "LIMIT_RATE" } }];
      return route.fulfill({ json: { errors } });
    });
    const refused = page.waitForResponse("**/graphql");
    await page.getByRole("button", { name: "Export as CSV" }).click();
    await (await refused).finished();
    await page.getByRole("button", { name: /cancel$/ }).click();
    // The next attempt would be after five seconds.
    await page.getByRole("button", { name: "Export as CSV" }).waitFor({ timeout: 2_000 });
  });

  test("names of any length, direction and content are shown as text", async () => {
    const page = await console.open("");
    await untilListed(page);
    for (const { last_name } of NAMES) {
      await page.getByRole("searchbox").fill(last_name);
      await untilCount(page, 1);
      const name = links(page).first();
      expect(await name.getAttribute("dir")).toBe("auto");
      const box = await name.boundingBox();
      expect(box?.width).toBeLessThan(400);
    }
  });

  test("by keyboard alone: search, go to a row, open the person, and come back", async () => {
    const page = await console.open("");
    await untilListed(page);
    await page.keyboard.press("/");
    await page.keyboard.type("formula");
    await untilCount(page, 1);
    await pressOn(page, grid(page).getByRole("row").nth(1));
    await page.getByRole("heading", { name: "=1+1 Formula" }).waitFor();
    await page.goBack();
    await untilCount(page, 1);
  });

  test("on a phone, where the list has one column, the position stands below the name, and a badge marks who is on leave", async () => {
    const page = await console.open("?status=ACTIVE", { width: 380 });
    await untilListed(page);
    const first = grid(page).getByRole("row").nth(1);
    const cell = first.getByRole("gridcell").first();
    const name = await cell.getByRole("link").boundingBox();
    const position = await cell.locator("span").first().boundingBox();
    expect(position?.x).toBe(name?.x);
    expect(position?.y).toBeGreaterThan(name?.y ?? 0);
    expect(await first.getByText("Active").filter({ visible: true }).count()).toBe(0);

    const other = await console.open("?status=LEAVE", { width: 380 });
    const away = grid(other).getByRole("row").nth(1);
    const badge = away.getByText("On leave").filter({ visible: true });
    await badge.waitFor();
    // In a wide window, the column of the status has it.
    await other.setViewportSize({ width: 1_280, height: 800 });
    await away.getByRole("gridcell").nth(1).waitFor();
    expect(await badge.count()).toBe(1);
  });

  test("the list and an answer without people have no violation, in both themes and languages, also on a phone", async () => {
    await console.expectAccessibleInAllLooks(["", "?search=qqqq"], (page, address) =>
      address ? page.getByText("qqqq", { exact: false }).first().waitFor() : untilListed(page),
    );
    const phone = await console.open("", { width: 320, height: 640 });
    await untilListed(phone);
    expect(await phone.evaluate("document.documentElement.scrollWidth")).toBe(320);
    await console.screenshot(phone, "people-phone");
  });

  test.runIf(takesScreenshots)("screenshots of the list", async () => {
    for (const theme of ["light", "dark"] as const) {
      const page = await console.open("", { theme, language: theme === "dark" ? "de" : "en" });
      await untilListed(page);
      await console.screenshot(page, `people-${theme}`);
    }
  });

  test("while the service does not answer, the list stays and shows the problem; then it continues by itself", async () => {
    const page = await console.open("", { allowed: /ERR_INTERNET_DISCONNECTED/ });
    await untilListed(page);
    await page.context().setOffline(true);
    await page.getByRole("searchbox").fill("formula");
    await page.getByText("Not connected; trying again").waitFor();
    expect(await countOf(page)).toBe(count);
    await page.context().setOffline(false);
    await untilCount(page, 1);
    await page.getByText("Not connected; trying again").waitFor({ state: "detached" });
  });

  test("a directory without people leads an administrator to Personio, and shows the people of the first sync", async () => {
    await shared().reset();
    await console.expectAccessibleInAllLooks("", (page) =>
      page.getByRole("link", { name: /Connect Personio|Personio verbinden/ }).waitFor(),
    );
    const page = await console.open("/settings/company");
    await failOperation(page, "ConsoleIsConnected");
    await console.go(page, "");
    // An account that could not be read is not reported as not connected.
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("link", { name: "Connect Personio" }).count()).toBe(0);
    await page.unroute("**/graphql");
    await pressOn(page, page.getByRole("button", { name: "Try again" }));
    await page.getByRole("link", { name: "Connect Personio" }).waitFor();
    // Once another administrator has connected it, the people appear by themselves.
    await shared().resetConnected();
    await untilListed(page);
  });
});
