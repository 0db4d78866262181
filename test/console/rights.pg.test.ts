import type { Page, Route } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SYSTEM } from "../../src/access/actor.ts";
import { SCOPES, type Scope } from "../../src/access/viewer.ts";
import { inTenant } from "../../src/database/transaction.ts";
import { issueServiceToken } from "../../src/identity/issue-service-token.ts";
import { ensureTenant } from "../../src/tenant/tenant.repository.ts";
import { canOpenConsole, useConsole } from "../support/console.ts";
import { eventually } from "../support/eventually.ts";
import { failFields } from "../support/failed-fields.ts";
import { createAsk, startTestApp, type TestApp, untilEnded } from "../support/test-app.ts";

const SETTINGS = [
  "company",
  "fields",
  "lifecycle",
  "offices",
  "approvers",
  "webhooks",
  "identity",
  "tokens",
  "sessions",
];

/** What asks the service for something as it opens. */
const SCREENS = [
  "",
  "/people/1",
  "/org",
  "/org/1",
  "/connect",
  "/sync",
  "/sync/runs/1",
  "/sync/missing",
  "/sync/missing?why=Ada",
  "/sync/lines",
  "/events",
  "/events/coming",
  "/sign-ins",
  ...SETTINGS.map((name) => `/settings/${name}`),
];

/** Operations of what is round every screen. */
const OF_THE_FRAME = /(query ConsoleViewer|query ConsoleStanding|subscription) /;

const refuse = (route: Route): Promise<void> =>
  route.fulfill({
    json: { data: null, errors: [{ message: "The disk is full.", extensions: { code: "DATABASE_FULL" } }] },
  });

/** What the graph answers to a page from now on. */
function answersOf(page: Page): string[] {
  const answers: string[] = [];
  page.on("response", async (response) => {
    if (response.url().endsWith("/graphql")) answers.push(await response.text().catch(() => ""));
  });
  return answers;
}

/** The service answers so if the viewer lacks the scope. */
const PROTECTED = /FORBIDDEN/;

describe.runIf(canOpenConsole)("the console with AUTH=jwt", () => {
  let service: TestApp;
  let reader: string;
  let admin: string;
  let protect: (field: string) => Promise<unknown>;
  /** Someone with a supervisor. */
  let personId: string;
  beforeAll(async () => {
    service = await startTestApp({
      sandbox: { people: 20 },
      config: { auth: { mode: "jwt", issuer: null } },
    });
    admin = await issue(SCOPES);
    const ask = createAsk(`${service.app.url}/graphql`, admin);
    const get = async <Data>(query: string, variables?: object) => (await ask<Data>(query, variables)).data;
    await get(
      "mutation ($clientId: String!, $clientSecret: String!) { connectPersonio(clientId: $clientId, clientSecret: $clientSecret) { id } }",
      service.sandbox.credentials,
    );
    await get("mutation { finishPersonioSetup { id } }");
    await untilEnded(get);
    reader = await issue(["people:read"]);
    protect = (name) =>
      get("mutation ($name: String!) { setPeopleField(name: $name, sensitivity: HR) { name } }", { name });
    const { people } = await get<{ people: { nodes: { id: string; supervisor: object | null }[] } }>(
      "{ people(first: 100) { nodes { id supervisor { id } } } }",
    );
    personId = people.nodes.find(({ supervisor }) => supervisor)?.id ?? "";
  });
  afterAll(() => service?.[Symbol.asyncDispose]());

  /** As `npm run tenant` does. */
  const issue = async (scopes: readonly Scope[]): Promise<string> =>
    inTenant(service.app.database.dataSource, "acme", async (manager) => {
      await ensureTenant(manager);
      const rest = {
        tenantId: "acme",
        name: scopes.join(" "),
        expiresAt: null,
        createdBy: SYSTEM,
        now: new Date(),
      };
      return `Bearer ${(await issueServiceToken(manager, { ...rest, scopes })).token}`;
    });

  const console = useConsole(() => service.app.url);

  test("a viewer with only people:read sees a person without what needs another right, and the page does not request it", async () => {
    const page = await console.open("", { authorization: reader });
    const answers = answersOf(page);
    await page.getByRole("grid").getByRole("link").first().click();
    await page.getByText("Probation, contract, last day and birthday need the right people:hr").waitFor();
    await page.getByRole("region", { name: "Approver" }).getByRole("listitem").first().waitFor();
    expect(await page.getByRole("region", { name: "Sources of fields" }).count()).toBe(0);
    expect(await page.getByText("Sign-in is off").count()).toBe(0);
    expect(answers.length).toBeGreaterThan(2);
    expect(answers.filter((answer) => PROTECTED.test(answer))).toEqual([]);
  });

  test("a viewer without people:admin sees which right the sync needs, and the page requests none of its data", async () => {
    const page = await console.open("", { authorization: reader });
    await page.getByRole("grid").waitFor();
    expect(await page.getByRole("link", { name: "Sync" }).count()).toBe(0);
    const answers = answersOf(page);
    for (const address of ["/connect", "/sync", "/sync/runs/1", "/sync/missing", "/sync/lines"]) {
      await console.go(page, address);
      await page.getByText("It needs the right people:admin.").waitFor();
      await console.expectAccessibleAlike(page);
    }
    expect(answers.filter((answer) => PROTECTED.test(answer))).toEqual([]);
  });

  test("a viewer without people:admin sees on each settings page which right it needs, and the page requests none of its data", async () => {
    const page = await console.open("/settings", { authorization: reader });
    const answers = answersOf(page);
    for (const address of ["", ...SETTINGS.map((name) => `/${name}`)]) {
      await page.goto(`${service.app.url}/console/settings${address}`);
      await page.getByText("It needs the right people:admin.").waitFor();
      expect(await page.getByRole("navigation", { name: "Settings" }).count()).toBe(0);
      await console.expectAccessibleAlike(page);
    }
    await console.expectAccessible(page);
    expect(answers.length).toBeGreaterThan(SETTINGS.length);
    expect(answers.filter((answer) => PROTECTED.test(answer))).toEqual([]);
  });

  test("a viewer without people:hr sees events and upcoming dates without kinds and reasons that need it", async () => {
    const page = await console.open("/events", { authorization: reader });
    const answers = answersOf(page);
    for (const address of ["/events", "/events/coming", "/events/coming?view=month"]) {
      await page.goto(`${service.app.url}/console${address}`);
      await page.getByText("Kind", { exact: true }).click();
      await page.getByRole("checkbox", { name: "Work anniversary" }).waitFor();
      expect(await page.getByRole("checkbox", { name: "Birthday" }).count()).toBe(0);
      await console.expectAccessibleAlike(page);
    }
    expect(answers.filter((answer) => PROTECTED.test(answer))).toEqual([]);
  });

  test("a viewer without people:hr sees which kinds of a link need it, and the page does not request them", async () => {
    const page = await console.open("/events?kind=BIRTHDAY", { authorization: reader });
    const answers = answersOf(page);
    for (const address of ["/events?kind=BIRTHDAY", "/events/coming?kind=BIRTHDAY"]) {
      await page.goto(`${service.app.url}/console${address}`);
      await page.getByText("Not shown to you: Birthday. It needs the right people:hr.").waitFor();
      await page.getByRole("button", { name: "Remove the filter Kind Birthday" }).waitFor();
      await console.expectAccessibleAlike(page);
    }
    await page.goto(`${service.app.url}/console/events?kind=BIRTHDAY&kind=PERSON_ADDED`);
    await page.getByText("Not shown to you: Birthday.").waitFor();
    await page.getByText("No event matches these filters").waitFor();
    expect(answers.filter((answer) => PROTECTED.test(answer))).toEqual([]);
  });

  test("where the company protects first days, a viewer without the right sees people, and what is not shown", async () => {
    await protect("hireDate");
    const page = await console.open("", { authorization: reader });
    await page.getByText(/^Not shown to you, because your company protects it: .*First day/).waitFor();
    // Everybody sees how current the directory is.
    await page.getByText(/^As of /).waitFor();
    await console.expectAccessibleAlike(page);
    await page.getByRole("grid").getByRole("link").first().click();
    await page.getByRole("region", { name: "Reporting line" }).waitFor();
    await page.getByText(/^Not shown to you, because your company protects it: .*First day/).waitFor();
    await console.expectAccessibleAlike(page);
  });

  test("where the company protects supervisors, a viewer without the right sees people without them, and which right that needs", async () => {
    await protect("supervisor");
    const page = await console.open(`/people/${personId}`, { authorization: reader });
    await page.getByText(/^Not shown to you, because your company protects it: Supervisor/).waitFor();
    expect(await page.getByRole("region", { name: "Reporting line" }).count()).toBe(0);
    const approver = page.getByRole("region", { name: "Approver" });
    await approver.getByText("It needs the right people:hr.").waitFor();
    await page.getByRole("region", { name: "Upcoming dates" }).waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);
    await console.expectAccessibleAlike(page);
    await console.go(page, "/org");
    await page.getByRole("main").getByText("It needs the right people:hr.").waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);
  });

  test("where the company protects supervisors, an administrator without people:hr sees which right the problems of reporting lines need", async () => {
    await protect("supervisor");
    const authorization = await issue(["people:admin", "people:read"]);
    const page = await console.open("/sync/lines", { authorization });
    await page.getByRole("main").getByText("It needs the right people:hr.").waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);
    await console.expectAccessibleAlike(page);
  });

  test.each([
    ["ConsolePersonComing", () => `/people/${personId}`],
    ["ConsolePersonEvents", () => `/people/${personId}`],
    ["ConsoleApprover", () => `/people/${personId}`],
    ["ConsoleConnection", () => "/connect"],
    ["ConsoleSync", () => "/sync"],
    ["ConsoleRuns", () => "/sync"],
    ["ConsoleLedgerCounts", () => "/sync/missing"],
    ["ConsoleWhyMissing", () => "/sync/missing?why=ada@example.com"],
    ["ConsoleWhyByName", () => "/sync/missing?why=Ada"],
    ["ConsoleLineCounts", () => "/sync/lines"],
    ["ConsoleCompanySettings", () => "/settings/company"],
    ["ConsoleFields", () => "/settings/fields"],
    ["ConsoleLifecycleSettings", () => "/settings/lifecycle"],
    ["ConsoleOfficeSettings", () => "/settings/offices"],
    ["ConsoleFallbackApprovers", () => "/settings/approvers"],
    ["ConsoleWebhook", () => "/settings/webhooks"],
    ["ConsoleIdentity", () => "/settings/identity"],
    ["ConsoleServiceTokens", () => "/settings/tokens"],
    ["ConsoleSessions", () => "/settings/sessions"],
  ])("a part of %s that failed is reported beside the rest, until it is read", async (operation, address) => {
    const page = await console.open("/nowhere", { authorization: admin });
    await failFields(page, operation, [{ path: ["part"] }]);
    await console.go(page, address());
    const alert = page.getByRole("main").getByRole("alert");
    await alert.getByText("An error occurred in the service.").waitFor();
    await page.unroute("**/graphql");
    await alert.getByRole("button", { name: "Try again" }).click();
    await alert.waitFor({ state: "detached" });
  });

  test("each screen has its title while it waits for the service, and shows what the service refuses", async () => {
    const page = await console.open("/nowhere", { authorization: admin });
    await page.getByRole("heading", { level: 1 }).waitFor();
    const held: Route[] = [];
    let isHeld = true;
    await page.route("**/graphql", (route) => {
      if (OF_THE_FRAME.test(route.request().postData() ?? "")) return route.continue();
      return isHeld ? void held.push(route) : refuse(route);
    });
    for (const address of SCREENS) {
      isHeld = true;
      await console.go(page, address);
      await eventually(async () => held.length > 0);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await console.expectAccessibleAlike(page);
      isHeld = false;
      await Promise.all(held.splice(0).map(refuse));
      await page.getByRole("main").getByText("The disk is full.").first().waitFor();
      await page.getByRole("heading", { level: 1 }).waitFor();
      await console.expectAccessibleAlike(page);
    }
  });

  test("a viewer without people:read sees on each screen which right to ask for, and the page asks for nothing of it", async () => {
    const page = await console.open("", { authorization: await issue(["people:hr"]) });
    const toRead = page.getByText("It needs the right people:read.");
    await toRead.waitFor();
    await console.expectAccessible(page);
    const answers = answersOf(page);
    for (const address of ["/people/1", "/org", "/org/1", "/events", "/events/coming"]) {
      await page.goto(`${service.app.url}/console${address}`);
      await toRead.waitFor();
      await console.expectAccessibleAlike(page);
    }
    expect(answers.filter((answer) => PROTECTED.test(answer))).toEqual([]);
  });
});
