import { createRoute } from "@tanstack/react-router";
import { lazyScreen } from "../parts/lazy-screen.tsx";
import { onlyKnown } from "../parts/search-params.ts";
import { rootRoute } from "./root.tsx";
import {
  readConnectSearch,
  readLinesSearch,
  readMissingSearch,
  readPlanSearch,
  readRunsSearch,
} from "./sync-search.ts";

const connect = createRoute({
  getParentRoute: () => rootRoute,
  path: "/connect",
  validateSearch: onlyKnown(readConnectSearch),
  component: lazyScreen(() => import("./connect.tsx").then(({ Connect }) => Connect)),
});

const sync = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sync",
  validateSearch: onlyKnown(readRunsSearch),
  component: lazyScreen(() => import("./sync.tsx").then(({ Sync }) => Sync)),
});

const run = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sync/runs/$id",
  validateSearch: onlyKnown(readPlanSearch),
  component: lazyScreen(() => import("./run.tsx").then(({ Run }) => Run)),
});

const missing = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sync/missing",
  validateSearch: onlyKnown(readMissingSearch),
  component: lazyScreen(() => import("./missing.tsx").then(({ Missing }) => Missing)),
});

const lines = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sync/lines",
  validateSearch: onlyKnown(readLinesSearch),
  component: lazyScreen(() => import("./lines.tsx").then(({ Lines }) => Lines)),
});

export const syncRoutes = [connect, sync, run, missing, lines] as const;
