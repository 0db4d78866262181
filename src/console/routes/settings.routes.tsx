import { createRoute, redirect } from "@tanstack/react-router";
import { lazyScreen } from "../parts/lazy-screen.tsx";
import { onlyKnown, readText, withoutEmpty } from "../parts/search-params.ts";
import { rootRoute } from "./root.tsx";

/** The parent of every page of the settings: their navigation, and the check of the right. */
export const settingsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/settings",
  component: lazyScreen(() => import("./settings.tsx").then(({ Settings }) => Settings)),
});

const first = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/settings/company", replace: true });
  },
});

const company = createRoute({
  getParentRoute: () => settingsRoute,
  path: "company",
  component: lazyScreen(() => import("./settings-company.tsx").then((screen) => screen.CompanySettings)),
});

const fields = createRoute({
  getParentRoute: () => settingsRoute,
  path: "fields",
  component: lazyScreen(() => import("./settings-fields.tsx").then((screen) => screen.FieldSettings)),
});

const lifecycle = createRoute({
  getParentRoute: () => settingsRoute,
  path: "lifecycle",
  component: lazyScreen(() => import("./settings-lifecycle.tsx").then((screen) => screen.LifecycleSettings)),
});

const offices = createRoute({
  getParentRoute: () => settingsRoute,
  path: "offices",
  component: lazyScreen(() => import("./settings-offices.tsx").then((screen) => screen.OfficeSettings)),
});

const approvers = createRoute({
  getParentRoute: () => settingsRoute,
  path: "approvers",
  validateSearch: onlyKnown((raw) => withoutEmpty({ person: readText(raw.person) })),
  component: lazyScreen(() => import("./settings-approvers.tsx").then((screen) => screen.ApproverSettings)),
});

const webhooks = createRoute({
  getParentRoute: () => settingsRoute,
  path: "webhooks",
  component: lazyScreen(() => import("./settings-webhooks.tsx").then((screen) => screen.WebhookSettings)),
});

const identity = createRoute({
  getParentRoute: () => settingsRoute,
  path: "identity",
  component: lazyScreen(() => import("./settings-identity.tsx").then((screen) => screen.IdentitySettings)),
});

const tokens = createRoute({
  getParentRoute: () => settingsRoute,
  path: "tokens",
  component: lazyScreen(() => import("./settings-tokens.tsx").then((screen) => screen.TokenSettings)),
});

const sessions = createRoute({
  getParentRoute: () => settingsRoute,
  path: "sessions",
  component: lazyScreen(() => import("./settings-sessions.tsx").then((screen) => screen.SessionSettings)),
});

const ofAccess = [identity, tokens, sessions] as const;

export const settingsRoutes = [
  settingsRoute.addChildren([first, company, fields, lifecycle, offices, approvers, webhooks, ...ofAccess]),
] as const;
