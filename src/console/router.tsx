import { createRouter } from "@tanstack/react-router";
import { parseSearch, stringifySearch } from "./parts/search-params.ts";
import { eventsRoutes } from "./routes/events.routes.tsx";
import { peopleRoutes } from "./routes/people.routes.tsx";
import { rootRoute } from "./routes/root.tsx";
import { sessionRoutes } from "./routes/session.routes.tsx";
import { settingsRoutes } from "./routes/settings.routes.tsx";
import { syncRoutes } from "./routes/sync.routes.tsx";

/** Every screen. An area has a file with its routes, and one line here. */
const routeTree = rootRoute.addChildren([
  ...peopleRoutes,
  ...syncRoutes,
  ...eventsRoutes,
  ...settingsRoutes,
  ...sessionRoutes,
]);

export const router = createRouter({
  routeTree,
  basepath: "/console",
  parseSearch,
  stringifySearch,
  scrollRestoration: false,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
