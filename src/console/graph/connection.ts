import { useSyncExternalStore } from "react";

/** The wait before each retry; the last one repeats. */
const RETRY_MS = [1_000, 2_000, 4_000, 8_000] as const;

/** A quick request that needs no rights and reads no data. */
const PROBE = "/health";

/**
 * Whether the service answers. `version` grows each time it answers again: screens then reload what they
 * show. Only queries and streams repeat, never a mutation.
 */
export type Connection = { readonly isLost: boolean; readonly version: number };

let current: Connection = { isLost: false, version: 0 };
const listeners = new Set<() => void>();

const set = (next: Connection): void => {
  current = next;
  for (const listener of listeners) listener();
};

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useConnection = (): Connection => useSyncExternalStore(subscribe, () => current);

/**
 * Call this when a request got no answer: the page shows the outage, and probes the service until it answers.
 */
export function reportLost(): void {
  if (current.isLost) return;
  set({ ...current, isLost: true });
  void tryAgain(0);
}

/** Makes screens reload what they show, as after a lost connection. */
export const readAgain = (): void => set({ ...current, version: current.version + 1 });

const isAnswering = (): Promise<boolean> =>
  fetch(PROBE, { cache: "no-store" }).then(
    ({ ok }) => ok,
    () => false,
  );

/**
 * Resolves to false if the service answers now. Otherwise the page shows the outage, and this resolves to
 * true once the service answers again.
 */
export async function waitOutInterruption(): Promise<boolean> {
  if (!current.isLost && (await isAnswering())) return false;
  reportLost();
  await new Promise<void>((resolve) => {
    const stop = subscribe(() => {
      if (current.isLost) return;
      stop();
      resolve();
    });
  });
  return true;
}

async function tryAgain(attempt: number): Promise<void> {
  const wait = RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)];
  await new Promise((resolve) => setTimeout(resolve, wait));
  if (await isAnswering()) set({ isLost: false, version: current.version + 1 });
  else await tryAgain(attempt + 1);
}
