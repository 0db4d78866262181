import type { Page } from "playwright-core";
import { beforeEach, describe, expect, test } from "vitest";
import { canOpenConsole, useConsole } from "../support/console.ts";
import { pressOn, tabTo, typeDay, typeInto } from "../support/keyboard.ts";
import { useSharedApp } from "../support/shared-app.ts";

const USER = "urn:ietf:params:scim:schemas:core:2.0:User";

describe.runIf(canOpenConsole)("the settings of who may come in", () => {
  const shared = useSharedApp();
  const console = useConsole(() => shared().app.url);
  beforeEach(() => shared().resetConnected());

  /** The token that a dialog shows this once. */
  async function shownOnce(page: Page, form: RegExp): Promise<string> {
    const dialog = page.getByRole("dialog", { name: "The new token" });
    const token = await dialog.getByText(form).innerText();
    // A click beside it must not lose the token.
    await page.mouse.click(2, 2);
    expect(await dialog.isVisible()).toBe(true);
    await console.expectAccessible(page);
    await pressOn(page, dialog.getByRole("button", { name: "Done" }));
    await dialog.waitFor({ state: "detached" });
    return token;
  }

  test("an administrator creates a token for the identity provider, sees its first request and its users, and revokes it", async () => {
    const { app, get } = shared();
    const page = await console.open("/settings/identity");
    await page.getByText("There is no token").waitFor();
    await page.getByText(`${app.url}/scim/v2`).waitFor();
    await pressOn(page, page.getByRole("button", { name: "Create a token" }));
    const token = await shownOnce(page, /^peoplescim_default_/);
    expect(await page.getByText(token, { exact: true }).count()).toBe(0);

    type Nodes = { people: { nodes: { workEmail: string }[] } };
    const { people } = await get<Nodes>("{ people(first: 1) { nodes { workEmail } } }");
    for (const userName of [people.nodes[0]?.workEmail, "robot@acme.example"])
      await fetch(`${app.url}/scim/v2/Users`, {
        method: "POST",
        headers: { "content-type": "application/scim+json", authorization: `Bearer ${token}` },
        body: JSON.stringify({ schemas: [USER], userName, active: true }),
      });
    await page.reload();
    await page.getByRole("cell", { name: "robot@acme.example" }).waitFor();
    await page.getByRole("cell", { name: "Not in Personio" }).waitFor();
    expect(await factOf(page, "Users of the identity provider")).toBe("2");
    expect(await factOf(page, "People with a user")).toBe("1");
    expect(await factOf(page, "Last request")).not.toBe("None yet");
    await console.screenshot(page, "settings-identity");

    const without = page.getByRole("region", { name: "People without a user" });
    await pressOn(page, without.getByRole("button", { name: "Show more" }));
    await without.getByRole("listitem").nth(20).waitFor();
    const { idpUserCounts } = await get<{ idpUserCounts: { peopleWithoutUser: number } }>(
      "{ idpUserCounts { peopleWithoutUser } }",
    );
    expect(await without.getByRole("listitem").count()).toBe(idpUserCounts.peopleWithoutUser);
    expect(await without.getByText(people.nodes[0]?.workEmail ?? "").count()).toBe(0);
    await console.expectAccessible(page);

    await pressOn(page, page.getByRole("button", { name: /^Revoke peoplescim_default_/ }));
    const question = page.getByRole("dialog", { name: "Revoke this token?" });
    await pressOn(page, question.getByRole("button", { name: "Revoke" }));
    await page.getByText("There is no token").waitFor();
  });

  test("accounts beyond the first hundred that belong to no person are reached by keyboard, page by page", async () => {
    await shared().app.database.dataSource.query(
      `insert into idp_users (tenant_id, id, user_name, user_name_key, active, resource, offered, version, created_at, modified_at)
      select 'default', gen_random_uuid(), 'robot-' || n, 'robot-' || n, true, '{}', '{}', 1, now(), now()
      from generate_series(101, 230) n`,
    );
    const page = await console.open("/settings/identity");
    const only = page.getByRole("region", { name: "Users who are not in the directory" });
    const rows = page.getByRole("cell", { name: /^robot-/ });
    await page.getByRole("cell", { name: "robot-120", exact: true }).waitFor();
    expect(await rows.count()).toBe(20);
    for (const next of ["robot-220", "robot-230"]) {
      await pressOn(page, only.getByRole("button", { name: "Show more" }));
      await page.getByRole("cell", { name: next, exact: true }).waitFor();
    }
    expect(await rows.count()).toBe(130);
    expect(await only.getByRole("button", { name: "Show more" }).count()).toBe(0);
  });

  test("with two tokens of the identity provider, the button shows why there is no third", async () => {
    for (const _token of [1, 2]) await shared().get("mutation { createScimToken { token } }");
    const page = await console.open("/settings/identity");
    await page.getByText("There are two tokens already.", { exact: false }).waitFor();
    await page.getByRole("button", { name: "Create a token" }).click({ force: true });
    expect(await page.getByRole("dialog").count()).toBe(0);
  });

  test("an administrator creates a service token with a right and an end, and revokes it", async () => {
    const page = await console.open("/settings/tokens");
    await page.getByText("There are no tokens").waitFor();
    await pressOn(page, page.getByRole("button", { name: "Create a token" }));
    const form = page.getByRole("dialog", { name: "Create a token" });
    await pressOn(page, form.getByLabel("See the directory"), "Space");
    await pressOn(page, form.getByRole("button", { name: "Create a token" }));
    await form.getByText("Enter a name.").waitFor();
    await form.getByText("Choose at least one right.").waitFor();
    await console.expectAccessible(page);

    await typeInto(page, form.getByLabel("Name"), "payroll export");
    await pressOn(page, form.getByLabel("See dates, history and the forecast"), "Space");
    await typeDay(page, form.getByLabel("Ends on"), "2020-01-01");
    await form.getByText("Choose a day in the future.").waitFor();
    await typeDay(page, form.getByLabel("Ends on"), "2090-01-01");
    await page.keyboard.press("Enter");
    await shownOnce(page, /^people_default_/);

    type Tokens = { serviceTokens: { name: string; scopes: string[]; expiresAt: string }[] };
    const { serviceTokens } = await shared().get<Tokens>("{ serviceTokens { name scopes expiresAt } }");
    expect(serviceTokens).toEqual([
      { name: "payroll export", scopes: ["people:hr"], expiresAt: "2090-01-01T22:59:59.000Z" },
    ]);
    await page
      .getByRole("cell", { name: /payroll export/ })
      .first()
      .waitFor();
    await console.screenshot(page, "settings-tokens");
    await pressOn(page, page.getByRole("button", { name: "Revoke payroll export" }));
    await pressOn(page, page.getByRole("dialog").getByRole("button", { name: "Revoke" }));
    await page.getByText("There are no tokens").waitFor();
  });

  test("a token that the service has created is shown, also where a part of the answer failed", async () => {
    const page = await console.open("/settings/tokens");
    await page.route("**/graphql", async (route) => {
      if (!route.request().postData()?.includes("ConsoleCreateServiceToken")) return route.continue();
      const response = await route.fetch();
      const path = ["createServiceToken", "serviceToken"];
      const error = { message: "Failed", path, extensions: { code: "INTERNAL_SERVER_ERROR" } };
      await route.fulfill({ response, json: { ...(await response.json()), errors: [error] } });
    });
    await page.getByRole("button", { name: "Create a token" }).click();
    const form = page.getByRole("dialog", { name: "Create a token" });
    await form.getByLabel("Name").fill("payroll");
    await form.getByRole("button", { name: "Create a token" }).click();
    await page
      .getByRole("dialog", { name: "The new token" })
      .getByText(/^people_default_/)
      .waitFor();
  });

  test("a name that another token has is refused beside the form, and what was typed stays", async () => {
    await shared().get('mutation { createServiceToken(name: "payroll", scopes: ["people:read"]) { token } }');
    const page = await console.open("/settings/tokens");
    await page.getByRole("button", { name: "Create a token" }).click();
    const form = page.getByRole("dialog", { name: "Create a token" });
    await form.getByLabel("Name").fill("payroll");
    await form.getByRole("button", { name: "Create a token" }).click();
    await form.getByText("Another service token has this name.").waitFor();
    expect(await form.getByLabel("Name").inputValue()).toBe("payroll");
  });

  test("a last day without its year is refused beside the form, and a year has at most four digits", async () => {
    const page = await console.open("/settings/tokens");
    await page.getByRole("button", { name: "Create a token" }).click();
    const form = page.getByRole("dialog", { name: "Create a token" });
    const end = form.getByLabel("Ends on");
    await form.getByLabel("Name").fill("payroll");
    await tabTo(page, end);
    await page.keyboard.type("1231");
    await page.keyboard.press("Enter");
    await form.getByText("Enter the day, the month and the year, or clear the field.").waitFor();
    expect(await shared().get("{ serviceTokens { name } }")).toEqual({ serviceTokens: [] });
    await page.keyboard.type("20905");
    expect(await end.inputValue()).toMatch(/^\d{4}-12-31$/);
  });

  test.each([
    ["settings", "/settings/sessions", "Signed-in users"],
    ["screens of the sync", "/connect", "Connection"],
  ])("on a phone the row of %s shows the page that is open", async (_what, address, name) => {
    const page = await console.open(address, { width: 380 });
    const link = page.getByRole("link", { name });
    const { x, width } = (await link.boundingBox())!;
    expect([x >= 0, x + width <= 380]).toEqual([true, true]);
  });

  test("each of the screens has no violation of WCAG in both themes and languages", async () => {
    await shared().get(
      'mutation { createScimToken { token } createServiceToken(name: "payroll", scopes: ["people:read"]) { token } }',
    );
    await console.expectAccessibleInAllLooks(
      ["/settings/identity", "/settings/tokens", "/settings/sessions"],
      (page) => page.getByRole("heading", { level: 1 }).waitFor(),
    );
  });
});

/** The value beside a name. */
const factOf = (page: Page, name: string): Promise<string> =>
  page.locator("dt", { hasText: name }).locator("xpath=following-sibling::dd[1]").innerText();
