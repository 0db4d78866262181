import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startSharedReachable } from "../integration/webhooks/support.ts";
import { canOpenConsole, useConsole } from "../support/console.ts";
import { eventually } from "../support/eventually.ts";
import { arrowTo, pressOn, tabTo, typeInto } from "../support/keyboard.ts";
import type { SharedApp } from "../support/shared-app.ts";
import { untilEnded } from "../support/test-app.ts";

describe.runIf(canOpenConsole)("the settings", () => {
  // Personio sends its webhooks to the address of the service.
  let app: SharedApp;
  beforeAll(async () => {
    app = await startSharedReachable();
  });
  afterAll(() => app[Symbol.asyncDispose]());
  const shared = () => app;
  const console = useConsole(() => shared().app.url);
  beforeEach(() => shared().resetConnected());

  const rowOf = (page: Page, name: string) => page.getByRole("row").filter({ hasText: name });

  test("an offset that an administrator adds is in the forecast, until it is removed", async () => {
    const page = await console.open("/settings/lifecycle");
    const chips = page.getByRole("list", { name: "Work anniversary: when its events fire" });
    const form = chips.locator("xpath=following-sibling::form");
    await typeInto(page, form.getByLabel("Days"), "7");
    await pressOn(page, form.getByRole("button", { name: "Add" }));
    await chips.getByText("7 days before").waitFor();
    await typeInto(page, form.getByLabel("Days"), "7");
    await pressOn(page, form.getByRole("button", { name: "Add" }));
    await form.getByText("This offset is registered.").waitFor();

    await pressOn(page, page.getByRole("link", { name: /^Upcoming.*Work anniversary$/ }));
    await page
      .getByText(/^7 days before .* 20\d\d/)
      .first()
      .waitFor();
    await page.goBack();
    await pressOn(page, page.getByRole("button", { name: "Remove 7 days before" }));
    await chips.getByText("7 days before").waitFor({ state: "detached" });
    const { peopleSettings } = await shared().get<{
      peopleSettings: { lifecycleKinds: { kind: string; offsetDays: number[] }[] };
    }>("{ peopleSettings { lifecycleKinds { kind offsetDays } } }");
    expect(peopleSettings.lifecycleKinds.find(({ kind }) => kind === "WORK_ANNIVERSARY")?.offsetDays).toEqual(
      [0],
    );
  });

  test("two administrators with the same pages open keep each other's offsets and records that stay out", async () => {
    const [one, other] = [
      await console.open("/settings/lifecycle"),
      await console.open("/settings/lifecycle"),
    ];
    for (const page of [one, other])
      await page.getByRole("list", { name: "Birthday: when its events fire" }).waitFor();
    for (const [page, days] of [
      [one, "7"],
      [other, "14"],
    ] as const) {
      const chips = page.getByRole("list", { name: "Birthday: when its events fire" });
      const form = chips.locator("xpath=following-sibling::form");
      await form.getByLabel("Days").fill(days);
      await form.getByRole("button", { name: "Add" }).click();
      await chips.getByText(`${days} days before`).waitFor();
    }
    await other.getByText("7 days before", { exact: true }).waitFor();

    for (const page of [one, other]) {
      await console.go(page, "/settings/company");
      await page.getByLabel("Records that stay out").waitFor();
    }
    for (const [page, record] of [
      [one, "1042"],
      [other, "1043"],
    ] as const) {
      await page.getByLabel("Records that stay out").fill(record);
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByRole("status").getByText("Saved").waitFor();
    }
    expect(await shared().get("{ peopleSettings { excludedPersonioIds } }")).toEqual({
      peopleSettings: { excludedPersonioIds: ["1042", "1043"] },
    });
  });

  test("a page that cannot read what is stored now replaces nothing, and keeps what was typed", async () => {
    const page = await console.open("/settings/lifecycle");
    const company = await console.open("/settings/company");
    const form = page
      .getByRole("list", { name: "Birthday: when its events fire" })
      .locator("xpath=following-sibling::form");
    await form.waitFor();
    await company.getByLabel("Records that stay out").fill("1043");
    const other = "setLifecycleOffsets(kind: BIRTHDAY, offsetDays: [-3]) { timeZone }";
    await shared().get(
      `mutation { ${other} setPeopleSettings(settings: { excludedPersonioIds: ["1042"] }) { timeZone } }`,
    );
    // Each user has a limit, and the reading may exceed it while the mutation does not.
    const errors = [{ message: "Too many operations.", extensions: { code: "LIMIT_RATE" } }];
    for (const one of [page, company])
      await one.route("**/graphql", (route) =>
        /query Console(Lifecycle|Company)Settings/.test(route.request().postData() ?? "")
          ? route.fulfill({ json: { data: null, errors } })
          : route.continue(),
      );
    await form.getByLabel("Days").fill("7");
    await form.getByRole("button", { name: "Add" }).click();
    await company.getByRole("button", { name: "Save" }).click();
    for (const one of [page, company])
      await one.getByRole("alert").getByText("Nothing was saved", { exact: false }).waitFor();
    expect(await form.getByLabel("Days").inputValue()).toBe("7");
    expect(await company.getByLabel("Records that stay out").inputValue()).toBe("1043");
    const { peopleSettings } = await shared().get<{
      peopleSettings: {
        excludedPersonioIds: string[];
        lifecycleKinds: { kind: string; offsetDays: number[] }[];
      };
    }>("{ peopleSettings { excludedPersonioIds lifecycleKinds { kind offsetDays } } }");
    expect(peopleSettings.excludedPersonioIds).toEqual(["1042"]);
    const birthday = peopleSettings.lifecycleKinds.find(({ kind }) => kind === "BIRTHDAY");
    expect(birthday?.offsetDays.filter((days) => days !== 0)).toEqual([-3]);
  });

  test("a kind that is switched off stays silent in the forecast, until it is switched on", async () => {
    const page = await console.open("/settings/lifecycle");
    const birthday = page.getByRole("checkbox", { name: /^Birthday/ });
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    await page.route("**/graphql", async (route) => {
      if (route.request().postData()?.includes("setLifecycleKind")) await answered;
      await route.continue();
    });
    await pressOn(page, birthday, "Space");
    // The box shows the click before the answer arrives.
    expect(await birthday.isChecked()).toBe(false);
    answer();
    await page.getByText("Birthday: events no longer fire.").waitFor();
    await pressOn(page, page.getByRole("link", { name: /^Upcoming.*Birthday$/ }));
    const reason = page.getByText("This kind of event is switched off for the company.", { exact: false });
    await reason.first().waitFor();
    await page.goBack();
    await pressOn(page, birthday, "Space");
    await page.getByText("Birthday: events fire again.").waitFor();
    await page.goForward();
    await page.locator("main section li").first().waitFor();
    await reason.first().waitFor({ state: "detached" });
  });

  test("the dialog to hide a field shows what it deletes, deletes only when confirmed, and showing the field restores it", async () => {
    const positions = async () => {
      const { people } = await shared().get<{ people: { nodes: { position: string | null }[] } }>(
        "{ people(first: 100) { nodes { position } } }",
      );
      return people.nodes.filter(({ position }) => position !== null).length;
    };
    const before = await positions();
    const page = await console.open("/settings/fields");
    const open = () => pressOn(page, page.getByRole("button", { name: "Position", exact: true }));
    await open();
    await pressOn(page, page.getByRole("button", { name: "Hide this field …" }));
    const question = page.getByRole("dialog", { name: "Hide Position?" });
    await question.getByText(`The values of ${before} people, also in held plans.`).waitFor();
    await console.expectAccessible(page);
    await pressOn(page, question.getByRole("button", { name: "Cancel" }));
    expect(await positions()).toBe(before);

    await pressOn(page, page.getByRole("button", { name: "Hide this field …" }));
    await pressOn(page, question.getByRole("button", { name: "Hide and delete" }));
    await rowOf(page, "Position").getByText("Hidden").waitFor();
    await eventually(async () => (await positions()) === 0);

    await open();
    await pressOn(page, page.getByRole("button", { name: "Show this field" }));
    await rowOf(page, "Position").getByText("Hidden").waitFor({ state: "detached" });
  });

  test("hiding a date names the events that go with it", async () => {
    const page = await console.open("/settings/fields");
    // An attribute of the company fills the field of its own name.
    await rowOf(page, "LinkedIn").getByRole("cell", { name: "LinkedIn" }).nth(1).waitFor();
    // No attribute fills the name to show.
    await rowOf(page, "From the names below").waitFor();
    await page.getByRole("button", { name: "First day", exact: true }).click();
    await page.getByRole("button", { name: "Hide this field …" }).click();
    await page.getByText("All events of these kinds in the log: First day and Work anniversary.").waitFor();
  });

  test("a field needs the right that an administrator gives it, and a required one cannot be hidden", async () => {
    const page = await console.open("/settings/fields");
    await pressOn(page, page.getByRole("button", { name: "Position", exact: true }));
    const dialog = page.getByRole("dialog", { name: "Position" });
    await dialog.getByText("Nothing has changed.").waitFor();
    await arrowTo(page, dialog.getByLabel("Needed right"), "HR: people:hr");
    await pressOn(page, dialog.getByRole("button", { name: "Save" }));
    await rowOf(page, "Position").getByText("people:hr").waitFor();

    await pressOn(page, page.getByRole("button", { name: "Last name", exact: true }));
    await page.getByText("Always shown: the directory needs it.").waitFor();
    expect(await page.getByRole("button", { name: "Hide this field …" }).count()).toBe(0);
  });

  test("another attribute fills a field, and the other rows of the mapping stay", async () => {
    type Mapping = { fieldMapping: { personField: string; personioAttribute: string | null }[] };
    const mapping = async () => {
      const query = "{ personioIntegration { fieldMapping { personField personioAttribute } } }";
      const { personioIntegration } = await shared().get<{ personioIntegration: Mapping }>(query);
      return new Map(personioIntegration.fieldMapping.map((row) => [row.personField, row.personioAttribute]));
    };
    const before = await mapping();
    const page = await console.open("/settings/fields");
    await pressOn(page, page.getByRole("button", { name: "Team", exact: true }));
    const dialog = page.getByRole("dialog", { name: "Team" });
    await dialog.getByText(/^Personio: \d+ people$/).waitFor();
    await arrowTo(page, dialog.getByLabel("Attribute in Personio"), "Position");
    await pressOn(page, dialog.getByRole("button", { name: "Use this attribute" }));
    await rowOf(page, "Team").getByText("Position").waitFor();
    const after = await mapping();
    expect(after.get("team")).toBe(before.get("position"));
    expect([...after].filter(([field, attribute]) => before.get(field) !== attribute)).toHaveLength(1);
  });

  test("an administrator lets the identity provider decide about a field, and a sync applies it", async () => {
    const page = await console.open("/settings/fields");
    await pressOn(page, page.getByRole("button", { name: "Position", exact: true }));
    const dialog = page.getByRole("dialog", { name: "Position" });
    await arrowTo(page, dialog.getByLabel("Sources, in order"), "Identity provider, then Personio");
    await pressOn(page, dialog.getByRole("button", { name: "Save" }));
    await page.getByText("Saved. A sync applies the new order to all people.").waitFor();
    await rowOf(page, "Position").getByText("Identity provider → Personio").waitFor();
    expect(await untilEnded(shared().get)).toMatchObject({ trigger: "SETTINGS", problem: null });
  });

  test("what the service refuses stays as it was typed, with the reason", async () => {
    const page = await console.open("/settings/company");
    const zone = page.getByLabel("Time zone");
    await typeInto(page, zone, "Mars/Base");
    await typeInto(page, page.getByLabel("Percent of the directory"), "12.5");
    await pressOn(page, page.getByRole("button", { name: "Save" }));
    await page.getByText("BAD_USER_INPUT").waitFor();
    expect(await zone.inputValue()).toBe("Mars/Base");

    await typeInto(page, zone, "Europe/Berlin");
    await pressOn(page, page.getByRole("button", { name: "Save" }));
    await page.getByRole("status").getByText("Saved").waitFor();
    const { peopleSettings } = await shared().get<{ peopleSettings: object }>(
      "{ peopleSettings { timeZone leaverGuardPercent syncedStatuses syncedEmploymentTypes } }",
    );
    expect(peopleSettings).toMatchObject({
      timeZone: "Europe/Berlin",
      leaverGuardPercent: 12.5,
      syncedEmploymentTypes: null,
    });
    await page.getByText("Nothing has changed.").waitFor();
    await page.getByText("A sync runs every 4 hours", { exact: false }).waitFor();
  });

  test("a draft waits while the administrator looks at other screens, and ends when it is discarded", async () => {
    const page = await console.open("/settings/company");
    await page.getByLabel("Percent of the directory").fill("37");
    await page.getByRole("link", { name: "Offices" }).click();
    await page.getByRole("heading", { name: "Offices" }).waitFor();
    await page.getByRole("link", { name: "People", exact: true }).last().click();
    await page.getByRole("grid").waitFor();
    await page.goBack();
    await page.goBack();
    await page.getByText("Your unsaved changes are still here.").waitFor();
    expect(await page.getByLabel("Percent of the directory").inputValue()).toBe("37");
    await page.getByRole("button", { name: "Discard" }).click();
    await page.getByText("Nothing has changed.").waitFor();
    expect(await page.getByLabel("Percent of the directory").inputValue()).not.toBe("37");
  });

  test("a draft that the service stores while the administrator is elsewhere does not come back", async () => {
    const page = await console.open("/settings/company");
    const elsewhere = Promise.withResolvers<void>();
    await page.route("**/graphql", async (route) => {
      if (route.request().postData()?.includes("setPeopleSettings")) await elsewhere.promise;
      await route.continue();
    });
    await page.getByLabel("Percent of the directory").fill("31");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("link", { name: "Offices" }).click();
    await page.getByRole("heading", { name: "Offices" }).waitFor();
    elsewhere.resolve();
    await page.getByRole("status").getByText("Saved").waitFor();
    await page.goBack();
    await page.getByText("Nothing has changed.").waitFor();
    expect(await page.getByLabel("Percent of the directory").inputValue()).toBe("31");
    expect(await page.getByText("Your unsaved changes are still here.").count()).toBe(0);
  });

  test("an entry that is not a record id is refused at its field before it is sent", async () => {
    const page = await console.open("/settings/company");
    const records = page.getByLabel("Records that stay out");
    await records.fill("1042, anna@example.com\nhttps://example.com/1043");
    await page.getByText("Not a Personio id: anna@example.com, https://example.com/1043.").waitFor();
    expect(await records.getAttribute("aria-invalid")).toBe("true");
    expect(await page.getByRole("button", { name: "Save" }).getAttribute("aria-disabled")).toBe("true");
    await records.fill("1042, 1043");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("status").getByText("Saved").waitFor();
    expect(await shared().get("{ peopleSettings { excludedPersonioIds } }")).toEqual({
      peopleSettings: { excludedPersonioIds: ["1042", "1043"] },
    });
  });

  test("with the keyboard alone, an administrator checks a guessed zone and sets it", async () => {
    const page = await console.open("/settings/offices");
    const change = page.getByRole("button", { name: "Change Time zone of Berlin" });
    const berlin = page.getByRole("row").filter({ has: change });
    await berlin.getByText("Guess").waitFor();
    await tabTo(page, change);
    await page.keyboard.press("Enter");
    const zone = page.getByLabel("Time zone", { exact: true });
    await zone.waitFor();
    await tabTo(page, zone);
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type("Europe/Vienna");
    await tabTo(page, page.getByRole("button", { name: "Save" }));
    await page.keyboard.press("Enter");
    await berlin.getByText("Europe/Vienna").waitFor();
    expect(await berlin.getByText("Guess").count()).toBe(0);
  });

  test("a fallback approver approves for a person without a supervisor, as the trial shows", async () => {
    const { people } = await shared().get<{
      people: { nodes: { id: string; displayName: string; supervisor: object | null }[] };
    }>("{ people(first: 100) { nodes { id displayName supervisor { id } } } }");
    const top = people.nodes.find(({ supervisor }) => supervisor === null);
    const other = people.nodes.find(({ id, supervisor }) => id !== top?.id && supervisor !== null);
    if (!top || !other) return expect.fail("no such people");
    const page = await console.open("/settings/approvers");
    const pickers = page.getByRole("combobox", { name: "Person" });
    await typeInto(page, pickers.first(), "a name that no person has");
    await page.getByText("No person has this name.").waitFor();
    await typeInto(page, pickers.first(), other.displayName);
    await page.getByRole("option", { name: other.displayName }).first().waitFor();
    await page.keyboard.press("Enter");
    // The focus stays at the place: a keyboard can take the choice back.
    await page.locator("button:focus").and(page.getByLabel(other.displayName)).waitFor();
    await pressOn(page, page.getByRole("button", { name: "Set", exact: true }));
    await page.getByRole("button", { name: `Remove ${other.displayName}` }).waitFor();

    await typeInto(page, pickers.last(), top.displayName);
    await page.getByRole("option", { name: top.displayName }).first().waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("No supervisor in the line may approve, so a fallback does.").waitFor();
    expect(new URL(page.url()).search).toBe(`?person=${top.id}`);
    await pressOn(page, page.getByRole("button", { name: `Remove ${other.displayName}` }));
    await page.getByText("No fallback is set.").waitFor();
  });

  test("a webhook shows its secret once, and a new one only after a question", async () => {
    const page = await console.open("/settings/webhooks");
    await pressOn(page, page.getByRole("button", { name: "Create a webhook" }));
    const created = page.getByRole("dialog", { name: "The new webhook" });
    await created.getByText("The webhook exists in Personio.").waitFor();
    const values = await created.locator("code").allInnerTexts();
    expect(values).toHaveLength(3);
    const [address = "", , secret = ""] = values;
    await console.expectAccessible(page);
    await pressOn(page, created.getByRole("button", { name: "Done" }));
    await page.getByText(address).waitFor();
    await page.getByText("None yet").waitFor();
    expect(await page.content()).not.toContain(secret);

    await pressOn(page, page.getByRole("button", { name: "Create a new one …" }));
    await page.getByText("The address of the current one stops working at once.").waitFor();
    await pressOn(page, page.getByRole("button", { name: "Create a new one", exact: true }));
    await created.waitFor();
    expect(await created.locator("code").first().innerText()).not.toBe(address);
  });

  test("axe finds nothing in each of the settings, in both themes and languages", async () => {
    const screens = ["company", "fields", "lifecycle", "offices", "approvers", "webhooks"];
    const addresses = screens.map((name) => `/settings/${name}`);
    await console.expectAccessibleInAllLooks(addresses, async (page, address) => {
      await page.getByRole("main").locator("section, table").first().waitFor();
      await console.screenshot(page, address.slice(1).replace("/", "-"));
    });
  });
});
