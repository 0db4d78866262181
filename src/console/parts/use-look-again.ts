import { useEffect, useRef } from "react";

/** A sync takes longer than this, so no change of the directory is missed. */
export const LOOK_MS = 30_000;

/** An untouched page stops asking, because many pages stay open for days without a reader. */
const UNTOUCHED_MS = 15 * 60_000;

let touchedAt = Date.now();
const touch = (): void => {
  touchedAt = Date.now();
};
for (const event of ["pointerdown", "pointermove", "keydown", "wheel"])
  document.addEventListener(event, touch, { passive: true });

const isWatched = (): boolean => !document.hidden && Date.now() - touchedAt < UNTOUCHED_MS;

/**
 * Asks again from time to time, while the page is visible: other users and the timetable change things too.
 */
export function useLookAgain(again: () => void, everyMs: number): void {
  const latest = useRef(again);
  latest.current = again;
  useEffect(() => {
    const timer = setInterval(() => isWatched() && latest.current(), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
}
