import type { Graph } from "../graph.ts";
import { median } from "../numbers.ts";
import { countFrames, type Frames, framesOf } from "./frames.ts";
import { CHART_PLACE, COUNT_CHART, type Load, NEXT_FRAME, READ_LOAD, WATCH_CHART } from "./page-scripts.ts";
import { type ConsoleUnderTest, withProfile } from "./pages.ts";

export type Chart = {
  /** The first view of the whole company, from the start of the navigation. */
  readonly firstViewMs: number;
  /** All of them are open. */
  readonly people: number;
  /** From the arrival of the answer until the chart is painted. */
  readonly drawnMs: number;
  /** The most elements of the chart in the page, at any size of the boxes. */
  readonly elements: number;
  /** While an arrow key is held down. */
  readonly pan: Frames;
};

const CHART_PEOPLE = 10_000;

/** Steps of the zoom from the whole chart to boxes of their size. */
const ZOOM_STEPS = 24;

/**
 * A chart with 10,000 people open. The service returns at most 2,000 people at once, and a user opens the
 * others team by team. Here the page gets all people in one answer, so that it draws them at once.
 */
export async function measureChart(
  tested: ConsoleUnderTest,
  graph: Graph,
  { rounds, frames }: { readonly rounds: number; readonly frames: number },
): Promise<Chart> {
  const firstViewMs = await measureFirstView(tested, rounds);
  const nodes = await readTree(graph, CHART_PEOPLE);
  const body = JSON.stringify({ data: { orgTree: { isCut: false, nodes, __typename: "OrgTree" } } });
  const times: number[] = [];
  let elements = 0;
  let pan: Frames = framesOf([]);
  for (let round = 0; round <= rounds; round += 1)
    await withProfile(tested, async (openPage) => {
      const page = await openPage(WATCH_CHART);
      await page.route("**/graphql", async (route) => {
        const isTree = route.request().postData()?.includes("ConsoleOrgTree");
        await (isTree ? route.fulfill({ contentType: "application/json", body }) : route.fallback());
      });
      await page.goto(`${tested.address}/org?view=chart`, { waitUntil: "commit" });
      const { sinceAnswerMs } = await page.evaluate<Load>(READ_LOAD);
      if (round > 0) return times.push(sinceAnswerMs);
      await page.getByRole("region", { name: "Chart of the organisation" }).focus();
      const count = async (): Promise<number> =>
        page.evaluate<number>(`${NEXT_FRAME}.then(() => ${COUNT_CHART})`);
      elements = await count();
      for (const key of ["0", ...Array<string>(ZOOM_STEPS).fill("+")]) {
        await page.keyboard.press(key);
        elements = Math.max(elements, await count());
      }
      await page.keyboard.press("Home");
      pan = framesOf(await countFrames(page, CHART_PLACE, frames, () => page.keyboard.down("ArrowRight")));
      await page.keyboard.up("ArrowRight");
    });
  return { firstViewMs, people: nodes.length, drawnMs: median(times), elements, pan };
}

/** The first view of the company: two levels are open. The first round warms the service up. */
async function measureFirstView(tested: ConsoleUnderTest, rounds: number): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round <= rounds; round += 1)
    await withProfile(tested, async (openPage) => {
      const page = await openPage(WATCH_CHART);
      await page.goto(`${tested.address}/org?view=chart`, { waitUntil: "commit" });
      const { shownMs } = await page.evaluate<Load>(READ_LOAD);
      if (round > 0) times.push(shownMs);
    });
  return median(times);
}

type Node = {
  readonly personId: string;
  readonly supervisorId: string | null;
  readonly level: number;
  readonly directReportCount: number;
};

/** Whole teams from the top down, up to this many people. */
async function readTree(graph: Graph, people: number): Promise<Node[]> {
  const nodes = new Map<string, Node>();
  const roots: (string | null)[] = [null];
  for (const root of roots) {
    const { orgTree } = await graph.ask<{ orgTree: { nodes: Node[] } }>(TREE, { rootId: root });
    const isFirst = root === null;
    // Below the first answer, each person has a supervisor in the tree.
    for (const node of orgTree.nodes) nodes.set(node.personId, isFirst ? node : { ...node, level: 2 });
    if (nodes.size >= people) break;
    const leading = new Set([...nodes.values()].map(({ supervisorId }) => supervisorId));
    for (const { personId, directReportCount } of orgTree.nodes)
      if (directReportCount > 0 && !leading.has(personId)) roots.push(personId);
  }
  return [...nodes.values()].slice(0, people);
}

/** The query of the console. */
const TREE = `query ($rootId: ID) {
  orgTree(rootId: $rootId, levels: 50) {
    nodes {
      personId supervisorId displayName position departmentName status isPreHire level
      directReportCount reportCount issues __typename
    }
  }
}`;
