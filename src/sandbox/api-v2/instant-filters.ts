import type { Fault } from "../api/faults.ts";
import { hasFault } from "./resource.ts";

const DAY = /^\d{4}-\d\d-\d\d$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const MILLISECONDS_PER_SECOND = 1_000;
const MILLISECONDS_PER_DAY = 86_400_000;

/** The parameters that filter by an instant. There is neither `.gte` nor `.lte`. */
export const instantFilters = (name: string): readonly string[] => [name, `${name}.gt`, `${name}.lt`];

/** A test for instants by the filters of this name; undefined without filters. */
export function readInstants(
  filters: URLSearchParams,
  name: string,
  faults: readonly Fault[],
): ((instant: number) => boolean) | "invalid" | undefined {
  const asked = instantFilters(name).map((filter) => filters.get(filter));
  const [equal, after, before] = asked.map((text) => (text === null ? undefined : parse(text, faults)));
  if ([equal, after, before].includes(null)) return "invalid";
  if (!equal && !after && !before) return undefined;
  return (instant) => {
    // Compared in its displayed precision: to the second.
    const shown = Math.floor(instant / MILLISECONDS_PER_SECOND) * MILLISECONDS_PER_SECOND;
    if (equal && (shown < equal.start || shown >= equal.end)) return false;
    return !(after && shown <= after.start) && !(before && shown >= before.start);
  };
}

type Span = { readonly start: number; readonly end: number };

/** An instant covers a second and a day covers a UTC day; null for other or unsupported formats. */
function parse(text: string, faults: readonly Fault[]): Span | null {
  const isDay = DAY.test(text);
  if (!isDay && (hasFault(faults, "date-only-filters") || !INSTANT.test(text))) return null;
  const start = Date.parse(text);
  if (Number.isNaN(start)) return null;
  return { start, end: start + (isDay ? MILLISECONDS_PER_DAY : MILLISECONDS_PER_SECOND) };
}
