import type { Page } from "playwright-core";
import { median, quantile } from "../numbers.ts";
import { type Frame, NEXT_FRAME, STOP_FRAMES, startFrames } from "./page-scripts.ts";

/** Times between frames, in milliseconds. */
export type Frames = { readonly medianMs: number; readonly p95Ms: number; readonly count: number };

export const framesOf = (times: readonly number[]): Frames => ({
  medianMs: median(times),
  p95Ms: quantile(times, 0.95),
  count: times.length,
});

export type Move = (frame: number) => Promise<void>;

/** Moves once in each frame, as a mouse does. @returns the times between frames in which `place` changes. */
export async function countFrames(page: Page, place: string, frames: number, move: Move): Promise<number[]> {
  await page.evaluate(startFrames(place));
  for (let frame = 1; frame <= frames; frame += 1) {
    await move(frame);
    await page.evaluate(NEXT_FRAME);
  }
  return timesOf(await page.evaluate<Frame[]>(STOP_FRAMES));
}

/** The times between frames while the place moves: a browser that waits for the mouse draws fast. */
const timesOf = (frames: readonly Frame[]): number[] =>
  frames.flatMap(([time, place], index) => {
    const [timeBefore, placeBefore] = frames[index - 1] ?? [time, place];
    const placeAfter = frames[index + 1]?.[1] ?? place;
    return index > 0 && (place !== placeBefore || place !== placeAfter) ? [time - timeBefore] : [];
  });
