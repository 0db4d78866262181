import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { canOpenConsole, useConsole } from "../support/console.ts";
import { eventually } from "../support/eventually.ts";
import { failFields } from "../support/failed-fields.ts";
import { pressOn, tabTo, typeInto } from "../support/keyboard.ts";
import { useSharedApp } from "../support/shared-app.ts";

/** As the console promises, however many people are open. */
const NODES_MAX = 300;

describe.runIf(canOpenConsole)("the organisation", () => {
  const shared = useSharedApp();
  const console = useConsole(() => shared().app.url);
  beforeAll(() => shared().resetConnected());

  const chartOf = (page: Page) => page.getByRole("region", { name: "Chart of the organisation" });
  const rowsOf = (page: Page) => page.getByRole("treegrid", { name: "Organisation" }).getByRole("row");
  const focused = (page: Page): Promise<string> =>
    page.evaluate("document.activeElement.getAttribute('role') + ' ' + document.activeElement.textContent");
  /** Press by press: the focus follows when the row has been drawn. */
  async function moveDownTo(page: Page, name: string): Promise<void> {
    for (let before = await focused(page); !before.includes(name); before = await focused(page)) {
      await page.keyboard.press("ArrowDown");
      await eventually(async () => (await focused(page)) !== before);
    }
  }
  const nodesIn = (page: Page): Promise<number> =>
    page.evaluate("document.querySelectorAll('svg[data-chart] *').length");

  /** The person with the most people below, and one of the direct reports without any. */
  async function readPeople() {
    const { orgTree } = await shared().get<{
      orgTree: {
        nodes: { personId: string; supervisorId: string; displayName: string; reportCount: number }[];
      };
    }>("{ orgTree(levels: 2) { nodes { personId supervisorId displayName reportCount } } }");
    const [top] = [...orgTree.nodes].sort((one, other) => other.reportCount - one.reportCount);
    const below = orgTree.nodes.filter(({ supervisorId }) => supervisorId === top?.personId);
    const lead = below.find(({ reportCount }) => reportCount > 0);
    if (!top || !lead) throw new Error("The company has a top and leads.");
    return { top, lead, below };
  }

  test("the outline is read, opened and left by keyboard alone, as the treegrid of the ARIA guide", async () => {
    const { top, lead } = await readPeople();
    const page = await console.open("/org?view=outline");
    await rowsOf(page).first().waitFor();
    await tabTo(page, page.getByRole("button", { name: "Close all" }));
    await page.keyboard.press("Tab");
    expect(await focused(page)).toMatch(/^row /);
    await moveDownTo(page, top.displayName);
    await page.keyboard.press("ArrowLeft");
    const row = rowsOf(page).filter({ hasText: top.displayName }).first();
    await eventually(async () => (await row.getAttribute("aria-expanded")) === "false");
    await page.keyboard.press("ArrowRight");
    await eventually(async () => (await row.getAttribute("aria-expanded")) === "true");
    await moveDownTo(page, lead.displayName);
    await page.keyboard.press("ArrowRight");
    const below = rowsOf(page).and(page.locator("[aria-level='3']"));
    await below.first().waitFor();
    await page.keyboard.press("ArrowRight");
    await eventually(async () => (await page.evaluate("document.activeElement.tagName")) === "A");
    await page.keyboard.press("ArrowLeft");
    await eventually(async () => /^row /.test(await focused(page)));
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: lead.displayName }).waitFor();
  });

  test("each header of the outline stands above its column, also where a window is too narrow for all of them", async () => {
    const page = await console.open("/org?view=outline", { width: 1_280, language: "de" });
    const outline = page.getByRole("treegrid");
    for (const width of [1_280, 900]) {
      await page.setViewportSize({ width, height: 800 });
      await outline.getByRole("row").nth(1).waitFor();
      const header = await outline.getByRole("columnheader").last().boundingBox();
      const cell = await outline.getByRole("row").nth(1).getByRole("gridcell").last().boundingBox();
      expect(header?.x).toBeCloseTo(cell?.x ?? 0, 0);
    }
  });

  test("the chart moves, zooms and opens teams by keyboard, and draws a bounded number of elements", async () => {
    const { lead } = await readPeople();
    const page = await console.open("/org?view=chart");
    await tabTo(page, chartOf(page));
    const placed = () => page.locator("svg[data-chart] > g").getAttribute("transform");
    const before = await placed();
    await page.keyboard.press("ArrowRight");
    await eventually(async () => (await placed()) !== before);
    await page.keyboard.press("0");
    await eventually(async () => (await placed()) === before);
    const toggle = page.getByRole("button", { name: `Show the reports of ${lead.displayName}` });
    await pressOn(page, toggle);
    await page.getByRole("button", { name: `Hide the reports of ${lead.displayName}` }).waitFor();
    await pressOn(page, page.getByRole("button", { name: "Open all" }));
    await eventually(
      async () => (await page.getByRole("button", { name: /^Show the reports/ }).count()) === 0,
    );
    await tabTo(page, chartOf(page));
    for (const key of ["0", "+", "+", "+", "+", "+", "+", "ArrowDown", "-"]) {
      await page.keyboard.press(key);
      expect(await nodesIn(page)).toBeLessThanOrEqual(NODES_MAX);
    }
    await page.keyboard.press("Home");
    await eventually(async () => (await nodesIn(page)) > 10);
  });

  test("what is wrong with the place of a person, and who is away, is a word in both views", async () => {
    const { admin } = shared().sandbox;
    const { top, lead } = await readPeople();
    const { person } = await shared().get<{ person: { personioId: string } }>(
      "query ($id: ID) { person(id: $id) { personioId } }",
      { id: lead.personId },
    );
    await admin.putOnLeave(person.personioId, { from: "2026-01-01", until: "2099-12-31" });
    await shared().sync();
    const page = await console.open(`/org/${top.personId}?view=outline`);
    const row = rowsOf(page).filter({ hasText: lead.displayName }).first();
    await row.getByText("On leave").last().waitFor();
    await console.go(page, "/org?view=outline");
    await rowsOf(page).getByText("Supervisors in a circle").first().waitFor({ state: "attached" });
    await pressOn(page, page.getByRole("button", { name: "Chart" }));
    await chartOf(page)
      .getByRole("link", { name: new RegExp(`^${lead.displayName}, On leave`) })
      .waitFor();
  });

  test("a search leads to the place of a person: the line above, colleagues and reports", async () => {
    const { top, lead, below } = await readPeople();
    const page = await console.open("/org?view=outline");
    await typeInto(page, page.getByRole("combobox", { name: "Find a person" }), lead.displayName);
    await page.getByRole("option", { name: lead.displayName }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: lead.displayName }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/console/org/${lead.personId}`);
    expect(new URL(page.url()).search).toBe("?view=outline");
    const current = rowsOf(page).and(page.locator("[aria-current='true']"));
    expect(await current.textContent()).toContain(lead.displayName);
    expect(await current.getAttribute("aria-level")).toBe("2");
    expect(await rowsOf(page).nth(1).textContent()).toContain(top.displayName);
    for (const { displayName } of below)
      expect(await rowsOf(page).filter({ hasText: displayName }).count()).toBe(1);
    await pressOn(page, page.getByRole("button", { name: "Chart" }));
    await chartOf(page).getByRole("link", { name: lead.displayName }).waitFor();
    await pressOn(page, page.getByRole("link", { name: "Whole company" }));
    await page.getByRole("heading", { level: 1, name: "Organisation" }).waitFor();
    expect(new URL(page.url()).search).toBe("?view=chart");
  });

  test("an open tree shows what a sync has changed, and the teams that are open stay open", async () => {
    const { top, lead } = await readPeople();
    const page = await console.open(`/org/${top.personId}?view=outline`);
    await page.getByRole("button", { name: "Open one more level" }).click();
    const { person } = await shared().get<{
      person: { personioId: string; directReports: { nodes: { displayName: string }[] } };
    }>(
      "query ($id: ID!) { person(id: $id) { personioId directReports(first: 1) { nodes { displayName } } } }",
      { id: lead.personId },
    );
    const known = page.getByRole("link", { name: person.directReports.nodes[0]?.displayName ?? "" }).first();
    await known.waitFor();
    const { admin } = shared().sandbox;
    await admin.hire({
      first_name: "Svea",
      // Longer than a box of the chart.
      last_name: "Neu-Niederwallsee-Hohenembs",
      position: "Pilot of the longest flights of the whole company",
      supervisor: person.personioId,
    });
    await shared().sync();
    await page.getByRole("link", { name: "Svea Neu" }).waitFor();
    expect(await known.count()).toBe(1);
  });

  test("in a window of another size the person of the address stays in the middle of the chart", async () => {
    const { lead } = await readPeople();
    const page = await console.open(`/org/${lead.personId}?view=chart`);
    const link = chartOf(page)
      .getByRole("link", { name: new RegExp(`^${lead.displayName}`) })
      .first();
    await link.waitFor();
    const fromMiddle = async (): Promise<number> => {
      const [chart, box] = [await chartOf(page).boundingBox(), await link.boundingBox()];
      return box!.x + box!.width / 2 - chart!.x - chart!.width / 2;
    };
    const before = await fromMiddle();
    await page.setViewportSize({ width: 900, height: 700 });
    await eventually(async () => Math.abs((await fromMiddle()) - before) < 2);
  });

  test("a level that gets no answer shows the problem until the service answers again", async () => {
    const page = await console.open("/org", { allowed: /ERR_INTERNET_DISCONNECTED/ });
    await chartOf(page).waitFor();
    await page.context().setOffline(true);
    await page.getByRole("button", { name: "Open one more level" }).click();
    const notice = page.getByRole("main").getByText("The service does not answer.", { exact: false });
    await notice.waitFor();
    await page.context().setOffline(false);
    await notice.waitFor({ state: "detached" });
    await chartOf(page).waitFor();
  });

  test.each([
    ["a department that could not be read, and draws the tree", ["person", "department"], true],
    ["a supervisor that could not be read, and shows no place without it", ["person", "supervisor"], false],
    ["a person that could not be read, and does not claim that there is none", ["person"], false],
  ])("the page reports %s", async (_what, path, isDrawn) => {
    const { lead } = await readPeople();
    const page = await console.open("/settings/company");
    await failFields(page, "ConsoleOrgPerson", [{ path }]);
    await console.go(page, `/org/${lead.personId}?view=chart`);
    await page.getByRole("alert").waitFor();
    expect(await chartOf(page).count()).toBe(isDrawn ? 1 : 0);
    await page.unroute("**/graphql");
    await pressOn(page, page.getByRole("button", { name: "Try again" }));
    await page.getByRole("alert").waitFor({ state: "detached" });
    await chartOf(page).waitFor();
  });

  test("the whole chart is saved as a file of its own", async () => {
    const page = await console.open("/org?view=chart");
    await pressOn(page, page.getByText("Export"));
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      pressOn(page, page.getByRole("button", { name: "Save as SVG" })),
    ]);
    expect(download.suggestedFilename()).toBe("organisation.svg");
    const svg = await readFile(await download.path(), "utf8");
    const { top } = await readPeople();
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(svg).toContain(top.displayName);
  });

  test("the whole chart is printed, and the page is as before", async () => {
    const page = await console.open("/org?view=chart");
    const { top } = await readPeople();
    await page.evaluate(`window.print = () => {
      const paper = document.querySelector("[data-paper]");
      window.printed = [decodeURIComponent(paper.src), paper.naturalWidth > 0];
    }`);
    await pressOn(page, page.getByText("Export"));
    await pressOn(page, page.getByRole("button", { name: "Print" }));
    await eventually(() => page.evaluate("window.printed !== undefined"));
    const [picture, isDrawn] = await page.evaluate<[string, boolean]>("window.printed");
    expect(isDrawn).toBe(true);
    expect(picture).toContain(top.displayName);
    expect(await page.locator("[data-paper]").count()).toBe(0);
  });

  test("a narrow window begins with the outline, and an unknown person has a way on", async () => {
    const page = await console.open("/org", { width: 380, height: 760, theme: "dark", language: "de" });
    await page.getByRole("treegrid", { name: "Organisation" }).waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(380);
    await console.expectAccessible(page);
    await console.screenshot(page, "org-phone-dark");
    await page.goto(`${shared().app.url}/console/org/no-such-person`);
    await page.getByRole("heading", { name: "Diese Person gibt es nicht." }).waitFor();
    await page.getByRole("link", { name: "Ganze Firma" }).waitFor();
    await console.expectAccessible(page);
  });

  test("both views are accessible in both themes", async () => {
    const { lead } = await readPeople();
    const page = await console.open(`/org/${lead.personId}?view=chart`);
    await chartOf(page).getByRole("link", { name: lead.displayName }).waitFor();
    await console.expectAccessibleInBothThemes(page, "org-chart");
    await page.getByRole("button", { name: "Outline" }).click();
    await rowsOf(page).nth(2).waitFor();
    await console.expectAccessibleInBothThemes(page, "org-outline");
  });

  test("before the first sync the tree shows that there are no people", async () => {
    await shared().reset();
    const page = await console.open("/org");
    await page.getByText("There are no people yet.").waitFor();
    await console.expectAccessible(page);
  });
});
