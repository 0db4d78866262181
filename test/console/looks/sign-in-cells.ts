import type { Page } from "playwright-core";
import { eventually } from "../../support/eventually.ts";
import { button, type Cell, inDialog, type Words } from "./cell.ts";
import { SCREENS } from "./cells.ts";

/** Before a user signs in, and when that fails. */
export const SIGNED_OUT: readonly Cell[] = [
  { screen: "/", state: "signed out", address: "" },
  { screen: "/signed-out", state: "data", address: "/signed-out" },
  ...["SIGN_IN_FORBIDDEN&reason=scopes", "SIGN_IN_MISCONFIGURED&reason=client", "LIMIT_RATE"].map((code) => ({
    screen: "/signed-out",
    state: `error ${code.split("&")[0]}`,
    address: `/signed-out?code=${code}&id=e1`,
  })),
];

/** In the middle of a form: without its cookie, a page has no session. */
async function endSession(page: Page, { access: { tokens }, session }: Words): Promise<void> {
  await button(page, tokens.create).click();
  await page.getByLabel(tokens.name).fill("payroll export");
  await page.context().clearCookies();
  await inDialog(page, tokens.create).click();
  await page.getByRole("dialog", { name: session.ended }).waitFor();
}

/** States that only a signed-in user sees. */
export const SIGNED_IN: readonly Cell[] = [
  { screen: "/signed-in-again", state: "data", address: "/signed-in-again" },
  { screen: "/sign-ins", state: "data", address: "/sign-ins" },
  { screen: "/settings/sessions", state: "signed in", address: "/settings/sessions" },
  {
    screen: "/settings/sessions",
    state: "end",
    address: "/settings/sessions",
    act: (page, { access }) => page.getByRole("button", { name: access.sessions.end }).first().click(),
  },
  {
    screen: "/settings/tokens",
    state: "session has ended",
    address: "/settings/tokens",
    act: endSession,
  },
  {
    screen: "/settings/tokens",
    state: "dialog of an ended session is closed",
    address: "/settings/tokens",
    act: async (page, words) => {
      await endSession(page, words);
      for (const name of [words.session.ended, words.access.tokens.create]) {
        await page.keyboard.press("Escape");
        await page.getByRole("dialog", { name }).waitFor({ state: "detached" });
      }
    },
  },
  {
    screen: "/",
    state: "account",
    address: "",
    act: (page, { session }) => page.getByLabel(session.account).click(),
  },
];

/** Screens for which `people:read` is enough. All others need `people:admin`. */
const READABLE = ["/", "/people/$id", "/org", "/org/$id", "/events", "/events/coming"];
export const isReadable = ({ screen }: Cell): boolean => READABLE.includes(screen);

/** For a user without the right. */
export const FORBIDDEN: readonly Cell[] = [
  ...SCREENS.map((cell) => ({
    ...cell,
    state: "forbidden",
    act: (page: Page, { parts }: Words) =>
      eventually(async () => (await page.getByText(parts.forbidden).count()) > 0, {
        what: `"${parts.forbidden}"`,
      }),
  })),
  // Without people:hr, and without a directory.
  ...["", "/events?kind=BIRTHDAY", "/events/coming?kind=BIRTHDAY"].map((address) => ({
    screen: address.split("?")[0] || "/",
    state: "of a reader",
    address,
  })),
];
