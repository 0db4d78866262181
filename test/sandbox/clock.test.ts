import { expect, test } from "vitest";
import { startSignedIn } from "./support/start.ts";

const startLate = () => startSignedIn({ now: new Date("2026-11-23T22:30:00Z") });

test("a pre-hire becomes active at the company's midnight of the hire date", async () => {
  await using client = await startLate();
  const id = await client.admin.hire({ hire_date: "2026-11-24" });
  expect(await client.values(id)).toMatchObject({ status: "onboarding" });

  // 00:10 in Berlin, still the 23rd in UTC.
  expect(await client.admin.advanceClock({ to: "2026-11-23T23:10:00Z" })).toMatch(/^2026-11-23T23:10:0/);
  expect(await client.values(id)).toMatchObject({ status: "active" });
});

test("a terminated person is inactive from 00:00 UTC of the day after", async () => {
  await using client = await startLate();
  const id = await client.admin.hire({ hire_date: "2020-01-01" });
  await client.admin.terminate(id, "2026-11-23");
  expect(await client.values(id)).toMatchObject({
    termination_date: "2026-11-23T00:00:00+01:00",
    status: "active",
  });

  await client.admin.advanceClock({ to: "2026-11-23T23:59:00Z" });
  expect(await client.values(id)).toMatchObject({ status: "active" });
  await client.admin.advanceClock({ to: "2026-11-24T00:00:00Z" });
  expect(await client.values(id)).toMatchObject({ status: "inactive" });
});

test("a termination in the past takes effect at once", async () => {
  await using client = await startLate();
  const id = await client.admin.hire({ hire_date: "2020-01-01" });
  await client.admin.terminate(id, "2026-11-01");
  expect(await client.values(id)).toMatchObject({ status: "inactive" });
});

test("the end of a contract changes nothing", async () => {
  await using client = await startLate();
  const id = await client.admin.hire({ hire_date: "2020-01-01", contract_end_date: "2026-11-23" });
  await client.admin.advanceClock({ to: "2026-11-24T12:00:00Z" });
  expect(await client.values(id)).toMatchObject({
    contract_end_date: "2026-11-23T00:00:00+01:00",
    status: "active",
  });
});

test("leave lasts from its first to its last day", async () => {
  await using client = await startSignedIn();
  const id = await client.admin.hire({ hire_date: "2020-01-01" });
  await client.admin.putOnLeave(id, { from: "2026-11-23", until: "2026-11-23" });
  expect(await client.values(id)).toMatchObject({ status: "leave" });
  await client.admin.advanceClock({ to: "2026-11-23T23:00:00Z" });
  expect(await client.values(id)).toMatchObject({ status: "active" });
});

test("a manual status overrides the dates until it is removed", async () => {
  await using client = await startSignedIn();
  const id = await client.admin.hire({ hire_date: "2020-01-01" });
  await client.admin.change(id, { status: "inactive" });
  expect(await client.values(id)).toMatchObject({ status: "inactive", termination_date: null });
  await client.admin.change(id, { status: null });
  expect(await client.values(id)).toMatchObject({ status: "active" });
});

test("when the clock moves, pre-hires start and people who gave notice leave", async () => {
  await using client = await startSignedIn();
  const before = (await client.admin.summary()).byStatus;
  await client.admin.advanceClock({ days: 130 });
  const after = (await client.admin.summary()).byStatus;
  expect(before.onboarding).toBeGreaterThan(0);
  expect(after.onboarding).toBe(0);
  expect(after.inactive).toBeGreaterThan(before.inactive);
});

test.each([{ days: -1 }, { to: "2026-11-22T00:00:00Z" }, { to: "soon" }])(
  "the clock refuses %j",
  async (by) => {
    await using client = await startSignedIn();
    await expect(client.admin.advanceClock(by)).rejects.toThrow(/only goes forward/);
  },
);
