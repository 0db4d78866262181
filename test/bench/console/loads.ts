import { median } from "../numbers.ts";
import { type Load, READ_LOAD, WATCH_LIST } from "./page-scripts.ts";
import { type ConsoleUnderTest, withProfile } from "./pages.ts";

export type Loads = {
  /** The browser has no file of the console. */
  readonly cold: Load;
  /** It has the files in its cache, and their code compiled. */
  readonly warm: Load;
};

/** Loads until a browser keeps the compiled code of a file. */
const LOADS_UNTIL_WARM = 3;

/** Opens the list of people in an empty profile, and again when the profile has the console's files. */
export async function measureLoads(tested: ConsoleUnderTest, rounds: number): Promise<Loads> {
  const cold: Load[] = [];
  const warm: Load[] = [];
  // The first round warms the service up.
  for (let round = 0; round <= rounds; round += 1)
    await withProfile(tested, async (openPage) => {
      const loads: Load[] = [];
      for (let time = 0; time <= LOADS_UNTIL_WARM; time += 1) {
        const page = await openPage(WATCH_LIST);
        await page.goto(tested.address, { waitUntil: "commit" });
        loads.push(await page.evaluate<Load>(READ_LOAD));
        await page.close();
      }
      if (round === 0) return;
      cold.push(...loads.slice(0, 1));
      warm.push(...loads.slice(-1));
    });
  return { cold: medianLoad(cold), warm: medianLoad(warm) };
}

const medianLoad = (loads: readonly Load[]): Load => {
  const of = (key: keyof Load): number => median(loads.map((load) => load[key]));
  return {
    firstPaintMs: of("firstPaintMs"),
    shownMs: of("shownMs"),
    sinceAnswerMs: of("sinceAnswerMs"),
    requests: of("requests"),
    bytes: of("bytes"),
  };
};
