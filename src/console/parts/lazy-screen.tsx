import { type ComponentType, lazy } from "react";
import { waitOutInterruption } from "../graph/connection.ts";
import type { RawSearch } from "./search-params.ts";

/** A file that the server no longer has: the page is older than the service. */
export class NewVersion extends Error {}

/**
 * Loads a file of the console, also after an outage of the service. Throws NewVersion if the file is gone.
 */
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

type Ahead = (search: RawSearch) => Promise<unknown>;

const ahead = new WeakMap<object, Ahead>();

/**
 * A screen in a file of its own, which loads when it is first opened. If the page opens with this screen,
 * `read` loads the file and starts its first query at the same time.
 */
export function lazyScreen(load: () => Promise<ComponentType>, read?: Ahead) {
  const screen = lazy(async () => ({ default: await fileOf(load) }));
  // The browser fetches the file once, however many screens ask for it.
  ahead.set(screen, read ?? load);
  return screen;
}

/** Starts to load a screen while the page still loads its texts and the viewer. */
export function loadAhead(screen: unknown, search: RawSearch): void {
  if (typeof screen !== "object" || screen === null) return;
  // The screen itself gets the same problem, and shows it.
  void ahead
    .get(screen)?.(search)
    .catch(() => undefined);
}
