import { button, type Cell, inDialog } from "./cell.ts";

/** Dialogs and forms of the settings. Those that create something stand last. */
export const SETTINGS_DIALOGS: readonly Cell[] = [
  {
    screen: "/settings/company",
    state: "refused",
    address: "/settings/company",
    act: async (page, { settings }) => {
      await page.getByLabel(settings.company.excluded).fill("a@b.example\nno id");
      await page.getByLabel(settings.company.guardPercent).fill("101");
    },
  },
  {
    screen: "/settings/fields",
    state: "field",
    address: "/settings/fields",
    act: (page, { parts }) => button(page, parts.fields.position).click(),
  },
  {
    screen: "/settings/fields",
    state: "hide",
    address: "/settings/fields",
    act: async (page, { parts, settings }) => {
      await button(page, parts.fields.hireDate).click();
      await inDialog(page, settings.fields.hide).click();
      await inDialog(page, settings.fields.confirmHide).waitFor();
    },
  },
  {
    screen: "/settings/offices",
    state: "zone",
    address: "/settings/offices",
    act: (page, { settings }) =>
      page
        .getByRole("button", { name: settings.change("") })
        .first()
        .click(),
  },
  {
    screen: "/settings/approvers",
    state: "tried",
    address: ({ longNamed }) => `/settings/approvers?person=${longNamed}`,
  },
  {
    screen: "/settings/tokens",
    state: "new token",
    address: "/settings/tokens",
    act: async (page, { access }) => {
      await button(page, access.tokens.create).click();
      await inDialog(page, access.tokens.create).click();
      await page.getByText(access.tokens.nameMissing).waitFor();
    },
  },
  {
    screen: "/settings/tokens",
    state: "revoke",
    address: "/settings/tokens",
    act: (page, { access }) => page.getByRole("button", { name: access.tokens.revoke }).first().click(),
  },
  {
    screen: "/settings/identity",
    state: "revoke",
    address: "/settings/identity",
    act: (page, { access }) => page.getByRole("button", { name: access.identity.revoke }).first().click(),
  },
  {
    screen: "/settings/tokens",
    state: "shown once",
    address: "/settings/tokens",
    act: async (page, { access }) => {
      await button(page, access.tokens.create).click();
      await page.getByLabel(access.tokens.name).fill(`a program ${Date.now()}`);
      await page.getByRole("dialog").getByRole("checkbox").first().check();
      await inDialog(page, access.tokens.create).click();
      await inDialog(page, access.tokens.done).waitFor();
    },
  },
  {
    screen: "/settings/identity",
    state: "shown once",
    address: "/settings/identity",
    act: async (page, { access: { identity } }) => {
      // There may be two.
      if ((await page.getByText(identity.full).count()) > 0) {
        await page.getByRole("button", { name: identity.revoke }).first().click();
        await inDialog(page, identity.revoke).click();
        await page.getByRole("dialog").waitFor({ state: "detached" });
      }
      await button(page, identity.create).click();
      await inDialog(page, identity.done).waitFor();
    },
  },
  {
    screen: "/settings/webhooks",
    state: "shown once",
    address: "/settings/webhooks",
    act: async (page, { settings: { webhooks } }) => {
      await button(page, webhooks.create).or(button(page, webhooks.renew)).click();
      await inDialog(page, webhooks.confirm).or(inDialog(page, webhooks.done)).waitFor();
      if (await inDialog(page, webhooks.confirm).isVisible()) await inDialog(page, webhooks.confirm).click();
      await inDialog(page, webhooks.done).waitFor();
    },
  },
  { screen: "/settings/webhooks", state: "with a webhook", address: "/settings/webhooks" },
  {
    screen: "/settings/webhooks",
    state: "renew",
    address: "/settings/webhooks",
    act: (page, { settings }) => button(page, settings.webhooks.renew).click(),
  },
];
