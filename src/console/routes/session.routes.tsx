import { createRoute } from "@tanstack/react-router";
import { lazyScreen } from "../parts/lazy-screen.tsx";
import { rootRoute } from "./root.tsx";

const signedOut = createRoute({
  getParentRoute: () => rootRoute,
  path: "/signed-out",
  component: lazyScreen(() => import("./signed-in.tsx").then(({ SignedIn }) => SignedIn)),
});

const signedInAgain = createRoute({
  getParentRoute: () => rootRoute,
  path: "/signed-in-again",
  component: lazyScreen(() => import("./signed-in.tsx").then(({ SignedInAgain }) => SignedInAgain)),
});

export const sessionRoutes = [signedOut, signedInAgain] as const;
