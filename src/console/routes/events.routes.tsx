import { createRoute } from "@tanstack/react-router";
import { lazyScreen } from "../parts/lazy-screen.tsx";
import { onlyKnown } from "../parts/search-params.ts";
import { readComingSearch, readEventsSearch } from "./events-search.ts";
import { rootRoute } from "./root.tsx";

const events = createRoute({
  getParentRoute: () => rootRoute,
  path: "/events",
  validateSearch: onlyKnown(readEventsSearch),
  component: lazyScreen(() => import("./events.tsx").then(({ Events }) => Events)),
});

const coming = createRoute({
  getParentRoute: () => rootRoute,
  path: "/events/coming",
  validateSearch: onlyKnown(readComingSearch),
  component: lazyScreen(() => import("./coming.tsx").then(({ Coming }) => Coming)),
});

export const eventsRoutes = [events, coming] as const;
