import { createRoute } from "@tanstack/react-router";
import { lazyScreen } from "../parts/lazy-screen.tsx";
import { onlyKnown } from "../parts/search-params.ts";
import { readOrgSearch } from "./org-search.ts";
import { rootRoute } from "./root.tsx";

const company = createRoute({
  getParentRoute: () => rootRoute,
  path: "/org",
  validateSearch: onlyKnown(readOrgSearch),
  component: lazyScreen(() => import("./org.tsx").then(({ OrgCompany }) => OrgCompany)),
});

const person = createRoute({
  getParentRoute: () => rootRoute,
  path: "/org/$id",
  validateSearch: onlyKnown(readOrgSearch),
  component: lazyScreen(() => import("./org.tsx").then(({ OrgPerson }) => OrgPerson)),
});

export const orgRoutes = [company, person] as const;
