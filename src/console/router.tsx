import { createRouter } from "@tanstack/react-router";
import { parseSearch, stringifySearch } from "./parts/search-params.ts";
import { orgRoutes } from "./routes/org.routes.tsx";
import { peopleRoutes } from "./routes/people.routes.tsx";
import { rootRoute } from "./routes/root.tsx";

/** Every screen. An area has a file with its routes, and one line here. */
const routeTree = rootRoute.addChildren([...peopleRoutes, ...orgRoutes]);

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
