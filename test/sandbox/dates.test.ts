import { expect, test } from "vitest";
import { startSignedIn } from "./support/start.ts";

const DAYS = [
  ["2021-03-01", "2021-03-01T00:00:00+01:00", "in winter"],
  ["2021-08-31", "2021-08-31T00:00:00+02:00", "in summer"],
  ["2026-03-29", "2026-03-29T00:00:00+01:00", "on the day summer time begins, before it does"],
  ["2026-03-30", "2026-03-30T00:00:00+02:00", "the day after"],
  ["2026-10-25", "2026-10-25T00:00:00+02:00", "on the day summer time ends, before it does"],
  ["2026-10-26", "2026-10-26T00:00:00+01:00", "the day after that"],
  ["1975-07-01", "1975-07-01T00:00:00+01:00", "before there was summer time"],
] as const;

test.each(DAYS)("%s is %s: local midnight %s", async (day, written) => {
  await using client = await startSignedIn({ people: 10 });
  const id = await client.admin.hire({ hire_date: day, dynamic_402117: day });
  expect(await client.values(id)).toMatchObject({ hire_date: written, dynamic_402117: written });
});

test("the company's zone is a setting", async () => {
  await using client = await startSignedIn({ people: 10, settings: { companyZone: "America/New_York" } });
  const id = await client.admin.hire({ hire_date: "2026-07-01" });
  expect(await client.values(id)).toMatchObject({ hire_date: "2026-07-01T00:00:00-04:00" });
});

test("custom dates may be plain days", async () => {
  await using client = await startSignedIn({ people: 10, settings: { customDates: "plain" } });
  const id = await client.admin.hire({ dynamic_402117: "1990-06-14", hire_date: "2026-12-01" });
  expect(await client.values(id)).toMatchObject({
    dynamic_402117: "1990-06-14",
    hire_date: "2026-12-01T00:00:00+01:00",
  });
});

test("instants are written in the company's zone", async () => {
  await using client = await startSignedIn({ people: 10 });
  const id = await client.admin.hire();
  expect((await client.values(id)).created_at).toMatch(/^2026-11-23T10:00:\d\d\+01:00$/);
});
