import type { Page } from "playwright-core";
import type { Cell, Words } from "./cell.ts";
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

/** What only a signed-in user sees. How a session ends is in `sign-in.pg.test.ts`. */
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
