import { createRouter } from "@tanstack/react-router";
import { parseSearch, stringifySearch } from "./parts/search-params.ts";
import { peopleRoutes } from "./routes/people.routes.tsx";
import { Failed, rootRoute } from "./routes/root.tsx";
import { syncRoutes } from "./routes/sync.routes.tsx";

/** Every screen. An area has a file with its routes, and one line here. */
const routeTree = rootRoute.addChildren([...peopleRoutes, ...syncRoutes]);

export const router = createRouter({
  routeTree,
  basepath: "/console",
  parseSearch,
  stringifySearch,
  scrollRestoration: false,
  // At the screen, so that the header stays.
  defaultErrorComponent: Failed,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
