import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import type { NewEvent } from "../../src/lifecycle/events/event-log.repository.ts";
import { anEvent, emit } from "../lifecycle/support/log-of-events.ts";
import { canOpenConsole, useConsole } from "../support/console.ts";
import { failFields } from "../support/failed-fields.ts";
import { arrowTo, pressOn, tabTo, typeDay } from "../support/keyboard.ts";
import { useSharedApp } from "../support/shared-app.ts";

type Person = { readonly id: string; readonly displayName: string };

describe.runIf(canOpenConsole)("events", () => {
  const shared = useSharedApp();
  const console = useConsole(() => shared().app.url);
  let ada: Person;
  let ben: Person;
  beforeAll(async () => {
    await shared().resetConnected();
    const query = "{ people(first: 2) { nodes { id displayName } } }";
    const { people } = await shared().get<{ people: { nodes: [Person, Person] } }>(query);
    [ada, ben] = people.nodes;
    await append(
      hired(ada.id),
      anEvent({ personId: ben.id, changedFields: ["position", "customAttributes.x"] }),
    );
  });

  const append = (...events: NewEvent[]) => emit(shared().app.database.dataSource, events);

  const rowsOf = (page: Page) => page.getByRole("region").getByRole("listitem");

  test("an event that happens while the page is open appears by itself, before the others", async () => {
    const page = await console.open("/events?kind=PERSON_LEFT");
    await page.getByText("No event matches these filters").waitFor();
    await append(anEvent({ personId: ben.id, kind: "PERSON_LEFT", changedFields: null }));
    await page.getByRole("link", { name: ben.displayName }).waitFor();

    await append(anEvent({ personId: ada.id, kind: "PERSON_LEFT", changedFields: null }));
    await page.getByRole("link", { name: ada.displayName }).waitFor();
    expect(await rowsOf(page).allInnerTexts()).toEqual([
      expect.stringContaining(ada.displayName),
      expect.stringContaining(ben.displayName),
    ]);
  });

  test("a new event with a value that the service could not read is shown, and reported above the list", async () => {
    const page = await console.open("");
    const event = anEvent({ personId: ada.id, kind: "PERSON_RETURNED", changedFields: null });
    const fields = { offsetDays: 0, years: null, late: false, change: null, supersedes: null };
    const lifecycleEvent = {
      ...fields,
      id: "news",
      cursor: "news",
      personId: ada.id,
      kind: event.kind,
      occursOn: "2026-11-30",
      changedFields: null,
      emittedAt: "2026-11-30T06:00:00Z",
      supersededEvent: null,
      person: null,
    };
    const extensions = { code: "INTERNAL_SERVER_ERROR" };
    const errors = [{ message: "Failed", path: ["lifecycleEvent", "person"], extensions }];
    const body = `event: next\ndata: ${JSON.stringify({ data: { lifecycleEvent }, errors })}\n\n`;
    await page.route("**/graphql", (route) =>
      route.request().postData()?.includes("ConsoleEventNews")
        ? route.fulfill({ contentType: "text/event-stream", body })
        : route.continue(),
    );
    await page.getByRole("link", { name: "Events" }).click();
    await rowsOf(page).filter({ hasText: "Came back" }).waitFor();
    await page.getByRole("main").getByRole("alert").waitFor();
  });

  test("a stream that is cut begins again where it was, so that no event is lost", async () => {
    const page = await console.open("");
    let cuts = 0;
    await page.route("**/graphql", (route) => {
      if (!route.request().postData()?.includes("ConsoleEventNews") || cuts > 0) return route.continue();
      cuts += 1;
      return route.fulfill({ contentType: "text/event-stream", body: "event: complete\ndata:\n\n" });
    });
    await page.getByRole("link", { name: "Events" }).click();
    await page.getByText("These are all events").waitFor();
    const before = await rowsOf(page).count();
    await append(anEvent({ personId: ada.id, kind: "PERSON_RETURNED", changedFields: null }));
    await rowsOf(page).filter({ hasText: "Came back" }).waitFor();
    expect([cuts, await rowsOf(page).count()]).toEqual([1, before + 1]);
  });

  test("further down, new events wait until the reader wants them", async () => {
    await append(...Array.from({ length: 20 }, () => anEvent({ personId: ben.id })));
    const page = await console.open("/events", { height: 400 });
    await page.getByText("These are all events").waitFor();
    const before = await rowsOf(page).count();
    await page.evaluate("window.scrollTo(0, document.body.scrollHeight)");
    await append(anEvent({ personId: ada.id, kind: "PERSON_ADDED", changedFields: null }));
    await page.getByText("1 new event").waitFor();
    expect(await rowsOf(page).count()).toBe(before);
    await page.getByRole("button", { name: "Show" }).click();
    await rowsOf(page).filter({ hasText: "Added to the directory" }).waitFor();
    expect(await rowsOf(page).count()).toBe(before + 1);
  });

  test("a correction leads to what it corrects, which shows its new day", async () => {
    await append(hired(ben.id, "2026-12-07"));
    const { lifecycleEvents } = await shared().get<{ lifecycleEvents: { nodes: [{ id: string }] } }>(
      "{ lifecycleEvents(order: DESC, first: 1) { nodes { id } } }",
    );
    const [{ id }] = lifecycleEvents.nodes;
    await append({ ...hired(ben.id, "2027-01-04"), change: "RESCHEDULED", supersedes: id });

    const page = await console.open("/events?kind=HIRE_DATE");
    await pressOn(page, page.getByRole("link", { name: "Corrects: First day, 7 Dec 2026" }));
    expect(new URL(page.url()).hash).toBe(`#${id}`);
    expect(await page.locator(`[id="${id}"]`).innerText()).toContain("Later moved to 4 Jan 2027");
  });

  test("with the keyboard alone, a reader chooses a kind, and the address keeps it", async () => {
    const page = await console.open("/events");
    await page.getByText("These are all events").waitFor();
    await tabTo(page, page.getByText("Kind", { exact: true }));
    await page.keyboard.press("Enter");
    await tabTo(page, page.getByLabel("Changed"));
    await page.keyboard.press("Space");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Remove the filter Kind Changed" }).waitFor();
    expect(new URL(page.url()).search).toBe("?kind=PERSON_CHANGED");
    await page.getByText("Position and Custom attributes").waitFor();
    await page.reload();
    await page.getByText("Position and Custom attributes").waitFor();
    expect(await rowsOf(page).filter({ hasText: "First day" }).count()).toBe(0);

    await tabTo(page, page.getByRole("button", { name: "Remove the filter Kind Changed" }));
    await page.keyboard.press("Enter");
    await rowsOf(page).filter({ hasText: "First day" }).first().waitFor();
    expect(new URL(page.url()).search).toBe("");
  });

  test("a month shows how many dates a day has, and leads to their list", async () => {
    const page = await console.open("/events/coming");
    await typeDay(page, page.getByLabel("From", { exact: true }), "2027-02-20");
    await page.waitForURL(/from=2027-02-20/);
    await arrowTo(page, page.getByLabel("View", { exact: true }), "Month");
    await page.getByRole("heading", { level: 2, name: "February 2027" }).waitFor();
    await pressOn(page, page.getByRole("link", { name: "Next month" }));
    await page.getByRole("heading", { level: 2, name: "March 2027" }).waitFor();
    const day = page.getByRole("link", { name: /date.* on \d+ Mar 2027/ }).first();
    const name = await day.getAttribute("title");
    await pressOn(page, day);
    await page.getByRole("heading", { level: 2, name: /March 2027/ }).waitFor();
    const dates = await page.getByRole("region").getByRole("listitem").count();
    expect(name).toMatch(new RegExp(`^${dates} dates? on `));
    expect(new URL(page.url()).search).toMatch(/^\?from=2027-03-\d\d&to=2027-03-\d\d$/);
  });

  test("a date that will not fire shows the reason, in the language of the reader", async () => {
    await shared().get("mutation { setLifecycleKind(kind: BIRTHDAY, enabled: false) { timeZone } }");
    const page = await console.open("/events/coming?kind=BIRTHDAY", { language: "de" });
    await page
      .getByText("Ihre Firma hat diese Art von Ereignis ausgeschaltet.", { exact: false })
      .first()
      .waitFor();
    expect(await page.locator("main [lang=en]").count()).toBe(0);
  });

  test.each([
    [
      "the last day before the first",
      "?from=2027-02-01&to=2027-01-01",
      "The last day is before the first one.",
    ],
    ["more than three years", "?from=2027-01-01&to=2031-01-01", "The range can be at most three years."],
  ])("a range with %s is refused before it is sent", async (_what, search, refusal) => {
    const page = await console.open(`/events/coming${search}`);
    await page.getByText(refusal).waitFor();
    await console.expectAccessible(page);
  });

  test.each([
    ["an event", "/events", "ConsoleEvents", ["lifecycleEvents", "nodes", 0, "person"]],
    [
      "a date",
      "/events/coming",
      "ConsoleComing",
      ["upcomingLifecycleEvents", "nodes", 0, "person", "department"],
    ],
  ])(
    "a value of %s that the service could not read is reported above the list",
    async (_what, address, operation, path) => {
      const page = await console.open("/settings/company");
      await failFields(page, operation, [{ path }]);
      await console.go(page, address);
      await page.locator("[role=alert] ~ section").first().waitFor();
      await page.unroute("**/graphql");
      await pressOn(page, page.getByRole("button", { name: "Try again" }));
      await page.getByRole("alert").waitFor({ state: "detached" });
    },
  );

  test("axe finds nothing in events and in upcoming dates, in both themes and languages", async () => {
    // The month is another view of the screen of upcoming dates, so the events stand between them.
    const names = new Map([
      ["/events/coming?view=month&month=2027-03", "coming-month"],
      ["/events", "events"],
      ["/events/coming", "coming"],
    ]);
    await console.expectAccessibleInAllLooks([...names.keys()], async (page, address) => {
      await page.getByRole("main").locator("[aria-label] li").first().waitFor();
      await console.screenshot(page, names.get(address) ?? "");
    });
  });

  test("the back button leads to the events that the reader had loaded, and to the place among them", async () => {
    await append(...Array.from({ length: 60 }, () => anEvent({ personId: ben.id })));
    const page = await console.open("/events", { height: 400 });
    await page.getByRole("button", { name: "Older events" }).click();
    await page.getByText("These are all events").waitFor();
    const before = await rowsOf(page).count();
    await rowsOf(page).last().getByRole("link").first().click();
    await page.getByRole("region", { name: "Reporting line" }).waitFor();
    await append(anEvent({ personId: ada.id, kind: "PERSON_ADDED", changedFields: null }));
    await page.goBack();
    await page.getByText("These are all events").waitFor();
    await page.getByText("1 new event").waitFor();
    expect(await rowsOf(page).count()).toBe(before);
    expect(await page.evaluate("scrollY")).toBeGreaterThan(400);
  });
});

const hired = (personId: string, occursOn = "2026-12-01"): NewEvent =>
  anEvent({ personId, kind: "HIRE_DATE", changedFields: null, content: null, occursOn });
