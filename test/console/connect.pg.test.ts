import { beforeEach, describe, expect, test } from "vitest";
import { canOpenConsole, useConsole } from "../support/console.ts";
import { eventually } from "../support/eventually.ts";
import { arrowTo, pressOn, typeInto } from "../support/keyboard.ts";
import { useSharedApp } from "../support/shared-app.ts";
import { untilEnded } from "../support/test-app.ts";

describe.runIf(canOpenConsole)("the setup in the console", () => {
  const shared = useSharedApp({ sandbox: { people: 25 } });
  const console = useConsole(() => shared().app.url);
  beforeEach(() => shared().reset());

  const GRANTS = [
    "first_name",
    "last_name",
    "status",
    "position",
    "department",
    "supervisor",
    "dynamic_402190",
  ];

  test("an administrator connects with a missing attribute on the way, maps by example, and finishes", async () => {
    const { sandbox } = shared();
    await sandbox.admin.setGrants(GRANTS);
    await sandbox.admin.hire({ email: null, first_name: "Nele", last_name: "Ohnemail" });
    const page = await console.open("/sync");
    await pressOn(page, page.getByRole("link", { name: "Connect Personio" }));
    await page.getByRole("heading", { name: "In Personio" }).waitFor();
    await console.screenshot(page, "connect-credential");
    await typeInto(page, page.getByLabel("Client ID"), sandbox.credentials.clientId);
    await typeInto(page, page.getByLabel("Secret"), "wrong");
    await pressOn(page, page.getByRole("button", { name: "Check and continue" }));
    await page.getByRole("alert").getByText("Personio refuses the credential.").waitFor();
    // Nothing that was typed is lost, and nothing was stored.
    expect(await page.getByLabel("Client ID").inputValue()).toBe(sandbox.credentials.clientId);
    expect(await page.getByLabel("Secret").getAttribute("aria-invalid")).toBe("true");
    expect(await shared().get("{ personioIntegration { id } }")).toEqual({ personioIntegration: null });
    await console.expectAccessible(page);
    await typeInto(page, page.getByLabel("Secret"), sandbox.credentials.clientSecret);
    await page.keyboard.press("Enter");

    await page.getByText("The credential may not read: Email.").waitFor();
    const next = page.getByRole("button", { name: "Next: Fields" });
    expect(await next.getAttribute("aria-disabled")).toBe("true");
    await page.getByText("Without these attributes there is no directory.").waitFor();
    await console.screenshot(page, "connect-rights");
    await console.expectAccessible(page);
    await sandbox.admin.setGrants([...GRANTS, "email"]);
    await pressOn(page, page.getByRole("button", { name: "Check again" }));
    await page.getByText("The credential may not read: Email.").waitFor({ state: "detached" });
    await pressOn(page, next);

    await page.getByRole("heading", { name: "Fields of the directory" }).waitFor();
    await page.locator("main:focus").waitFor();
    await page.reload();
    // The example of an address, once the preview is read.
    await page
      .getByText(/@\w+\.example/)
      .first()
      .waitFor();
    await console.screenshot(page, "connect-mapping");
    await console.expectAccessible(page);
    const stored: string[] = [];
    page.on("request", (request) => {
      if (request.postData()?.includes("setFieldMapping")) stored.push(request.postData() ?? "");
    });
    await arrowTo(page, page.getByLabel("Attribute for Position"), "Do not import");
    await page.keyboard.press("Tab");
    await page.getByText("Changed", { exact: true }).waitFor();
    // Not the attributes that the arrow keys have passed.
    expect(stored).toEqual([expect.stringContaining('"personioAttribute":null')]);
    await pressOn(page, page.getByRole("button", { name: "Next: People" }));

    await page.getByRole("heading", { name: /\d+ people would come in/ }).waitFor();
    await page.getByText("No work email").first().waitFor();
    await page.getByText("The first 20 of them:").waitFor();
    expect(await page.getByRole("table").getByRole("row").count()).toBe(21);
    await console.screenshot(page, "connect-people");
    // In a narrow window a row is a card: no name breaks letter by letter, and nothing is beyond the end.
    await page.setViewportSize({ width: 380, height: 760 });
    const name = await page.getByRole("cell").first().boundingBox();
    expect(name?.width).toBeGreaterThan(100);
    const status = await page.getByRole("cell", { name: "Active" }).first().boundingBox();
    expect((status?.x ?? 380) + (status?.width ?? 0)).toBeLessThanOrEqual(380);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(380);
    await page.setViewportSize({ width: 1_280, height: 800 });
    await console.expectAccessible(page);
    await page.getByText("then one every 4 hours.", { exact: false }).waitFor();
    await pressOn(page, page.getByRole("button", { name: "Finish and sync" }));
    await page.getByText(/^\d+ people are in the directory/).waitFor();
    await page.getByText("–", { exact: true }).waitFor({ state: "detached" });
    await console.screenshot(page, "connect-done");
    await untilEnded(shared().get);
    // The timetable of the company may come to its minute right after the setup.
    const { syncRuns } = await shared().get<{ syncRuns: { nodes: { trigger: string }[] } }>(
      "{ syncRuns(first: 5) { nodes { trigger problem { code } } } }",
    );
    expect(syncRuns.nodes.filter(({ trigger }) => trigger !== "SCHEDULE")).toEqual([
      { trigger: "SETUP", problem: null },
    ]);
    const { personioIntegration } = await shared().get<{
      personioIntegration: { fieldMapping: { personField: string; personioAttribute: string | null }[] };
    }>("{ personioIntegration { fieldMapping { personField personioAttribute } } }");
    expect(personioIntegration.fieldMapping).toContainEqual({
      personField: "position",
      personioAttribute: null,
    });
  });

  test("without an account the screens of the sync lead to the setup, and do not claim that all is well", async () => {
    const page = await console.open("/sync/runs/1");
    for (const address of ["/sync/missing", "/sync/lines", "/sync"]) {
      await console.go(page, address);
      await page.getByText("No Personio account is connected.").waitFor();
      await console.expectAccessible(page);
    }
    await page.getByRole("main").getByRole("link", { name: "Connect Personio" }).click();
    await page.getByRole("heading", { name: "In Personio" }).waitFor();
  });

  test("an administrator disconnects the account, and the setup of another one begins", async () => {
    await shared().connect();
    const page = await console.open("/connect");
    await pressOn(page, page.getByRole("button", { name: "Disconnect …" }));
    await page.getByRole("dialog").waitFor();
    await console.expectAccessible(page);
    await pressOn(page, page.getByRole("dialog").getByRole("button", { name: "Disconnect" }));
    await page.getByRole("heading", { name: "In Personio" }).waitFor();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await shared().get("{ personioIntegration { status } }")).toEqual({
      personioIntegration: { status: "DISCONNECTED" },
    });
    // As another account, it does not have people of the one before.
    const { people } = await shared().get<{ people: { nodes: { personioId: string }[] } }>(
      "{ people(first: 8, filter: { statuses: [ACTIVE] }) { nodes { personioId } } }",
    );
    for (const { personioId } of people.nodes) await shared().sandbox.admin.remove(personioId);
    const { clientId, clientSecret } = shared().sandbox.credentials;
    await typeInto(page, page.getByLabel("Client ID"), clientId);
    await typeInto(page, page.getByLabel("Secret"), clientSecret);
    await page.keyboard.press("Enter");
    await pressOn(page, page.getByRole("button", { name: "Next: Fields" }));
    await pressOn(page, page.getByRole("button", { name: "Next: People" }));
    await pressOn(page, page.getByRole("button", { name: "Finish and sync" }));
    await page.getByRole("heading", { name: "The first sync waits for your decision" }).waitFor();
    await pressOn(page, page.getByRole("main").getByRole("link", { name: "Review the plan" }));
    await page.getByRole("heading", { name: "Why this run waits" }).waitFor();
  });

  test("a field shows that its choice is not stored, and the polling of a waiting page does not keep a session alive", async () => {
    const { sandbox } = shared();
    const page = await console.open("/connect?step=mapping", { allowed: /ERR_INTERNET_DISCONNECTED/ });
    const by: (string | undefined)[] = [];
    // The preview stays under way, as that of a large company does for a while.
    await page.route("**/graphql", async (route) => {
      if (!route.request().postData()?.includes("query ConsoleConnection ")) return route.continue();
      by.push(route.request().headers()["x-people-console"]);
      const response = await route.fetch();
      const body = (await response.text()).replace('"ready":true', '"ready":false');
      await route.fulfill({ response, body });
    });
    await page.getByLabel("Client ID").fill(sandbox.credentials.clientId);
    await page.getByLabel("Secret").fill(sandbox.credentials.clientSecret);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Next: Fields" }).click();
    const team = page.getByLabel("Attribute for Team");
    await team.waitFor();
    await eventually(async () => by.filter((cause) => cause === "timer").length >= 2);
    await page.unrouteAll({ behavior: "wait" });
    await page.context().setOffline(true);
    await team.selectOption({ label: "Position" });
    await eventually(async () => (await team.getAttribute("aria-invalid")) === "true");
    await page.context().setOffline(false);
    await page.getByText("Not connected; trying again").waitFor({ state: "detached" });
  });

  test("a broken connection is on every page, and a new credential solves it", async () => {
    const { sandbox } = shared();
    await shared().connect();
    const fresh = { clientId: "sandbox-client", clientSecret: "another-secret" };
    await sandbox.admin.setCredentials(fresh);
    expect((await shared().sync()).problem?.code).toBe("PERSONIO_CREDENTIALS_INVALID");
    const page = await console.open("", { theme: "dark", language: "de" });
    await pressOn(page, page.getByRole("link", { name: "Zugangsdaten erneuern" }));
    await page.getByLabel("Geheimnis").waitFor();
    await console.expectAccessible(page);
    await console.screenshot(page, "connect-broken-dark");
    await typeInto(page, page.getByLabel("Geheimnis"), fresh.clientSecret);
    await pressOn(page, page.getByRole("button", { name: "Prüfen und speichern" }));
    await page.getByText(/^Auf dem Stand von/).waitFor();
    await page.getByRole("link", { name: "Zugangsdaten erneuern" }).waitFor({ state: "detached" });
    expect(await untilEnded(shared().get)).toMatchObject({ problem: null });
  });
});
