import { beforeAll, describe, expect, test } from "vitest";
import { canOpenConsole, useConsole } from "../support/console.ts";
import { failFields } from "../support/failed-fields.ts";
import { pressOn, typeInto } from "../support/keyboard.ts";
import { useSharedApp } from "../support/shared-app.ts";

type Listed = {
  readonly id: string;
  readonly personioId: string;
  readonly displayName: string;
  readonly reportingChain: readonly { readonly displayName: string }[];
  readonly supervisor: {
    readonly person: { readonly personioId: string; readonly displayName: string };
  } | null;
};

describe.runIf(canOpenConsole)("the page of a person", () => {
  const shared = useSharedApp();
  const console = useConsole(() => shared().app.url);
  /** A person with two supervisors above. The direct one goes on leave. */
  let report: Listed;
  beforeAll(async () => {
    await shared().resetConnected();
    const { admin } = shared().sandbox;
    const { people } = await shared().get<{ people: { nodes: Listed[] } }>(
      `{ people(first: 100, filter: { statuses: [ACTIVE] }) { nodes {
        id personioId displayName reportingChain { displayName } supervisor { person { personioId displayName } }
      } } }`,
    );
    report = people.nodes.find(({ reportingChain }) => reportingChain.length >= 2) as Listed;
    await admin.putOnLeave(report.supervisor?.person.personioId ?? "", {
      from: "2026-01-01",
      until: "2027-12-31",
    });
    await admin.change(report.personioId, {
      probation_period_end: new Date(Date.now() + 30 * 24 * 60 * 60_000).toISOString().slice(0, 10),
      dynamic_402192: "javascript:alert(1)",
      team: "Night shift",
    });
    await admin.change(report.supervisor?.person.personioId ?? "", {
      dynamic_402192: "https://example.com/profile",
    });
    await shared().sync();
  });

  test("the page shows the reporting line from the top, what has happened, and what is coming", async () => {
    const page = await console.open(`/people/${report.id}`);
    await page.getByRole("heading", { name: report.displayName }).waitFor();
    const line = page.getByRole("region", { name: "Reporting line" }).getByRole("listitem");
    expect((await line.allInnerTexts()).map((text) => text.split("\n")[0])).toEqual([
      ...report.reportingChain.map(({ displayName }) => displayName).toReversed(),
      report.displayName,
    ]);
    await page.getByRole("region", { name: "What has happened" }).getByText("Changed").first().waitFor();
    await page.getByRole("region", { name: "Upcoming dates" }).getByText("Probation ends").waitFor();
    await console.screenshot(page, "person-light");
  });

  test("a fact that the service could not read is reported above the person's page", async () => {
    const page = await console.open("/settings/company");
    await failFields(page, "ConsolePerson", [{ path: ["person", "office"] }]);
    await console.go(page, `/people/${report.id}`);
    await page.getByRole("heading", { name: report.displayName }).waitFor();
    await page.getByRole("alert").waitFor();
    await page.unroute("**/graphql");
    await pressOn(page, page.getByRole("button", { name: "Try again" }));
    await page.getByRole("alert").waitFor({ state: "detached" });
  });

  test("a fact that an outage kept from the page appears by itself, also where a hidden field comes first", async () => {
    const page = await console.open("/settings/company");
    await failFields(page, "ConsolePerson", [
      { path: ["person", "position"], code: "FORBIDDEN" },
      { path: ["person", "office"], code: "UNAVAILABLE" },
    ]);
    await console.go(page, `/people/${report.id}`);
    const notice = page.getByText("Not shown to you", { exact: false });
    await notice.waitFor();
    await page.unroute("**/graphql");
    await notice.waitFor({ state: "detached" });
  });

  test("who approves for a person whose supervisor is on leave: the one above, with the reason", async () => {
    const page = await console.open(`/people/${report.id}`);
    const approver = page.getByRole("region", { name: "Approver" });
    await approver.getByText("No closer supervisor may approve, so this one does.").waitFor();
    const [direct, above] = report.reportingChain;
    const trace = approver.getByRole("list", { name: "Who was considered, in order" }).getByRole("listitem");
    expect(await trace.nth(0).innerText()).toMatch(new RegExp(`^${direct?.displayName}.*On leave`, "s"));
    expect(await trace.nth(1).innerText()).toMatch(new RegExp(`^${above?.displayName}.*Approves`, "s"));

    await pressOn(page, approver.getByText("Ask for another level or requester"));
    await pressOn(page, approver.getByRole("checkbox", { name: "People on leave may approve" }), "Space");
    await approver.getByText("The supervisor at this level approves.").waitFor();
    await typeInto(page, approver.getByRole("combobox", { name: "Requester" }), direct?.displayName ?? "");
    await approver
      .getByRole("option", { name: direct?.displayName ?? "" })
      .first()
      .waitFor();
    await page.keyboard.press("Enter");
    await approver.getByText("Is the requester").waitFor();
  });

  test("a person that HR has set active before the first day is shown as still to start", async () => {
    const { admin } = shared().sandbox;
    const supervisor = await admin.hire({ email: null, first_name: "Nele", last_name: "Ohnemail" });
    await admin.hire({
      supervisor,
      first_name: "Fritzi",
      last_name: "Früh",
      email: "fritzi@x.example",
      status: "active",
      hire_date: "2099-03-01",
    });
    await shared().sync();
    const page = await console.open("?search=fritzi");
    const row = page.getByRole("row").filter({ hasText: "Fritzi Früh" });
    await row.getByText("Starting").filter({ visible: true }).waitFor();
    expect(await row.getByText("Active").count()).toBe(0);
    await row.getByRole("link").first().click();
    await page.getByRole("heading", { name: "Fritzi Früh" }).waitFor();
    await page.getByText("Starts on 1 Mar 2099").waitFor();
    expect(await page.getByText("Active", { exact: true }).count()).toBe(0);
    // What a sync could not read of the person, and what to do about it.
    const ledger = page.getByRole("region", { name: "Not complete" });
    await ledger.getByText("Supervisor missing · Supervisor").waitFor();
    await ledger
      .getByText("Find out why the supervisor is missing, or choose another one in Personio.")
      .waitFor();
    const words = ledger.getByText("The link is restored when the supervisor is synced.", { exact: false });
    expect(await words.isVisible()).toBe(false);
    await ledger.getByText("Message from the service").click();
    await words.waitFor();
  });

  test("upcoming dates end with a button while there are more, and it adds them", async () => {
    const days = Array.from({ length: 20 }, (_, index) => -(index + 1));
    await shared().get(
      "mutation ($days: [Int!]!) { setLifecycleOffsets(kind: PROBATION_END, offsetDays: $days) { timeZone } }",
      { days },
    );
    const page = await console.open(`/people/${report.id}`);
    const dates = page.getByRole("region", { name: "Upcoming dates" });
    await dates.getByRole("listitem").nth(19).waitFor();
    expect(await dates.getByRole("listitem").count()).toBe(20);
    await pressOn(page, dates.getByRole("button", { name: "Show more" }));
    await dates.getByRole("listitem").nth(20).waitFor();
    await shared().get("mutation { setLifecycleOffsets(kind: PROBATION_END, offsetDays: []) { timeZone } }");
  });

  test("a field with two sources shows the winner, and what the other one has: a supervisor by name", async () => {
    const { people } = await shared().get<{
      people: { nodes: { displayName: string; workEmail: string }[] };
    }>("{ people(first: 100) { nodes { displayName workEmail } } }");
    const named = (name?: string) => people.nodes.find(({ displayName }) => displayName === name)?.workEmail;
    const top = report.reportingChain.at(-1)?.displayName ?? "";
    // As an identity provider sends them.
    await shared().app.database.dataSource.query(
      `with lead as (select gen_random_uuid() as id)
      insert into idp_users (tenant_id, id, user_name, user_name_key, email, active, resource, offered, supervisor_id,
        version, created_at, modified_at)
      select 'default', id, id::text, id::text, $1::text, true, '{}'::jsonb, '{}'::jsonb, null::uuid, 1, now(), now() from lead
      union all select 'default', gen_random_uuid(), $2, $2, $2, true, '{}',
        jsonb_build_object('position', 'Kite maker', 'supervisor', id), id, 1, now(), now() from lead`,
      [named(top), named(report.displayName)],
    );
    await shared().sync();
    const page = await console.open(`/people/${report.id}`);
    const sources = page.getByRole("region", { name: "Sources of fields" });
    const rowOf = (field: string) => sources.getByRole("row").filter({ hasText: field });
    await rowOf("Position").getByText("Personio").waitFor();
    await rowOf("Position").getByText("Kite maker").waitFor();
    await rowOf("Supervisor").getByRole("link", { name: top }).waitFor();
  });

  test("a link that HR typed is followed only where that is safe", async () => {
    const page = await console.open(`/people/${report.id}`);
    const more = page.getByRole("region", { name: "More from HR" });
    await more.getByText("javascript:alert(1)").waitFor();
    expect(await more.getByRole("link").count()).toBe(0);
    await page.getByRole("region", { name: "Reporting line" }).getByRole("link").last().click();
    const link = more.getByRole("link", { name: "https://example.com/profile" });
    expect(await link.getAttribute("rel")).toBe("noreferrer noopener");
    expect(await page.locator('main a[href^="mailto:"]').first().innerText()).toMatch(/@/);
  });

  test("the page of an unknown id shows that there is no such person, and links to the search", async () => {
    const page = await console.open("/people/unknown");
    await page.getByText("This person is not in the directory.").waitFor();
    await page.getByRole("link", { name: "Search for people" }).waitFor();
    await console.expectAccessible(page);
  });

  test("the page has no violation in both themes and languages, and fits a phone", async () => {
    await console.expectAccessibleInAllLooks(`/people/${report.id}`, (page) =>
      page
        .getByText(/Who was considered|Wer in Frage kam|Approves|Genehmigt/)
        .first()
        .waitFor(),
    );
    const phone = await console.open(`/people/${report.id}`, { width: 320, height: 640, theme: "dark" });
    await phone.getByRole("heading", { name: report.displayName }).waitFor();
    expect(await phone.evaluate("document.documentElement.scrollWidth")).toBe(320);
    await console.screenshot(phone, "person-phone-dark");
  });

  test("Ctrl+K finds a person by a few letters, and ? lists the keys, of which single ones can be switched off", async () => {
    const page = await console.open("");
    await page.getByRole("grid").getByRole("link").first().waitFor();
    await page.keyboard.press("Control+k");
    const dialog = page.getByRole("dialog", { name: "Go to a screen or a person" });
    await dialog.getByRole("combobox").waitFor();
    await dialog.locator("[role=combobox]:focus").waitFor();
    await page.keyboard.type(report.displayName);
    await dialog.getByRole("option", { name: report.displayName }).waitFor();
    await console.expectAccessible(page);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: report.displayName }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("p");
    await page.getByRole("heading", { name: "People" }).waitFor();

    await page.keyboard.press("?");
    await pressOn(
      page,
      page.getByRole("checkbox", { name: "Use keys without Ctrl, such as / and ?" }),
      "Space",
    );
    await console.expectAccessible(page);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.keyboard.press("/");
    expect(await page.evaluate("document.activeElement.id")).not.toBe("people-search");
  });
});
