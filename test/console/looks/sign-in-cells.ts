import type { Page } from "playwright-core";
import { button, type Cell, type Words } from "./cell.ts";
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

/** What only a signed-in user sees. The last one ends the session. */
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
    screen: "/",
    state: "account",
    address: "",
    act: (page, { session }) => page.getByLabel(session.account).click(),
  },
  {
    screen: "/settings/tokens",
    state: "session has ended",
    address: "/settings/tokens",
    act: async (page, { access, session }) => {
      await page.context().clearCookies({ name: "__Host-people_session" });
      await page.getByRole("link", { name: access.sessions.title }).click();
      await page.getByRole("dialog", { name: session.ended }).waitFor();
    },
  },
  {
    screen: "/settings/tokens",
    state: "session has ended, without the dialog",
    address: "/settings/tokens",
    act: async (page, { access, session, parts }) => {
      await page.context().clearCookies({ name: "__Host-people_session" });
      await page.getByRole("link", { name: access.sessions.title }).click();
      await page.getByRole("dialog", { name: session.ended }).waitFor();
      await button(page, parts.close).click();
    },
  },
];

/** What `people:read` opens. Everything else needs `people:admin`. */
const READABLE = ["/", "/people/$id", "/org", "/org/$id", "/events", "/events/coming"];
export const isReadable = ({ screen }: Cell): boolean => READABLE.includes(screen);

/** For a user without the right. */
export const FORBIDDEN: readonly Cell[] = [
  ...SCREENS.map((cell) => ({
    ...cell,
    state: "forbidden",
    act: (page: Page, { parts }: Words) => page.getByText(parts.forbidden).waitFor(),
  })),
  // Without people:hr, and without a directory.
  ...["", "/events?kind=BIRTHDAY", "/events/coming?kind=BIRTHDAY"].map((address) => ({
    screen: address.split("?")[0] || "/",
    state: "of a reader",
    address,
  })),
];
