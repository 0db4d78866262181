import { createRoute } from "@tanstack/react-router";
import { lazyScreen } from "../parts/lazy-screen.tsx";
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
  validateSearch: readConnectSearch,
  component: lazyScreen(() => import("./connect.tsx").then(({ Connect }) => Connect)),
});

const sync = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sync",
  validateSearch: readRunsSearch,
  component: lazyScreen(() => import("./sync.tsx").then(({ Sync }) => Sync)),
});

const run = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sync/runs/$id",
  validateSearch: readPlanSearch,
  component: lazyScreen(() => import("./run.tsx").then(({ Run }) => Run)),
});

const missing = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sync/missing",
  validateSearch: readMissingSearch,
  component: lazyScreen(() => import("./missing.tsx").then(({ Missing }) => Missing)),
});

const lines = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sync/lines",
  validateSearch: readLinesSearch,
  component: lazyScreen(() => import("./lines.tsx").then(({ Lines }) => Lines)),
});

export const syncRoutes = [connect, sync, run, missing, lines] as const;
