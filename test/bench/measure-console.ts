import { isBrowserInstalled, openBrowser } from "../support/browser.ts";
import { type Chart, measureChart } from "./console/chart.ts";
import { type Loads, measureLoads } from "./console/loads.ts";
import type { ConsoleUnderTest } from "./console/pages.ts";
import { measureScrolling, type Scrolling } from "./console/scrolling.ts";
import { measureSearching } from "./console/searching.ts";
import type { Service } from "./start-service.ts";

export type ConsoleMeasurement = {
  readonly people: number;
  /** The list of people. */
  readonly loads: Loads;
  readonly scrolling: Scrolling;
  /** From the last letter of a search until its people are painted. */
  readonly searchedMs: number;
  readonly chart: Chart;
};

export type ConsoleBench = {
  readonly service: Service;
  readonly people: number;
  readonly rounds: number;
  /** How long the list and the chart move. */
  readonly seconds: number;
  readonly say: (line: string) => void;
};

const FRAMES_A_SECOND = 60;
/** Fewer rounds give no useful median. */
const FRAMES_MIN = 20;

/** Why the console cannot be measured here, or undefined. */
export const whyNoConsole = (): string | undefined =>
  isBrowserInstalled ? undefined : "Chromium is not installed";

/** The console of the synced company, in a headless browser that draws only with the processor. */
export async function measureConsole({
  service,
  people,
  rounds,
  seconds,
  say,
}: ConsoleBench): Promise<ConsoleMeasurement> {
  const frames = Math.max(FRAMES_MIN, Math.round(seconds * FRAMES_A_SECOND));
  const browser = await openBrowser({ isMeasured: true });
  try {
    const tested: ConsoleUnderTest = { browser, address: new URL("/console", service.graph.url).href };
    const loads = await measureLoads(tested, rounds);
    say(`the list of people is shown after ${loads.cold.shownMs.toFixed(0)} ms`);
    const scrolling = await measureScrolling(tested, { rounds, frames });
    say(`a jump takes ${scrolling.jumps.medianMs.toFixed(0)} ms`);
    const searchedMs = await measureSearching(tested, service.graph, { people, rounds });
    say(`a search takes ${searchedMs.toFixed(0)} ms`);
    const chart = await measureChart(tested, service.graph, { rounds, frames });
    say(`a chart of ${chart.people} people is drawn in ${chart.drawnMs.toFixed(0)} ms`);
    return { people, loads, scrolling, searchedMs, chart };
  } finally {
    await browser.close();
  }
}
