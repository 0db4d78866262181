import { type ComponentType, lazy } from "react";
import { waitOutInterruption } from "../graph/connection.ts";

/** A file that the server no longer has: the page is older than the service. */
export class NewVersion extends Error {}

/** A file of the console, also after an interruption of the service. A file that is gone is a NewVersion. */
export async function fileOf<File>(load: () => Promise<File>): Promise<File> {
  try {
    return await load();
  } catch (cause) {
    if (await waitOutInterruption()) return loadAgain(load);
    throw new NewVersion("a file of the console is gone", { cause });
  }
}

const loadAgain = <File,>(load: () => Promise<File>): Promise<File> =>
  load().catch((cause: unknown) => {
    throw new NewVersion("a file of the console is gone", { cause });
  });

/** A screen in a file of its own, which loads when it is first opened. */
export const lazyScreen = (load: () => Promise<ComponentType>) =>
  lazy(async () => ({ default: await fileOf(load) }));
