import type { EmployeePage } from "./employee.ts";
import { errorOf } from "./http/fault.ts";

/** Personio enforces it since January 2025. */
export const PAGE_SIZE = 100;

/** People that a company may gain while it is being read, beyond twice what it announced at first. */
const GROWTH_MAX = 1_000;

export type ReadPage = (offset: number, signal: AbortSignal) => Promise<EmployeePage>;

/**
 * Pages by offset, until one is empty or the announced number is reached. The offset counts the records received, so a
 * page that is shorter than asked for leaves no gap. The number announced last counts, for it moves with the company.
 *
 * Paging by offset cannot be exact while people come and go: a record that moves across a page border is read twice or
 * not at all. Nothing is hidden or repaired here.
 */
// VERIFY(personio): the order is not documented; if it is not stable, more records move than people come and go.
export async function* readEmployees(
  readPage: ReadPage,
  { signal, prefetch }: { signal: AbortSignal | undefined; prefetch: boolean },
): AsyncGenerator<EmployeePage, void, undefined> {
  const leaving = new AbortController();
  const either = signal ? AbortSignal.any([signal, leaving.signal]) : leaving.signal;
  let offset = 0;
  let offsetMax: number | undefined;
  let next: Promise<EmployeePage> | undefined;

  try {
    while (true) {
      const page = await (next ?? readPage(offset, either));
      next = undefined;
      offset += page.employees.length;
      offsetMax ??= 2 * page.total + GROWTH_MAX;
      if (offset > offsetMax) throw loopError(offset, page.total);

      const last = page.employees.length === 0 || offset >= page.total;
      if (!last && prefetch) next = expected(readPage(offset, either));
      yield page;
      if (last) return;
    }
  } finally {
    // The consumer may leave after any page; what was asked for ahead of it must not go on.
    leaving.abort();
  }
}

/** A rejection that is awaited later, or never, is not an unhandled one. */
function expected<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => undefined);
  return promise;
}

const loopError = (read: number, total: number) =>
  errorOf({
    asked: "GET /v1/company/employees",
    kind: "PAGINATION_LOOP",
    found: `${read} records and still not the last page of the ${total} that are announced`,
  });
