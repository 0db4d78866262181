import { expect, test } from "vitest";
import { MORNING, startChronicle } from "./support.ts";

const PEOPLE = 5_000;

test("(F11) the first import of 5,000 people emits no change, and only today's dates", async () => {
  await using company = await startChronicle({ people: PEOPLE });
  const log = await company.log();
  const people = await company.follower.dataSource.query<
    { hired: string | null; born: string | null; probation: string | null }[]
  >(
    "select hire_date as hired, date_of_birth as born, probation_end_date as probation from people where status <> 'INACTIVE'",
  );
  expect(people.length).toBeGreaterThan(PEOPLE * 0.7);
  const today = MORNING.toISOString().slice(0, 10);
  const isToday = (day: string | null): boolean => day === today;
  const comesToday = (day: string | null): boolean => day?.slice(5) === today.slice(5);

  const emitted = Map.groupBy(log, ({ kind }) => kind);
  const count = (kind: string): number => emitted.get(kind)?.length ?? 0;
  expect(count("BIRTHDAY")).toBe(people.filter(({ born }) => comesToday(born)).length);
  expect(count("HIRE_DATE")).toBe(people.filter(({ hired }) => isToday(hired)).length);
  expect(count("PROBATION_END")).toBe(people.filter(({ probation }) => isToday(probation)).length);
  expect(count("WORK_ANNIVERSARY")).toBe(
    people.filter(({ hired }) => comesToday(hired) && !isToday(hired) && (hired ?? "") < today).length,
  );
  expect(count("BIRTHDAY")).toBeGreaterThan(0);
  expect(log.filter(({ late, occursOn }) => late || occursOn !== today)).toEqual([]);
  expect([...emitted.keys()].filter((kind) => kind.startsWith("PERSON") || kind.startsWith("SUPER"))).toEqual(
    [],
  );
});
