import type { Page } from "playwright-core";
import { median } from "../numbers.ts";
import { countFrames, type Frames, framesOf, type Move } from "./frames.ts";
import { jumpTo, LIST_PLACE, READ_LOAD, READ_PLACE, WATCH_LIST } from "./page-scripts.ts";
import { type ConsoleUnderTest, withProfile } from "./pages.ts";

export type Scrolling = {
  readonly wheel: Frames;
  readonly scrollbar: Frames;
  /** From the scroll until all rows in the window have people, over all places and rounds. */
  readonly jumps: { readonly medianMs: number; readonly longestMs: number; readonly count: number };
  /** The memory that JavaScript keeps after all of that. */
  readonly heapBytes: number;
};

/** A wheel that turns fast. */
const WHEEL_PX = 400;

/** Places as shares of the list's length, each far from the previous one. */
const PLACES = [0.95, 0.45, 0.85, 0.35, 0.75, 0.25, 0.98, 0.55];

/** Each round jumps to other people, because the service keeps answers and a real user asks for new ones. */
const ROUND_SHIFT = 0.004;

/** The list of people: by wheel, along the scrollbar from its top to its end, and by jumps. */
export async function measureScrolling(
  tested: ConsoleUnderTest,
  { rounds, frames }: { readonly rounds: number; readonly frames: number },
): Promise<Scrolling> {
  const wheel: number[] = [];
  const scrollbar: number[] = [];
  const jumps: number[] = [];
  const heaps: number[] = [];
  // The first round warms the service up.
  for (let round = 0; round <= rounds; round += 1)
    await withProfile(tested, async (openPage) => {
      const page = await openPage(WATCH_LIST);
      await page.goto(tested.address);
      await page.evaluate(READ_LOAD);
      const jumped: number[] = [];
      for (const place of PLACES)
        jumped.push(await page.evaluate<number>(jumpTo(place - round * ROUND_SHIFT)));
      await page.evaluate(jumpTo(0));
      const wheeled = await countFrames(page, LIST_PLACE, frames, await turnWheel(page));
      await page.evaluate(jumpTo(0));
      const dragged = await countFrames(page, LIST_PLACE, frames, await dragScrollbar(page, frames));
      heaps.push(await readHeap(page));
      if (round === 0) return;
      jumps.push(...jumped);
      wheel.push(...wheeled);
      scrollbar.push(...dragged);
    });
  return {
    wheel: framesOf(wheel),
    scrollbar: framesOf(scrollbar),
    jumps: { medianMs: median(jumps), longestMs: Math.max(...jumps), count: jumps.length },
    heapBytes: Math.max(...heaps),
  };
}

/** The bytes of living objects. */
async function readHeap(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  await session.detach();
  return usedSize;
}

async function turnWheel(page: Page): Promise<Move> {
  const { x, y, width, height } = await boundsOf(page);
  await page.mouse.move(x + width / 2, y + height / 2);
  return () => page.mouse.wheel(0, WHEEL_PX);
}

/**
 * Where to grab the scrollbar: the middle of its shortest thumb, below the arrow, and the distance from the
 * right.
 */
const THUMB_PX = 26;
const SCROLLBAR_PX = 8;

async function dragScrollbar(page: Page, frames: number): Promise<Move> {
  const { x, y, width, height } = await boundsOf(page);
  const at = x + width - SCROLLBAR_PX;
  await page.mouse.move(at, y + THUMB_PX);
  await page.mouse.down();
  return async (frame) => {
    await page.mouse.move(at, y + THUMB_PX + (frame / frames) * height);
    if (frame < frames) return;
    await page.mouse.up();
    const place = await page.evaluate<number>(READ_PLACE);
    if (place < 0.99) throw new Error(`The scrollbar led to ${place} of the list instead of its end.`);
  };
}

async function boundsOf(page: Page) {
  const bounds = await page.getByRole("grid").boundingBox();
  if (!bounds) throw new Error("The list of people is not on the page.");
  return bounds;
}
