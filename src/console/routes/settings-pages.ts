import type { LinkProps } from "@tanstack/react-router";
import type { ScreenTexts } from "../texts/screens.en.ts";

type SettingsPage = {
  readonly to: NonNullable<LinkProps["to"]>;
  readonly name: (texts: ScreenTexts) => string;
};

/** The settings, in the order of use. A page has a line here, and a route in an `*.routes.tsx`. */
export const SETTINGS_PAGES: readonly SettingsPage[] = [
  { to: "/settings/company", name: ({ settings }) => settings.pages.company },
  { to: "/settings/fields", name: ({ settings }) => settings.pages.fields },
  { to: "/settings/lifecycle", name: ({ settings }) => settings.pages.lifecycle },
  { to: "/settings/offices", name: ({ settings }) => settings.pages.offices },
  { to: "/settings/approvers", name: ({ settings }) => settings.pages.approvers },
  { to: "/settings/webhooks", name: ({ settings }) => settings.pages.webhooks },
  { to: "/settings/identity", name: ({ access }) => access.identity.title },
  { to: "/settings/tokens", name: ({ access }) => access.tokens.title },
  { to: "/settings/sessions", name: ({ access }) => access.sessions.title },
];
