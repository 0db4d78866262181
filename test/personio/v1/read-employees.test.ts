import { describe, expect, test } from "vitest";
import { errorOf, type FailureDetails } from "../../../src/personio/http/failure.ts";
import type { CountedPage } from "../../../src/personio/v1/parse-employees.ts";
import { type ReadPage, readEmployees } from "../../../src/personio/v1/read-employees.ts";

const pageOf = (total: number, from: number, size: number): CountedPage => ({
  total,
  received: size,
  employees: Array.from({ length: size }, (_, index) => ({ id: String(from + index), attributes: {} })),
});

/** Serves a company of this size, and remembers the requested offsets. */
function company(
  total: number,
  pageSize = 100,
): { readPage: ReadPage; offsets: number[]; signals: AbortSignal[] } {
  const offsets: number[] = [];
  const signals: AbortSignal[] = [];
  return {
    offsets,
    signals,
    readPage: async (offset, signal) => {
      offsets.push(offset);
      signals.push(signal);
      return pageOf(total, offset, Math.max(0, Math.min(pageSize, total - offset)));
    },
  };
}

const both = [{ prefetch: true }, { prefetch: false }];
const listError = (details: FailureDetails) => errorOf({ asked: "GET /v1/company/employees", ...details });
const options = (prefetch: boolean) => ({ signal: undefined, prefetch, listError });

async function collect(readPage: ReadPage, prefetch = true): Promise<CountedPage[]> {
  const pages: CountedPage[] = [];
  for await (const page of readEmployees(readPage, options(prefetch))) pages.push(page);
  return pages;
}

describe.each(both)("readEmployees with prefetch: $prefetch", ({ prefetch }) => {
  test("a read requests every page once, by the records received, and none beyond the last", async () => {
    const { readPage, offsets } = company(250);
    const pages = await collect(readPage, prefetch);
    expect(pages.map((page) => [page.total, page.employees.length])).toEqual([
      [250, 100],
      [250, 100],
      [250, 50],
    ]);
    expect(offsets).toEqual([0, 100, 200]);
  });

  test("a read leaves no gap when pages are shorter than requested", async () => {
    const { readPage, offsets } = company(95, 40);
    await collect(readPage, prefetch);
    expect(offsets).toEqual([0, 40, 80]);
  });

  test("an empty company yields one empty page", async () => {
    const { readPage, offsets } = company(0);
    expect(await collect(readPage, prefetch)).toEqual([{ total: 0, received: 0, employees: [] }]);
    expect(offsets).toEqual([0]);
  });

  test("a read follows a growing total, and stops at a shrinking one", async () => {
    const totals = [150, 320, 320, 310];
    let asked = 0;
    const pages = await collect(async (offset) => pageOf(totals[asked++] ?? 0, offset, 100), prefetch);
    expect(pages.map((page) => page.total)).toEqual(totals);
  });

  test("a read stops at an empty page, whatever the total (A7)", async () => {
    const pages = await collect(async (offset) => pageOf(500, offset, offset < 200 ? 100 : 0), prefetch);
    expect(pages.map((page) => page.employees.length)).toEqual([100, 100, 0]);
  });

  test("a repeated page is yielded twice, because the caller compares ids (A7)", async () => {
    const pages = await collect(async (offset) => pageOf(300, offset === 200 ? 100 : offset, 100), prefetch);
    expect(pages.map((page) => page.employees[0]?.id)).toEqual(["0", "100", "100"]);
  });

  test("a read continues past a sinking total until a page is not full", async () => {
    const totals = [250, 180, 90, 90];
    const offsets: number[] = [];
    const readPage: ReadPage = async (offset) => {
      offsets.push(offset);
      return pageOf(totals[offset / 100] ?? 0, offset, offset < 200 ? 100 : 50);
    };
    const pages: CountedPage[] = [];
    for await (const page of readEmployees(readPage, { ...options(prefetch), sinking: true }))
      pages.push(page);
    expect(pages.map((page) => page.employees.length)).toEqual([100, 100, 50]);
    expect(offsets).toEqual([0, 100, 200]);
  });

  test("an endless list ends with an error (A12)", async () => {
    let asked = 0;
    const endless = collect(async (offset) => {
      asked += 1;
      return pageOf(offset + 200, 0, 100);
    }, prefetch);
    await expect(endless).rejects.toMatchObject({
      code: "PERSONIO_UNAVAILABLE",
      message: expect.stringContaining("PAGINATION_LOOP"),
    });
    expect(asked).toBeLessThan(30);
  });

  test("A12: an endless list of ever new people, without a total, ends the read", async () => {
    let asked = 0;
    const endless = (async () => {
      const readPage = async (offset: number) => {
        asked += 1;
        return { total: null, received: 1_000_000, employees: [{ id: String(offset), attributes: {} }] };
      };
      for await (const page of readEmployees(readPage, options(prefetch))) expect(page.total).toBeNull();
    })();
    await expect(endless).rejects.toMatchObject({ message: expect.stringContaining("PAGINATION_LOOP") });
    expect(asked).toBeLessThan(20);
  });

  test("the failure of a page is thrown after the pages before it", async () => {
    const failure = new Error("page two");
    const seen: number[] = [];
    const reading = (async () => {
      for await (const page of readEmployees(async (offset) => {
        if (offset > 0) throw failure;
        return pageOf(250, 0, 100);
      }, options(prefetch))) {
        seen.push(page.employees.length);
        await new Promise(setImmediate);
      }
    })();
    await expect(reading).rejects.toBe(failure);
    expect(seen).toEqual([100]);
  });
});

describe("readEmployees", () => {
  test("a read requests two pages ahead of the consumer, and never three", async () => {
    const { readPage, offsets } = company(1_000);
    const pages = readEmployees(readPage, options(true));
    await pages.next();
    await new Promise(setImmediate);
    expect(offsets).toEqual([0, 100, 200]);
    await pages.next();
    await new Promise(setImmediate);
    expect(offsets).toEqual([0, 100, 200, 300]);
    await pages.return();
  });

  test("a page shorter than the one before is requested again, so that no person is skipped", async () => {
    const sizes = new Map([
      [0, 100],
      [100, 60],
      [160, 100],
      [260, 40],
    ]);
    const offsets: number[] = [];
    const pages = await collect(async (offset) => {
      offsets.push(offset);
      return pageOf(300, offset, sizes.get(offset) ?? 100);
    });
    expect(offsets).toEqual([0, 100, 200, 160, 220, 260]);
    expect(pages.flatMap(({ employees }) => employees.map(({ id }) => Number(id)))).toEqual(
      Array.from({ length: 300 }, (_, index) => index),
    );
  });

  test("a read without prefetching requests only what the consumer wants", async () => {
    const { readPage, offsets } = company(1_000);
    const pages = readEmployees(readPage, options(false));
    await pages.next();
    await new Promise(setImmediate);
    expect(offsets).toEqual([0]);
    await pages.return();
  });

  test("the prefetched pages are aborted when the consumer leaves", async () => {
    const { readPage, signals } = company(1_000);
    for await (const _page of readEmployees(readPage, options(true))) break;
    expect(signals.map((signal) => signal.aborted)).toEqual([true, true, true]);
  });
});
