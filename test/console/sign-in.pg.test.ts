import type { Page, Request } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { askAsPage, type SignInService, startSignInService } from "../identity/sign-in/support.ts";
import type { Visitor } from "../identity/sign-in/visitor.ts";
import { canOpenConsole, type Look, useConsole } from "../support/console.ts";
import { pressOn, typeInto } from "../support/keyboard.ts";

describe.runIf(canOpenConsole)("signing in to the console", () => {
  let world: SignInService;
  beforeAll(async () => {
    world = await startSignInService({}, { OIDC_SIGN_OUT: "provider" });
    await world.signIn("ada");
  });
  afterAll(() => world?.[Symbol.asyncDispose]());
  beforeEach(async () => {
    world.idp.account = "ada";
    await endSessions();
  });
  const console = useConsole(() => world.url, {
    origins: () => [world.idp.url],
    // The browser reports each refused request: without a session, and while the database is busy.
    errors: /status of (401|503)/,
  });

  const toSignIn = (page: Page) => page.getByRole("heading", { name: "Sign in" }).waitFor();
  const account = (page: Page) => page.getByLabel("Account");
  /** A page of Ada, who has signed in before. The first test shows how. */
  async function openSignedIn(address: string, look: Look = {}): Promise<Page> {
    const { cookies } = await world.signIn("ada");
    const page = await console.open(address, { ...look, cookies });
    await account(page).waitFor();
    return page;
  }
  const sessionCookies = async (page: Page) =>
    (await page.context().cookies(world.url)).filter(({ name }) => name === "__Host-people_session");
  /** As after an hour without use, or a sign-out by an administrator. */
  const endSessions = () => world.service.app.database.dataSource.query("delete from console_sessions");

  test("a person signs in, returns to the page that they opened, and the browser keeps nothing but a closed cookie", async () => {
    const page = await console.open("/settings/tokens?from=mail#top");
    await toSignIn(page);
    await console.expectAccessible(page);
    await console.screenshot(page, "sign-in");
    await pressOn(page, page.getByRole("link", { name: "Sign in" }));
    await page.getByRole("heading", { name: "Service tokens" }).waitFor();
    expect(page.url()).toBe(`${world.url}/console/settings/tokens?from=mail#top`);

    await pressOn(page, account(page));
    await page.getByText("ada@acme.example").waitFor();
    await page.getByText(/^Signed in until/).waitFor();
    await console.expectAccessible(page);
    const cookies = await page.context().cookies(world.url);
    expect(cookies.filter(({ name }) => name.startsWith("__Host-"))).toMatchObject([
      { name: "__Host-people_session", httpOnly: true, secure: true, sameSite: "Strict", path: "/" },
    ]);
    expect(await page.evaluate("document.cookie")).not.toContain("people");
    expect(await page.evaluate("JSON.stringify([localStorage, sessionStorage])")).not.toMatch(
      /eyJ|people_session/,
    );
  });

  test.each([
    ["SIGN_IN_FORBIDDEN", "scopes", "You have no access to this service."],
    ["SIGN_IN_MISCONFIGURED", "client", "The sign-in is not set up correctly."],
    ["SIGN_IN_NOT_CONFIGURED", "not-configured", "This service does not sign users in itself."],
    ["LIMIT_RATE", "too-many", "There were too many sign-ins from here."],
    ["SOMETHING_NEW", "unheard-of", "The sign-in has failed."],
  ])("the page of a failure %s because of %s explains what to do", async (code, reason, title) => {
    const page = await console.open(`/signed-out?code=${code}&reason=${reason}&id=e1`);
    await page.getByRole("heading", { name: title }).waitFor();
    expect(await page.getByText(code).count()).toBe(1);
  });

  test("a failed sign-in has no violation of WCAG in both themes and languages", async () => {
    const ready = async (page: Page) => {
      await page.getByRole("heading", { level: 1 }).waitFor();
      // On a phone, a menu would have no screen to lead to.
      expect(await page.locator("nav summary").count()).toBe(0);
    };
    await console.expectAccessibleInAllLooks("/signed-out?code=SIGN_IN_FORBIDDEN&reason=scopes&id=e1", ready);
  });

  test("a foreign address to return to, a used code and a forged state give a browser nothing", async () => {
    const page = await console.open("");
    await toSignIn(page);
    let returned = "";
    page.on("request", (request) => {
      if (/[?&]code=/.test(request.url())) returned = request.url();
    });
    const foreign = encodeURIComponent(`${world.idp.url}/elsewhere`);
    await page.goto(`${world.url}/console/sign-in?return_to=${foreign}`);
    await account(page).waitFor();
    expect(new URL(page.url()).origin).toBe(world.url);
    expect(await sessionCookies(page)).toHaveLength(1);

    for (const address of [returned, returned.replace(/state=[^&]+/, "state=forged")]) {
      await page.context().clearCookies();
      await page.goto(address);
      await page.getByText("SIGN_IN_EXPIRED").waitFor();
      expect(await sessionCookies(page)).toEqual([]);
    }
  });

  test("a person without a group reads why, and can sign in as another user", async () => {
    world.idp.account = "guest";
    const page = await console.open("");
    await page.getByRole("link", { name: "Sign in" }).click();
    await page.getByText("None of your groups gives you a right here.", { exact: false }).waitFor();
    world.idp.account = "ada";
    await page.getByRole("link", { name: "Sign in as another user" }).click();
    await account(page).waitFor();
  });

  test("where the session ends in the middle of a form, nothing typed is lost: the user signs in beside it and saves", async () => {
    const page = await openSignedIn("/settings/tokens");
    await pressOn(page, page.getByRole("button", { name: "Create a token" }));
    const form = page.getByRole("dialog", { name: "Create a token" });
    await typeInto(page, form.getByLabel("Name"), "payroll export");
    await pressOn(page, form.getByLabel("See dates, history and the forecast"), "Space");

    await endSessions();
    await pressOn(page, form.getByRole("button", { name: "Create a token" }));
    const ended = page.getByRole("dialog", { name: "Your sign-in has ended." });
    await ended.waitFor();
    // Without a shade over it, the form would look like a part of the question.
    expect(await page.evaluate(IS_FIRST_DIALOG_SHADED)).toBe(true);
    await console.expectAccessible(page);
    await console.screenshot(page, "session-ended");
    const tab = page.waitForEvent("popup");
    await pressOn(page, ended.getByRole("link", { name: "Sign in again in a new tab" }));
    await (await tab).getByRole("heading", { name: "You are signed in." }).waitFor();

    await ended.waitFor({ state: "detached" });
    expect(await form.getByLabel("Name").inputValue()).toBe("payroll export");
    expect(await form.getByLabel("See dates, history and the forecast").isChecked()).toBe(true);
    await pressOn(page, form.getByRole("button", { name: "Create a token" }));
    await page
      .getByRole("dialog", { name: "The new token" })
      .getByText(/people_acme_/)
      .waitFor();
  });

  test("the end of a session shows without a click, and a computer whose clock is a day ahead shows none", async () => {
    const page = await openSignedIn("", { isUsedOnce: true });
    await page.clock.install({ time: Date.now() + 24 * 3_600_000 });
    const looked = page.waitForResponse((response) => asksFor(response.request(), "ConsoleSessionViewer"));
    await page.goto(`${world.url}/console/settings/tokens`);
    expect((await looked).status()).toBe(200);
    await page.getByRole("heading", { name: "Service tokens" }).waitFor();
    const ended = page.getByRole("dialog", { name: "Your sign-in has ended." });
    expect(await ended.count()).toBe(0);

    await page.clock.setSystemTime(Date.now());
    await page.goto(`${world.url}/console/settings/tokens`);
    await account(page).waitFor();
    await endSessions();
    await page.clock.fastForward("08:00:00");
    await ended.waitFor();
  });

  test("a page that the browser kept and shows again after the sign-out leaves for the sign-in", async () => {
    const page = await openSignedIn("/settings/sessions");
    await page.getByRole("cell", { name: "ada@acme.example You" }).waitFor();
    await endSessions();
    // As *Back* does with a page in the memory of the browser, which is off in tests.
    await page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))");
    await page.waitForURL("**/console/signed-out");
    await toSignIn(page);
    expect(await page.getByText("ada@acme.example").count()).toBe(0);
  });

  test("a page that looks for newer data by itself does not keep its session", async () => {
    const page = await openSignedIn("/settings/tokens", { isUsedOnce: true });
    await page.clock.install();
    const first = page.waitForResponse((response) => asksFor(response.request(), "ConsoleDirectory"));
    await page.goto(`${world.url}/console/`);
    expect((await first).request().headers()["x-people-console"]).toBe("1");
    const asked = page.waitForRequest((request) => asksFor(request, "ConsoleDirectory"));
    await page.clock.fastForward(30_000);
    expect((await asked).headers()["x-people-console"]).toBe("timer");
  });

  test("a dialog of an ended session can be closed, and a notice with the same link stays", async () => {
    const page = await openSignedIn("/settings/tokens");
    await page.getByRole("button", { name: "Create a token" }).waitFor();
    await endSessions();
    await page.getByRole("link", { name: "Signed-in users" }).click();
    await page.getByRole("dialog", { name: "Your sign-in has ended." }).waitFor();
    await page.keyboard.press("Escape");
    const notice = page.getByRole("link", { name: "Sign in again" });
    const tab = page.waitForEvent("popup");
    await notice.click();
    await (await tab).getByRole("heading", { name: "You are signed in." }).waitFor();
    await page.getByRole("cell", { name: "ada@acme.example You" }).waitFor();
    expect(await notice.count()).toBe(0);
  });

  test("a page that is older than the service keeps what was typed when its session ends", async () => {
    const page = await openSignedIn("/settings/tokens", {
      allowed: /session-dialog-|dynamically imported|Failed to load/,
    });
    await page.route("**/assets/session-dialog-*.js", (route) => route.fulfill({ status: 404 }));
    await page.getByRole("button", { name: "Create a token" }).click();
    const form = page.getByRole("dialog", { name: "Create a token" });
    await form.getByLabel("Name").fill("payroll export");
    await endSessions();
    await form.getByRole("button", { name: "Create a token" }).click();
    await page.getByText("Your sign-in has ended.").waitFor();
    expect(await form.getByLabel("Name").inputValue()).toBe("payroll export");
  });

  test("another user who signs in afterwards sees nothing of the page before", async () => {
    const page = await openSignedIn("/settings/tokens");
    await page.getByRole("button", { name: "Create a token" }).click();
    await page.getByLabel("Name").fill("of ada alone");
    await endSessions();
    await page.getByRole("dialog").getByRole("button", { name: "Create a token" }).click();
    const ended = page.getByRole("dialog", { name: "Your sign-in has ended." });
    world.idp.account = "bo";
    // As after a sign-out there: the provider asks who it is.
    await page.context().clearCookies({ domain: "127.0.0.1" });
    const tab = page.waitForEvent("popup");
    await ended.getByRole("link", { name: "Sign in again in a new tab" }).click();
    await (await tab).getByRole("heading", { name: "You are signed in." }).waitFor();
    await page.getByText("people:admin").waitFor();
    expect(await page.getByText("of ada alone").count()).toBe(0);
  });

  test("an administrator sees who is signed in, and signs a user out in every browser", async () => {
    const bo = await world.signIn("bo");
    world.idp.account = "ada";
    const page = await openSignedIn("/settings/sessions");
    await pressOn(page, page.getByRole("button", { name: "Sign out bo@acme.example" }));
    const question = page.getByRole("dialog", { name: "Sign out bo@acme.example?" });
    await console.screenshot(page, "settings-sessions");
    await pressOn(page, question.getByRole("button", { name: "Sign out" }));
    await page.getByText("Ended: 1").waitFor();
    await page.getByRole("cell", { name: "bo@acme.example" }).first().waitFor({ state: "detached" });
    expect((await askAsPage(world, bo, "{ me { subject } }")).status).toBe(401);
  });

  test("a user sees their own sign-ins, and signs out one of them, and all others", async () => {
    const [laptop, phone] = [await world.signIn("ada"), await world.signIn("ada")];
    const page = await openSignedIn("");
    await pressOn(page, account(page));
    await pressOn(page, page.getByRole("link", { name: "My sign-ins" }));
    await page.getByRole("row", { name: /This browser/ }).waitFor();
    expect(await page.getByRole("row").count()).toBe(4);
    await console.expectAccessibleInBothThemes(page, "sign-ins");
    const ends = page.getByRole("button", { name: /^Sign out the browser of/ });
    expect(await ends.count()).toBe(2);
    await pressOn(page, ends.first());
    await page.getByText("Ended: 1").waitFor();
    const isSignedIn = async (visitor: Visitor) =>
      (await askAsPage(world, visitor, "{ me { subject } }")).status === 200;
    expect([await isSignedIn(laptop), await isSignedIn(phone)]).toEqual([true, false]);

    await pressOn(page, page.getByRole("button", { name: "Sign out everywhere else" }));
    await ends.first().waitFor({ state: "detached" });
    expect(await isSignedIn(laptop)).toBe(false);
    expect(await page.getByRole("button", { name: "Sign out everywhere else" }).count()).toBe(0);
    await page.getByRole("row", { name: /This browser/ }).waitFor();
  });

  test("a sign-out ends the session here and at the identity provider, and is noticed in the other tabs", async () => {
    const page = await openSignedIn("/settings/sessions");
    await page.getByRole("cell", { name: "ada@acme.example You" }).waitFor();
    const other = await page.context().newPage();
    await other.goto(`${world.url}/console/settings/tokens`);
    await account(other).waitFor();

    await pressOn(page, account(page));
    await pressOn(page, page.getByRole("button", { name: "Sign out" }).first());
    // The page of the identity provider, which sends the browser back.
    await pressOn(page, page.getByRole("button", { name: "Yes, sign me out" }));
    for (const tab of [page, other]) {
      await toSignIn(tab);
      expect(new URL(tab.url()).pathname).toBe("/console/signed-out");
      expect(await tab.getByText("ada@acme.example").count()).toBe(0);
    }
    expect((await page.context().cookies(world.url)).map(({ name }) => name)).not.toContain(
      "__Host-people_session",
    );
  });
});

/** Whether a request of the page has the operation. */
const asksFor = (request: Request, operation: string): boolean =>
  request.url().endsWith("/graphql") && (request.postData() ?? "").includes(`${operation} `);

/** Whether something lies over the first of two dialogs, near to its lower end. */
const IS_FIRST_DIALOG_SHADED = `(() => {
  const [first] = document.querySelectorAll("[role=dialog]");
  const { left, bottom } = first.getBoundingClientRect();
  return !first.contains(document.elementFromPoint(left + 10, bottom - 10));
})()`;
