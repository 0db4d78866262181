import { type ComponentType, lazy } from "react";

/** A file that the server no longer has: the page is older than the service. */
export class NewVersion extends Error {}

/** A screen in a file of its own, which loads when it is first opened. */
export const lazyScreen = (load: () => Promise<ComponentType>) =>
  lazy(() =>
    load().then(
      (screen) => ({ default: screen }),
      (cause: unknown) => {
        throw new NewVersion("a file of the console is gone", { cause });
      },
    ),
  );
