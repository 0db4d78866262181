import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Chronicle, startChronicle } from "./support.ts";

let company: Chronicle;
beforeAll(async () => {
  company = await startChronicle({ people: 10 });
});
afterAll(() => company[Symbol.asyncDispose]());

describe("the events of a sync", () => {
  test("a new person is added, and the first day fires if it is today", async () => {
    const today = company.day(0);
    const id = await company.hire({ hire_date: today });
    await company.sync();
    expect(await company.newEvents(id)).toEqual([
      { kind: "PERSON_ADDED", on: today },
      { kind: "HIRE_DATE", on: today },
    ]);
  });

  test("a pre-hire is added when HR enters them, and the first day fires when it comes", async () => {
    const firstDay = company.day(5);
    const id = await company.hire({ hire_date: firstDay });
    await company.sync();
    expect(await company.newEvents(id)).toEqual([{ kind: "PERSON_ADDED", on: company.day(0) }]);
    await company.advance(5);
    expect(await company.newEvents(id)).toEqual([{ kind: "HIRE_DATE", on: firstDay }]);
    await company.sync();
    expect(await company.newEvents(id)).toEqual([
      { kind: "PERSON_CHANGED", on: company.day(0), fields: ["status", "isPreHire"] },
    ]);
  });

  test("a move emits the changed fields, and the supervisor also as SUPERVISOR_CHANGED", async () => {
    const boss = await company.hireAndSync();
    const id = await company.hireAndSync();
    await company.admin.move(id, { department: "Kites", supervisor: boss });
    await company.sync();
    expect(await company.newEvents(id)).toEqual([
      { kind: "PERSON_CHANGED", on: company.day(0), fields: ["department", "supervisor"] },
      { kind: "SUPERVISOR_CHANGED", on: company.day(0) },
    ]);
  });

  test("a marriage changes the address and the names", async () => {
    const id = await company.hireAndSync({ first_name: "Mia", last_name: "Sund" });
    await company.admin.change(id, { last_name: "Berg", email: "mia.berg@nordlicht.example" });
    await company.sync();
    expect(await company.newEvents(id)).toEqual([
      {
        kind: "PERSON_CHANGED",
        on: company.day(0),
        fields: ["workEmail", "lastName", "displayName"],
      },
    ]);
  });

  test("a leaver whose last day is over leaves, and the last day fires late", async () => {
    const id = await company.hireAndSync();
    const lastDay = company.day(-1);
    await company.admin.terminate(id, lastDay);
    await company.sync();
    expect(await company.newEvents(id)).toEqual([
      { kind: "PERSON_LEFT", on: company.day(0) },
      { kind: "PERSON_CHANGED", on: company.day(0), fields: ["terminationDate"] },
      { kind: "TERMINATION_DATE", on: lastDay, late: true },
    ]);
  });

  test("a leaver who is back returns, and the last day is cancelled", async () => {
    const id = await company.hireAndSync();
    const lastDay = company.day(-1);
    await company.admin.terminate(id, lastDay);
    await company.sync();
    await company.newEvents(id);
    await company.admin.change(id, { termination_date: null });
    await company.sync();
    expect(await company.newEvents(id)).toEqual([
      { kind: "PERSON_RETURNED", on: company.day(0) },
      { kind: "PERSON_CHANGED", on: company.day(0), fields: ["terminationDate"] },
      { kind: "TERMINATION_DATE", on: lastDay, change: "CANCELLED", instead: lastDay },
    ]);
  });

  test("a rehire returns, and no event of the old employment is cancelled", async () => {
    const former = await company.hireAndSync();
    await company.admin.terminate(former, company.day(-1));
    await company.sync();
    const today = company.day(0);
    const id = await company.admin.rehire(former, { hire_date: today });
    await company.newEvents(former);
    await company.sync();
    expect(await company.newEvents(former)).toEqual([
      { kind: "PERSON_RETURNED", on: today },
      {
        kind: "PERSON_CHANGED",
        on: today,
        fields: expect.arrayContaining(["personioId", "hireDate", "terminationDate"]),
      },
      { kind: "HIRE_DATE", on: today },
    ]);
    // The new record belongs to the same person.
    expect(await company.newEvents(id)).toMatchObject([
      { kind: "PERSON_ADDED" },
      { kind: "PERSON_LEFT" },
      { kind: "PERSON_CHANGED" },
      { kind: "TERMINATION_DATE" },
      { kind: "PERSON_RETURNED" },
      { kind: "PERSON_CHANGED" },
      { kind: "HIRE_DATE" },
    ]);
  });

  test("a person who is missing in two runs leaves with the second", async () => {
    const id = await company.hireAndSync();
    await company.admin.remove(id);
    await company.sync();
    expect(await company.newEvents(id)).toEqual([]);
    await company.sync();
    expect(await company.newEvents(id)).toEqual([{ kind: "PERSON_LEFT", on: company.day(0) }]);
  });

  test("a supervisor who is added later changes the reports whose own records stayed the same", async () => {
    const boss = await company.hire({ email: null });
    const id = await company.hireAndSync({ supervisor: boss });
    await company.admin.change(boss, { email: "late.boss@nordlicht.example" });
    await company.sync();
    expect(await company.newEvents(id)).toEqual([
      { kind: "PERSON_CHANGED", on: company.day(0), fields: ["supervisor"] },
      { kind: "SUPERVISOR_CHANGED", on: company.day(0) },
    ]);
  });

  test("a supervisor who is rehired in the same sync changes no report", async () => {
    const former = await company.hireAndSync();
    const id = await company.hireAndSync({ supervisor: former });
    await company.admin.terminate(former, company.day(-1));
    await company.sync();
    await company.newEvents(id);
    const boss = await company.admin.rehire(former, { hire_date: company.day(0) });
    await company.admin.change(id, { supervisor: boss });
    const newcomer = await company.hire({ supervisor: boss });
    await company.sync();
    expect(await company.newEvents(id)).toEqual([]);
    expect(await company.newEvents(newcomer)).toEqual([{ kind: "PERSON_ADDED", on: company.day(0) }]);
  });

  test("a kind that is off emits nothing, and emits again when it is on", async () => {
    const id = await company.hireAndSync();
    const switched = (enabled: boolean) =>
      company.follower.dataSource.query(
        `insert into lifecycle_kinds values ('acme', 'PERSON_CHANGED', $1, now())
         on conflict (tenant_id, kind) do update set enabled = excluded.enabled`,
        [enabled],
      );
    await switched(false);
    await company.admin.change(id, { position: "Kite Designer" });
    await company.sync();
    expect(await company.newEvents(id)).toEqual([]);
    await switched(true);
    await company.admin.change(id, { position: "Kite Architect" });
    await company.sync();
    expect(await company.newEvents(id)).toMatchObject([{ kind: "PERSON_CHANGED" }]);
  });
});
