import type { Page, Route } from "playwright-core";
import { afterAll, beforeAll, describe, test } from "vitest";
import { ROLES, type SignInService, startSignInService } from "../identity/sign-in/support.ts";
import { startSharedReachable } from "../integration/webhooks/support.ts";
import { expectAccessibleAtEachWidth, looksAtAll } from "../support/accessible.ts";
import { canOpenConsole, type Look, useConsole } from "../support/console.ts";
import { eventually } from "../support/eventually.ts";
import type { SharedApp } from "../support/shared-app.ts";
import { type Cell, type Known, type Language, wordsOf } from "./looks/cell.ts";
import { COMPANY, NOTHING, REVIEW, TROUBLES, WAITING } from "./looks/cells.ts";
import { SETTINGS_DIALOGS } from "./looks/settings-cells.ts";
import { FORBIDDEN, isReadable, SIGNED_IN, SIGNED_OUT } from "./looks/sign-in-cells.ts";
import { prepareCompany, prepareReview, prepareTroubles } from "./looks/worlds.ts";

const LANGUAGES = ["en", "de"] as const;

/** Operations of what is round every screen. */
const OF_THE_FRAME = /(query ConsoleViewer|query ConsoleStanding|query ConsoleSessionViewer|subscription) /;

const refuse = (route: Route): Promise<void> =>
  route.fulfill({
    json: { data: null, errors: [{ message: "The disk is full.", extensions: { code: "DATABASE_FULL" } }] },
  });

const NOT_KNOWN: Known = { person: "1", longNamed: "1", run: "1" };

describe.runIf(canOpenConsole && looksAtAll)("every state of every screen", () => {
  type Open = (address: string, look: Look, cell: Cell) => Promise<Page>;

  /** axe, in both languages and themes and at each width; the page does not scroll sideways. */
  function lookAt(cells: readonly Cell[], known: () => Known, open: Open): void {
    describe.each(cells)("$screen: $state", (cell) => {
      test.each(LANGUAGES)("%s", async (language) => {
        const address = typeof cell.address === "string" ? cell.address : cell.address(known());
        const page = await open(address, { language }, cell);
        await page.locator("h1").first().waitFor();
        await untilStill(page, language, cell.state === "loading");
        await cell.act?.(page, wordsOf(language));
        await untilStill(page, language, cell.state === "loading");
        await expectAccessibleAtEachWidth(page, `${cell.screen} ${cell.state}`);
        await page.context().setOffline(false);
      });
    });
  }

  describe("without sign-in", () => {
    let app: SharedApp;
    beforeAll(async () => {
      app = await startSharedReachable();
    });
    afterAll(() => app?.[Symbol.asyncDispose]());
    const console = useConsole(() => app.app.url, { errors: /ERR_INTERNET_DISCONNECTED/ });
    const open: Open = (address, look) => console.open(address, look);

    function world(
      name: string,
      cells: readonly Cell[],
      prepare: (app: SharedApp) => Promise<Known>,
      opens = open,
    ): void {
      describe(name, () => {
        let known = NOT_KNOWN;
        beforeAll(async () => {
          known = await prepare(app);
        });
        lookAt(cells, () => known, opens);
      });
    }

    world("nothing", NOTHING, async () => {
      await app.reset();
      return NOT_KNOWN;
    });
    world("a review", REVIEW, prepareReview);
    world("a company", [...COMPANY, ...SETTINGS_DIALOGS], prepareCompany);
    world("troubles", TROUBLES, prepareTroubles);

    world("a slow service and a full disk", WAITING, prepareCompany, async (address, look, { state }) => {
      const page = await console.open("/nowhere", look);
      const held: Route[] = [];
      await page.route("**/graphql", (route) => {
        if (OF_THE_FRAME.test(route.request().postData() ?? "")) return route.continue();
        return state === "loading" ? void held.push(route) : refuse(route);
      });
      await console.go(page, address);
      if (state === "loading") await eventually(async () => held.length > 0);
      else await page.getByText("The disk is full.").first().waitFor();
      return page;
    });
  });

  describe("with sign-in", () => {
    let world: SignInService;
    beforeAll(async () => {
      const roles = JSON.stringify({ ...ROLES, hr: ["people:hr"] });
      world = await startSignInService({}, { AUTH_ROLES: roles });
      // The company begins with its first administrator.
      await world.signIn("ada");
      world.idp.accounts.set("hanna", { email: "hanna@acme.example", groups: ["hr"], tenant: "acme" });
    });
    afterAll(() => world?.[Symbol.asyncDispose]());
    const console = useConsole(() => world.url, {
      origins: () => [world.idp.url],
      errors: /status of (401|503)/,
    });
    const as =
      (account: string): Open =>
      async (address, look) =>
        console.open(address, { ...look, cookies: (await world.signIn(account)).cookies });

    lookAt(
      SIGNED_OUT,
      () => NOT_KNOWN,
      (address, look) => console.open(address, look),
    );
    lookAt(SIGNED_IN, () => NOT_KNOWN, as("ada"));
    lookAt(
      FORBIDDEN,
      () => NOT_KNOWN,
      (address, look, cell) =>
        as(isReadable(cell) && cell.state === "forbidden" ? "hanna" : "bo")(address, look, cell),
    );
  });
});

/** Until the words have come and nothing more appears. */
async function untilStill(page: Page, language: Language, isLoading: boolean): Promise<void> {
  const { parts } = wordsOf(language);
  let before = "";
  await eventually(async () => {
    const html: string = await page.evaluate("document.body.innerHTML");
    const isStill = html === before && (isLoading || !html.includes(parts.loading));
    before = html;
    return isStill;
  });
}
