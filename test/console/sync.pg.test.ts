import type { Route } from "playwright-core";
import { beforeEach, describe, expect, test } from "vitest";
import { canOpenConsole, useConsole } from "../support/console.ts";
import { eventually } from "../support/eventually.ts";
import { failFields } from "../support/failed-fields.ts";
import { arrowTo, pressOn, typeInto } from "../support/keyboard.ts";
import { useSharedApp } from "../support/shared-app.ts";
import { untilEnded } from "../support/test-app.ts";

/** The second click of a double click, on the answer in the dialog that the first one has opened. */
const CLICK_TWICE = `(async () => {
  const rejectIn = (place) => [...document.querySelectorAll(place + " button")].find(({ textContent }) => textContent === "Reject");
  rejectIn("main").click();
  while (!rejectIn("[role=dialog]")) await new Promise(requestAnimationFrame);
  rejectIn("[role=dialog]").dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, detail: 2 }));
})()`;

describe.runIf(canOpenConsole)("the screens of the sync", () => {
  const shared = useSharedApp();
  const console = useConsole(() => shared().app.url);
  beforeEach(() => shared().resetConnected());

  type Node = { id: string; personioId: string; displayName: string; directReports: { totalCount: number } };
  /** Active people without reports: their departures change no other person. */
  const activePeople = async (): Promise<Node[]> => {
    const { people } = await shared().get<{ people: { edges: { node: Node }[] } }>(
      "{ people(first: 100, filter: { statuses: [ACTIVE] }) { edges { node { id personioId displayName directReports(first: 1) { totalCount } } } } }",
    );
    return people.edges.map(({ node }) => node).filter(({ directReports }) => directReports.totalCount === 0);
  };

  /** A run that the guard holds: eight people are gone, and one has another position. */
  const holdRun = async () => {
    const [moved, ...others] = await activePeople();
    const gone = others.slice(0, 8);
    const { admin } = shared().sandbox;
    await admin.change(moved?.personioId ?? "", { position: "Head of Kites" });
    for (const { personioId } of gone) await admin.remove(personioId);
    const run = await shared().sync();
    expect(run.status).toBe("HELD");
    return { run, moved, gone };
  };

  const runStatus = async (id: string): Promise<string> =>
    (
      await shared().get<{ syncRun: { status: string } }>(
        "query ($id: ID!) { syncRun(id: $id) { status } }",
        { id },
      )
    ).syncRun.status;

  test("a person of a plan that the service could not read is reported above the others", async () => {
    const { run } = await holdRun();
    const page = await console.open("/settings/company");
    await failFields(page, "ConsolePlanRows", [{ path: ["syncRun", "plan", "nodes", 0, "person"] }]);
    await console.go(page, `/sync/runs/${run.id}`);
    await page.getByRole("main").getByRole("alert").waitFor();
    await page.getByRole("main").getByRole("status").filter({ hasText: "9 people" }).waitFor();
    await page.unroute("**/graphql");
    await pressOn(page, page.getByRole("button", { name: "Try again" }));
    await page.getByRole("main").getByRole("alert").waitFor({ state: "detached" });
  });

  test("Sync now shows the progress of the run, and then its result in the list", async () => {
    const { admin } = shared().sandbox;
    const page = await console.open("/sync");
    await page.getByText(/^Up to date as of .*Next sync: /).waitFor();
    await page.getByText("First sync").waitFor();
    await console.screenshot(page, "sync");
    await admin.setFaults([
      { kind: "delay", milliseconds: 600_000, path: "/v1/company/employees?", times: 1 },
    ]);
    await pressOn(page, page.getByRole("button", { name: "Sync now" }));
    await page.getByText("Reading Personio …").waitFor();
    await page.getByRole("progressbar", { name: "Progress of the sync" }).waitFor();
    // The pages of the tests ask for reduced motion.
    const endless = "document.getAnimations().filter((one) => one.effect.getTiming().iterations > 1).length";
    expect(await page.evaluate(endless)).toBe(0);
    await console.screenshot(page, "sync-running");
    await console.expectAccessible(page);
    await admin.clearFaults();
    await page.getByRole("progressbar").waitFor({ state: "detached" });
    const first = page.getByRole("region", { name: "Runs" }).getByRole("listitem").first();
    await first.getByText("Applied").waitFor();
    await first.getByText("By hand").waitFor();
  });

  test("after a new order of sources, the page shows that a held plan delays it, and links to the plan", async () => {
    const { run } = await holdRun();
    const page = await console.open("/settings/fields");
    await pressOn(page, page.getByRole("button", { name: "Position", exact: true }));
    const dialog = page.getByRole("dialog");
    await arrowTo(page, dialog.getByLabel("Sources, in order"), "Identity provider, then Personio");
    await pressOn(page, dialog.getByRole("button", { name: "Save" }));
    const waiting = dialog.getByRole("status").filter({ hasText: "Saved, but not applied yet" });
    await pressOn(page, waiting.getByRole("link", { name: "Review the held plan" }));
    await page.waitForURL(`**/sync/runs/${run.id}`);
  });

  test("a held plan is on every page, is reviewed by field and words, and is approved with the typed number", async () => {
    const { run, moved, gone } = await holdRun();
    const page = await console.open("");
    await pressOn(page, page.getByRole("link", { name: "Review the plan" }));
    await page.getByRole("heading", { name: "Why this run waits" }).waitFor();
    await page.getByText(/^8 of \d+ people would leave the directory at once. The limit is \d\.$/).waitFor();
    await console.screenshot(page, "plan");
    const rows = page
      .getByRole("region", { name: "The plan, person by person" })
      .getByRole("listitem")
      .filter({ hasText: "Record" });
    await page
      .getByRole("status")
      .filter({ hasText: /^9 people$/ })
      .waitFor();
    expect(await rows.count()).toBe(9);

    const byField = page.getByLabel("By field");
    await arrowTo(page, byField, "Position (1)");
    await page
      .getByRole("status")
      .filter({ hasText: /^1 person$/ })
      .waitFor();
    await page.getByText("Head of Kites").waitFor();
    expect(new URL(page.url()).search).toBe("?field=position");
    await arrowTo(page, byField, "Every field");
    await pressOn(page, page.getByRole("button", { name: /^Leaves/ }));
    await page
      .getByRole("status")
      .filter({ hasText: /^8 people$/ })
      .waitFor();
    await typeInto(page, page.getByRole("searchbox"), gone[0]?.displayName ?? "");
    await page
      .getByRole("status")
      .filter({ hasText: /^1 person$/ })
      .waitFor();
    await page.getByRole("link", { name: gone[0]?.displayName ?? "" }).waitFor();
    expect(await page.getByText(moved?.displayName ?? "").count()).toBe(0);

    await pressOn(page, page.getByRole("button", { name: "Approve" }));
    const dialog = page.getByRole("dialog");
    const leavers = dialog.getByLabel("Type how many people leave");
    await typeInto(page, leavers, "7");
    await pressOn(page, dialog.getByRole("button", { name: "Approve" }));
    await dialog.getByText("This is not the number of people who leave.").waitFor();
    expect(await runStatus(run.id)).toBe("HELD");
    await console.expectAccessible(page);
    await typeInto(page, leavers, "8");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "What it changed" }).waitFor();
    await console.screenshot(page, "run");
    expect(await untilEnded(shared().get)).toMatchObject({ id: run.id, left: 8, changed: 1 });
  });

  test("a page that is open already shows at once that a sync is held", async () => {
    const page = await console.open("/sync/lines");
    await page.getByRole("region", { name: "Problems" }).waitFor();
    await holdRun();
    await page.getByRole("link", { name: "Review the plan" }).waitFor();
    // A change of sources waits for the decision too, and the page shows it.
    await console.go(page, "/settings/fields");
    await page.getByRole("button", { name: "Position" }).click();
    const dialog = page.getByRole("dialog", { name: "Position" });
    await dialog.getByLabel("Sources, in order").selectOption("Identity provider, then Personio");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("Saved, but not applied yet: a sync is held.", { exact: false }).waitFor();
    await dialog.getByRole("link", { name: "Review the held plan" }).click();
    await page.waitForURL(/sync.runs/);
  });

  test("a hidden tab holds no stream, and catches up when the user returns to it", async () => {
    const page = await console.open("/sync/lines");
    const setHidden = (isHidden: boolean) =>
      page.evaluate(
        `Object.defineProperty(document, "hidden", { configurable: true, value: ${isHidden} }), document.dispatchEvent(new Event("visibilitychange"))`,
      );
    const ended = page.waitForEvent(
      "requestfailed",
      (request) => request.postData()?.includes("syncRunProgress") === true,
    );
    await page.getByRole("region", { name: "Problems" }).waitFor();
    await setHidden(true);
    await ended;
    await holdRun();
    const banner = page.getByRole("link", { name: "Review the plan" });
    expect(await banner.count()).toBe(0);
    await setHidden(false);
    await banner.waitFor();
  });

  test("the state is right when a run ends before the answer about its beginning arrives", async () => {
    const page = await console.open("/sync");
    await page.getByText(/^Up to date as of/).waitFor();
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    let isFirst = true;
    await page.route("**/graphql", async (route) => {
      if (!isFirst || !route.request().postData()?.includes("query ConsoleSync ")) return route.continue();
      isFirst = false;
      const response = await route.fetch();
      await answered;
      await route.fulfill({ response });
    });
    const asked = page.waitForRequest(
      (request) => request.postData()?.includes("query ConsoleSync ") === true,
    );
    await shared().sandbox.admin.setFaults([
      { kind: "delay", milliseconds: 600_000, path: "/v1/company/employees?", times: 1 },
    ]);
    await page.getByRole("button", { name: "Sync now" }).click();
    await asked;
    await shared().sandbox.admin.clearFaults();
    await untilEnded(shared().get);
    const runs = page.getByRole("region", { name: "Runs" }).getByRole("listitem");
    await runs.first().getByText("Applied").waitFor();
    answer();
    await page.getByRole("progressbar").waitFor({ state: "detached" });
  });

  test("a decision without an answer is not sent again, and the page does not promise it", async () => {
    const { run } = await holdRun();
    const page = await console.open(`/sync/runs/${run.id}`, { allowed: /ERR_INTERNET_DISCONNECTED/ });
    await page.getByRole("button", { name: "Reject" }).click();
    await page.context().setOffline(true);
    await page.getByRole("dialog").getByRole("button", { name: "Reject" }).click();
    await page.getByText("The service did not answer, so it may or may not have done this.").waitFor();
    await page.getByText("Not connected; trying again").waitFor();
    await page.getByRole("heading", { name: "Why this run waits" }).waitFor();
    await page.context().setOffline(false);
    await page.getByText("Not connected; trying again").waitFor({ state: "detached" });
    expect(await runStatus(run.id)).toBe("HELD");
    await page.getByRole("button", { name: "Reject" }).click();
    await page.getByText("The service did not answer").waitFor({ state: "detached" });
    await page.getByRole("dialog").getByRole("button", { name: "Reject" }).click();
    await page.getByRole("heading", { name: "About this run" }).waitFor();
  });

  test("a double click opens a question, and neither closes nor answers it", async () => {
    const { run } = await holdRun();
    const page = await console.open(`/sync/runs/${run.id}`);
    const dialog = page.getByRole("dialog");
    const question = page.getByRole("main").getByRole("button", { name: "Reject" });
    await question.dblclick();
    const answer = await dialog.getByRole("button", { name: "Reject" }).boundingBox();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    // As in a window where the dialog lies over the button: the second click meets the answer.
    await question.evaluate((button, at) => {
      button.style.cssText = `position: fixed; left: ${at?.x}px; top: ${at?.y}px`;
    }, answer);
    await question.dblclick();
    await dialog.getByRole("button", { name: "Reject" }).waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    // On a slow machine half a second may pass between two clicks of a mouse. In the page none does.
    await page.evaluate(CLICK_TWICE);
    await dialog.getByRole("button", { name: "Reject" }).waitFor();
    expect(await runStatus(run.id)).toBe("HELD");
  });

  test("Plan again makes a new plan, which changes nothing, and the first one still waits", async () => {
    const { run } = await holdRun();
    const page = await console.open(`/sync/runs/${run.id}`);
    await page.getByRole("button", { name: "Plan again" }).click();
    await page.getByText("This run only made a plan.").first().waitFor();
    expect(page.url()).not.toContain(run.id);
    await page.getByRole("button", { name: /^Leaves\s*8$/ }).waitFor();
    await page.getByRole("link", { name: "Review the plan" }).click();
    await page.waitForURL(new RegExp(run.id));
    expect(await runStatus(run.id)).toBe("HELD");
  });

  test("where the session ends before a decision, the question and what was typed stay", async () => {
    const { run } = await holdRun();
    const page = await console.open(`/sync/runs/${run.id}`, { allowed: /401/ });
    await page.getByRole("button", { name: "Approve" }).click();
    const question = page.getByRole("dialog", { name: "Approve this plan?" });
    await question.getByLabel("Type how many people leave").fill("8");
    // As the service answers without a session.
    const errors = [{ message: "A credential is missing.", extensions: { code: "UNAUTHENTICATED" } }];
    const refuse = (route: Route) =>
      route.request().postData()?.includes("approveSyncRun")
        ? route.fulfill({ status: 401, json: { errors } })
        : route.continue();
    await page.route("**/graphql", refuse);
    await question.getByRole("button", { name: "Approve" }).click();
    await page.unroute("**/graphql", refuse);
    await page.getByRole("button", { name: "I have signed in" }).click();
    await page.getByRole("dialog", { name: "Your sign-in has ended." }).waitFor({ state: "detached" });
    expect(await question.getByLabel("Type how many people leave").inputValue()).toBe("8");
    await question.getByRole("button", { name: "Approve" }).click();
    await page.getByRole("heading", { name: "What it changed" }).waitFor();
  });

  test("a held plan is rejected, and the banner goes", async () => {
    const { run } = await holdRun();
    const page = await console.open(`/sync/runs/${run.id}`);
    await page.getByRole("button", { name: "Reject" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Reject" }).click();
    await page.getByText("Rejected. The directory stays as it is.").waitFor();
    await page.getByRole("heading", { name: "About this run" }).waitFor();
    await page.getByRole("link", { name: "Review the plan" }).waitFor({ state: "detached" });
    // The page still shows the reason of the hold, and no longer the advice.
    await page.getByText(/^8 of \d+ people would leave the directory at once/).waitFor();
    expect(await page.getByText("If they have really left, approve").count()).toBe(0);
    expect(await runStatus(run.id)).toBe("REJECTED");
  });

  test("of two administrators, the second sees at once what the first decided", async () => {
    const { run } = await holdRun();
    const one = await console.open(`/sync/runs/${run.id}`);
    const other = await console.open(`/sync/runs/${run.id}`);
    await other.getByRole("button", { name: "Reject" }).waitFor();
    await one.getByRole("button", { name: "Reject" }).click();
    await one.getByRole("dialog").getByRole("button", { name: "Reject" }).click();
    await one.getByRole("heading", { name: "About this run" }).waitFor();
    await other.getByRole("heading", { name: "About this run" }).waitFor();
  });

  test("the page reports a decision that comes too late, and shows the current state", async () => {
    const { run } = await holdRun();
    const page = await console.open("/sync/lines");
    // Without an answer to its stream, the page learns of nothing by itself.
    await page.route("**/graphql", async (route) => {
      if (!route.request().postData()?.includes("syncRunProgress")) await route.continue();
    });
    await page.reload();
    await page.getByRole("link", { name: "Review the plan" }).click();
    await page.getByRole("button", { name: "Approve" }).click();
    await page.getByLabel("Type how many people leave").fill("8");
    await shared().get("mutation ($id: ID!) { rejectSyncRun(id: $id) { id } }", { id: run.id });
    await page.getByRole("dialog").getByRole("button", { name: "Approve" }).click();
    await page.getByText(/^Another administrator has decided about this plan already/).waitFor();
    await page.getByRole("heading", { name: "About this run" }).waitFor();
    expect(await runStatus(run.id)).toBe("REJECTED");
  });

  test("an approval that Personio has overtaken shows the new plan", async () => {
    const { run } = await holdRun();
    const page = await console.open(`/sync/runs/${run.id}`);
    await page.getByRole("button", { name: "Approve" }).click();
    const others = (await activePeople()).slice(9, 10);
    for (const { personioId } of others) await shared().sandbox.admin.remove(personioId);
    await page.getByLabel("Type how many people leave").fill("8");
    await page.getByRole("dialog").getByRole("button", { name: "Approve" }).click();
    await page.getByRole("heading", { name: /^Personio has changed since you approved/ }).waitFor();
    await page.getByText("Personio has changed since the approval: 1 more person would leave.").waitFor();
    await page
      .getByRole("status")
      .filter({ hasText: /^10 people$/ })
      .waitFor();
  });

  test("a missing person is found in the ledger by reason and words, and by asking for them", async () => {
    const { admin } = shared().sandbox;
    const personioId = await admin.hire({ email: null, first_name: "Nele", last_name: "Ohnemail" });
    await shared().sync();
    const page = await console.open("/sync/missing");
    // What HR can correct comes before what the settings exclude.
    const entries = page.getByRole("region", { name: "All entries" }).getByRole("list");
    const marks = entries.getByText(/^(No work email|Status not synced)$/);
    await marks.nth(1).waitFor();
    expect(await marks.allInnerTexts()).toEqual(["No work email", "Status not synced"]);
    await page.goto(`${shared().app.url}/console?search=ohnemail`);
    await pressOn(page, page.getByRole("link", { name: "Why is a person missing?" }));
    await page.getByRole("status").getByText("Nele Ohnemail").waitFor();
    await console.screenshot(page, "missing-why");
    await pressOn(page, page.getByRole("button", { name: /^No work email/ }));
    await page.getByText("Fill in Email on the profile in Personio.", { exact: false }).first().waitFor();
    await typeInto(page, page.getByRole("searchbox"), "ohnemail nele");
    await page.getByText("1 entry").waitFor();
    await page.getByRole("region", { name: "All entries" }).getByText("Nele Ohnemail").waitFor();
    await console.screenshot(page, "missing");
    const question = page.getByLabel(/^Work email, name, or the number/);
    await typeInto(page, question, "Nele Ohnemail");
    await page.keyboard.press("Enter");
    await page.getByRole("status").getByText("Nele Ohnemail").waitFor();
    await typeInto(page, question, "Zebulon");
    await page.keyboard.press("Enter");
    await page.getByText("Neither the directory nor this list has this name.").waitFor();
    // A part of an address is looked for as a name is.
    await typeInto(page, question, "nele@");
    await page.keyboard.press("Enter");
    await page.getByText("Neither the directory nor this list has this name.").waitFor();
    await typeInto(page, question, personioId);
    await page.keyboard.press("Enter");
    await page.getByRole("status").getByText("Nele Ohnemail").waitFor();
    expect(new URL(page.url()).searchParams.get("why")).toBe(personioId);
  });

  test("problems of the reporting lines are listed by kind", async () => {
    const page = await console.open("/sync/lines");
    await pressOn(page, page.getByRole("button", { name: /^Circle/ }));
    const entries = page.getByRole("region", { name: "Problems" }).getByRole("listitem");
    await entries.first().waitFor();
    const { supervisorCycle } = await shared().sandbox.admin.summary();
    expect(await entries.count()).toBe(supervisorCycle.length);
    await entries.first().getByText("The reporting line leads back to the person.").waitFor();
    await console.screenshot(page, "lines");

    const other = await console.open("/sync/lines?kind=SELF_SUPERVISED");
    await other.getByText("No entry matches.").waitFor();
  });

  test("a supervisor who is not in the directory is explained in the words of the console, and leads to the reason", async () => {
    const { admin } = shared().sandbox;
    const record = await admin.hire({ email: null, first_name: "Nele", last_name: "Ohnemail" });
    const [report] = await activePeople();
    await admin.change(report?.personioId ?? "", { supervisor: record });
    await shared().sync();
    const page = await console.open("/sync/lines?kind=SUPERVISOR_NOT_SYNCED");
    await page
      .getByText(`The supervisor is record ${record} in Personio, which is not in the directory.`)
      .waitFor();
    expect(await page.getByText("whyMissing").count()).toBe(0);
    await page.getByRole("link", { name: `Why is record ${record} missing?` }).click();
    await page.getByRole("status").getByText("Nele Ohnemail").waitFor();
    const entries = page.getByRole("region", { name: "All entries" });
    await entries
      .getByText("Find out why the supervisor is missing, or choose another one")
      .first()
      .waitFor();
  });

  test("no run is lost or repeated between two pages of the list while new runs appear", async () => {
    await shared().app.database.dataSource.query(
      `insert into sync_runs (tenant_id, id, mode, trigger, status, requested_by, created_at)
      select tenant_id, gen_random_uuid(), mode, trigger, 'FAILED', requested_by, created_at - n * interval '1 hour'
      from (select * from sync_runs limit 1) as one, generate_series(1, 30) as n`,
    );
    const page = await console.open("/sync");
    const links = page.getByRole("region", { name: "Runs" }).getByRole("listitem").getByRole("link");
    await pressOn(page, page.getByRole("button", { name: "Show more" }));
    await eventually(async () => (await links.count()) === 31);
    const causes = new Set<string | undefined>();
    page.on("request", (request) => {
      if (request.postData()?.includes("ConsoleRuns")) causes.add(request.headers()["x-people-console"]);
    });
    for (let times = 0; times < 2; times += 1) await shared().sync();
    await eventually(async () => (await links.count()) === 33);
    // No person asked for them, so none of these requests keeps the session.
    expect(causes).toEqual(new Set(["timer"]));
    const shown = await links.evaluateAll((all) =>
      all.map((link) => link.getAttribute("href")?.split("/").at(-1)),
    );
    const { syncRuns } = await shared().get<{ syncRuns: { nodes: { id: string }[] } }>(
      "{ syncRuns(first: 100) { nodes { id } } }",
    );
    expect(shown).toEqual(syncRuns.nodes.map(({ id }) => id));
  });

  test("the banner of a held plan goes with the account that it is about", async () => {
    await holdRun();
    const page = await console.open("/connect");
    await page.getByRole("link", { name: "Review the plan" }).waitFor();
    await page.getByRole("button", { name: "Disconnect …" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Disconnect" }).click();
    await page.getByRole("heading", { name: "In Personio" }).waitFor();
    await page.getByRole("link", { name: "Review the plan" }).waitFor({ state: "detached" });
  });

  test.each([
    { theme: "light", language: "en", width: 320 },
    { theme: "dark", language: "de", width: 1_280 },
  ] as const)(
    "every screen of the sync passes axe with a held plan and a broken connection, $theme and $width px wide",
    async (look) => {
      const { run } = await holdRun();
      await shared().sandbox.admin.revokeCredentials();
      expect((await shared().sync()).status).toBe("FAILED");
      const page = await console.open("", look);
      for (const address of ["/sync", `/sync/runs/${run.id}`, "/sync/missing", "/sync/lines"]) {
        await console.go(page, address);
        await page.locator("main li li, main section li, main dl").first().waitFor();
        await console.expectAccessible(page);
        expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(
          0,
        );
      }
    },
  );

  test("a plan is reviewed and rejected by keyboard alone, and the focus returns from a dialog", async () => {
    const { run } = await holdRun();
    const page = await console.open(`/sync/runs/${run.id}`);
    const approve = page.getByRole("button", { name: "Approve" });
    await pressOn(page, approve);
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await page.locator("button:focus").and(approve).waitFor();
    await pressOn(page, page.getByRole("button", { name: "Reject" }));
    await pressOn(page, dialog.getByRole("button", { name: "Reject" }));
    await page.getByRole("heading", { name: "About this run" }).waitFor();
    expect(await runStatus(run.id)).toBe("REJECTED");
  });
});
