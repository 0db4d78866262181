import type { Graph } from "../graph.ts";
import { median } from "../numbers.ts";
import { READ_ANSWERED, READ_LOAD, WATCH_LIST, WATCH_SEARCH } from "./page-scripts.ts";
import { type ConsoleUnderTest, withProfile } from "./pages.ts";

/** The letters of a last name that a user types before they look. */
const LETTERS = 5;

/** A search as one types. @returns the milliseconds from the last letter until its people are painted. */
export async function measureSearching(
  tested: ConsoleUnderTest,
  graph: Graph,
  { people, rounds }: { readonly people: number; readonly rounds: number },
): Promise<number> {
  const times: number[] = [];
  await withProfile(tested, async (openPage) => {
    const page = await openPage(WATCH_LIST);
    await page.goto(tested.address);
    await page.evaluate(READ_LOAD);
    // The service keeps answers, so each round searches for another person. The first one warms it up.
    for (let round = 0; round <= rounds; round += 1) {
      const field = page.getByRole("searchbox");
      const letters = (await readName(graph, Math.floor((people * round) / (rounds + 1)))).slice(0, LETTERS);
      await field.pressSequentially(letters.slice(0, -1));
      await page.evaluate(WATCH_SEARCH);
      await field.press(letters.slice(-1));
      const ms = await page.evaluate<number>(READ_ANSWERED);
      if (round > 0) times.push(ms);
      await page.evaluate(WATCH_SEARCH);
      await field.fill("");
      await page.evaluate<number>(READ_ANSWERED);
    }
  });
  return median(times);
}

const LAST_NAME = "query ($skip: Int!) { people(first: 1, skip: $skip) { nodes { lastName } } }";

async function readName(graph: Graph, skip: number): Promise<string> {
  const { people } = await graph.ask<{ people: { nodes: { lastName: string }[] } }>(LAST_NAME, { skip });
  const [{ lastName }] = people.nodes as [{ lastName: string }];
  return lastName.toLowerCase();
}
