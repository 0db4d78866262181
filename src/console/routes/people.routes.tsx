import { createRoute } from "@tanstack/react-router";
import { lazyScreen } from "../parts/lazy-screen.tsx";
import { onlyKnown } from "../parts/search-params.ts";
import { readPeopleSearch } from "./people-search.ts";
import { rootRoute } from "./root.tsx";

const list = () => import("./people.tsx");

const people = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  validateSearch: onlyKnown(readPeopleSearch),
  component: lazyScreen(
    () => list().then(({ People }) => People),
    (search) => list().then(({ askAhead }) => askAhead(readPeopleSearch(search))),
  ),
});

const person = createRoute({
  getParentRoute: () => rootRoute,
  path: "/people/$id",
  component: lazyScreen(() => import("./person.tsx").then(({ Person }) => Person)),
});

export const peopleRoutes = [people, person] as const;
