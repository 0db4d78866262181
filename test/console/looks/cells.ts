import { button, type Cell, inDialog } from "./cell.ts";

const SETTINGS = "company fields lifecycle offices approvers webhooks identity tokens sessions".split(" ");

/** Every address, with a state in which all is well. */
export const SCREENS: readonly Cell[] = [
  { screen: "/", state: "data", address: "?order=hireDate&descending=yes" },
  { screen: "/people/$id", state: "data", address: ({ person }) => `/people/${person}` },
  { screen: "/org", state: "data", address: "/org?view=outline" },
  { screen: "/org/$id", state: "data", address: ({ person }) => `/org/${person}?view=outline` },
  { screen: "/connect", state: "data", address: "/connect" },
  { screen: "/sync", state: "data", address: "/sync" },
  { screen: "/sync/runs/$id", state: "data", address: ({ run }) => `/sync/runs/${run}` },
  { screen: "/sync/missing", state: "data", address: "/sync/missing" },
  { screen: "/sync/lines", state: "data", address: "/sync/lines" },
  { screen: "/events", state: "data", address: "/events" },
  { screen: "/events/coming", state: "data", address: "/events/coming" },
  ...SETTINGS.map((name) => ({ screen: `/settings/${name}`, state: "data", address: `/settings/${name}` })),
];

/** Before a company is connected. */
export const NOTHING: readonly Cell[] = [
  ...SCREENS.filter(({ screen }) => !screen.includes("$")).map((cell) => ({ ...cell, state: "nothing" })),
  { screen: "/events/coming", state: "month without dates", address: "/events/coming?view=month" },
  { screen: "/sign-ins", state: "nothing", address: "/sign-ins" },
  { screen: "/signed-out", state: "nothing", address: "/signed-out" },
  ...["/people/$id", "/org/$id", "/sync/runs/$id"].map((screen) => ({
    screen,
    state: "unknown",
    address: screen.replace("$id", "no-such-id"),
  })),
  { screen: "no screen", state: "unknown", address: "/nowhere" },
];

/** While a setup waits for its review. */
export const REVIEW: readonly Cell[] = [
  { screen: "/", state: "before the first sync", address: "" },
  { screen: "/sync", state: "setup is open", address: "/sync" },
  { screen: "/connect", state: "another credential", address: "/connect?step=credential" },
  {
    screen: "/connect",
    state: "credential is refused",
    address: "/connect?step=credential",
    act: async (page, { connect }) => {
      await page.getByLabel(connect.clientId).fill("a client");
      await page.getByLabel(connect.clientSecret).fill("wrong");
      await button(page, connect.checkAndGoOn).click();
      await page.getByRole("alert").waitFor();
    },
  },
  { screen: "/connect", state: "rights", address: "/connect" },
  { screen: "/connect", state: "mapping", address: "/connect?step=mapping" },
  {
    screen: "/connect",
    state: "people",
    address: "/connect?step=people",
    act: (page) => page.getByRole("cell").first().waitFor(),
  },
];

/** Filters, panels and dialogs that belong to screens in the same state. */
export const COMPANY: readonly Cell[] = [
  ...SCREENS,
  { screen: "/", state: "no match", address: "?search=qqqq" },
  {
    screen: "/",
    state: "filters",
    address: "?status=ACTIVE&type=EXTERNAL",
    act: (page, { people }) => page.locator("summary", { hasText: people.filter }).click(),
  },
  {
    screen: "/",
    state: "columns",
    address: "",
    act: (page, { people }) => page.locator("summary", { hasText: people.columnsLabel }).click(),
  },
  {
    screen: "/",
    state: "settings of the page",
    address: "",
    act: (page, { shell }) => page.getByLabel(shell.menu).click(),
  },
  {
    screen: "/",
    state: "palette",
    address: "",
    act: async (page) => {
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox").last().fill("lang");
      await page.locator("[role=option]").first().waitFor();
    },
  },
  { screen: "/", state: "keys", address: "", act: (page) => page.keyboard.press("?") },
  {
    screen: "/",
    state: "not connected",
    address: "",
    act: async (page, { shell }) => {
      await page.context().setOffline(true);
      await page.getByRole("searchbox").fill("formula");
      await page.getByText(shell.notConnected).waitFor();
    },
  },
  { screen: "/people/$id", state: "long names", address: ({ longNamed }) => `/people/${longNamed}` },
  { screen: "/org", state: "chart", address: "/org?view=chart" },
  { screen: "/org/$id", state: "chart", address: ({ longNamed }) => `/org/${longNamed}?view=chart` },
  { screen: "/org/$id", state: "long names", address: ({ longNamed }) => `/org/${longNamed}?view=outline` },
  {
    screen: "/org",
    state: "export",
    address: "/org?view=outline",
    act: (page, { org }) => page.locator("summary", { hasText: org.save }).click(),
  },
  {
    screen: "/org",
    state: "search",
    address: "/org?view=outline",
    act: async (page, { org }) => {
      await page.getByRole("combobox", { name: org.find }).fill("lang");
      await page.locator("[role=option]").first().waitFor();
    },
  },
  { screen: "/connect", state: "update of the credential", address: "/connect?step=credential" },
  {
    screen: "/connect",
    state: "disconnect",
    address: "/connect",
    act: (page, { connect }) => button(page, connect.disconnectAsk).click(),
  },
  { screen: "/sync", state: "no match", address: "/sync?runs=failed" },
  { screen: "/sync/missing", state: "no match", address: "/sync/missing?search=qqqq" },
  { screen: "/sync/missing", state: "why", address: "/sync/missing?why=Ohnemail" },
  { screen: "/sync/missing", state: "why an unknown name", address: "/sync/missing?why=Zebulon" },
  { screen: "/sync/lines", state: "by kind", address: "/sync/lines?kind=SUPERVISOR_CYCLE" },
  { screen: "/sync/lines", state: "no match", address: "/sync/lines?kind=SELF_SUPERVISED" },
  { screen: "/events", state: "no match", address: "/events?kind=PERSON_LEFT&kind=BIRTHDAY" },
  {
    screen: "/events",
    state: "filters",
    address: "/events",
    act: (page, { events }) => page.locator("summary", { hasText: events.kind }).click(),
  },
  { screen: "/events/coming", state: "month", address: "/events/coming?view=month" },
  {
    screen: "/events/coming",
    state: "no match",
    address: "/events/coming?from=2031-01-01&to=2031-01-01&kind=PROBATION_END",
  },
  {
    screen: "/events/coming",
    state: "refused range",
    address: "/events/coming?from=2027-02-01&to=2027-01-01",
  },
];

/** With a held plan and a broken connection. */
export const TROUBLES: readonly Cell[] = [
  ...SCREENS.map((cell) => ({ ...cell, state: "held and broken" })),
  {
    screen: "/sync/runs/$id",
    state: "plan without a match",
    address: ({ run }) => `/sync/runs/${run}?search=qqqq`,
  },
  {
    screen: "/sync/runs/$id",
    state: "approve",
    address: ({ run }) => `/sync/runs/${run}`,
    act: async (page, { sync }) => {
      await button(page, sync.approve).click();
      await page.getByLabel(sync.typeLeaves).fill("1");
      await inDialog(page, sync.approve).click();
      await page.getByText(sync.wrongNumber).waitFor();
    },
  },
  {
    screen: "/sync/runs/$id",
    state: "reject",
    address: ({ run }) => `/sync/runs/${run}`,
    act: (page, { sync }) => button(page, sync.reject).click(),
  },
  { screen: "/connect", state: "update of a broken credential", address: "/connect?step=credential" },
];

const ASKING: readonly Cell[] = [...SCREENS, { screen: "/sign-ins", state: "data", address: "/sign-ins" }];

/** While the service does not answer the screen's queries, and when it refuses them. */
export const WAITING: readonly Cell[] = ["loading", "error"].flatMap((state) =>
  ASKING.map((cell) => ({ ...cell, state })),
);
