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

const ownSignIns = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-ins",
  component: lazyScreen(() => import("./own-sign-ins.tsx").then(({ OwnSignIns }) => OwnSignIns)),
});

export const sessionRoutes = [signedOut, signedInAgain, ownSignIns] as const;
