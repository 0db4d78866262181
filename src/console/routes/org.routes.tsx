import { createRoute } from "@tanstack/react-router";
import { lazyScreen } from "../parts/lazy-screen.tsx";
import { readOrgSearch } from "./org-search.ts";
import { rootRoute } from "./root.tsx";

const company = createRoute({
  getParentRoute: () => rootRoute,
  path: "/org",
  validateSearch: readOrgSearch,
  component: lazyScreen(() => import("./org.tsx").then(({ OrgCompany }) => OrgCompany)),
});

const person = createRoute({
  getParentRoute: () => rootRoute,
  path: "/org/$id",
  validateSearch: readOrgSearch,
  component: lazyScreen(() => import("./org.tsx").then(({ OrgPerson }) => OrgPerson)),
});

export const orgRoutes = [company, person] as const;
