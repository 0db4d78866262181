import { createRouter } from "@tanstack/react-router";
import { parseSearch, stringifySearch } from "./parts/search-params.ts";
import { eventsRoutes } from "./routes/events.routes.tsx";
import { orgRoutes } from "./routes/org.routes.tsx";
import { peopleRoutes } from "./routes/people.routes.tsx";
import { Failed, rootRoute } from "./routes/root.tsx";
import { sessionRoutes } from "./routes/session.routes.tsx";
import { settingsRoutes } from "./routes/settings.routes.tsx";
import { syncRoutes } from "./routes/sync.routes.tsx";

/** Every screen. An area has a file with its routes, and one line here. */
const routeTree = rootRoute.addChildren([
  ...peopleRoutes,
  ...orgRoutes,
  ...eventsRoutes,
  ...syncRoutes,
  ...settingsRoutes,
  ...sessionRoutes,
]);

export const router = createRouter({
  routeTree,
  basepath: "/console",
  parseSearch,
  stringifySearch,
  scrollRestoration: false,
  // The error replaces only the screen, so the header stays.
  defaultErrorComponent: Failed,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
