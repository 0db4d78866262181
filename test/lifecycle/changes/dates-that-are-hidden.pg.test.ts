import { expect, test } from "vitest";
import type { FieldMappingRow } from "../../../src/integration/fields/field-mapping.ts";
import { startSandbox } from "../../../src/sandbox/sandbox.ts";
import type { Follower } from "../../sync/support/follower.ts";
import { MORNING, startChronicle, useChronicle } from "./support.ts";

const shared = useChronicle();

const mapping = async (
  { dataSource }: Follower,
  edit: (row: FieldMappingRow) => FieldMappingRow | [],
): Promise<void> => {
  const [{ rows = [] } = {}] = await dataSource.query<{ rows: FieldMappingRow[] }[]>(
    "select field_mapping as rows from integrations",
  );
  await dataSource.query("update integrations set field_mapping = $1", [JSON.stringify(rows.flatMap(edit))]);
};

const hide =
  (...fields: string[]) =>
  (row: FieldMappingRow): FieldMappingRow =>
    fields.includes(row.personField) ? { ...row, personioAttribute: null } : row;

const leaveOut =
  (field: string) =>
  (row: FieldMappingRow): FieldMappingRow | [] =>
    row.personField === field ? [] : row;

test("dates that fired are not cancelled when an admin hides their field, and do not fire any more", async () => {
  const company = shared();
  const person = await company.hire({
    hire_date: company.day(1),
    contract_end_date: company.day(1),
    dynamic_402117: `1990${company.day(1).slice(4)}`,
    probation_period_end: company.day(3),
  });
  await company.sync();
  await company.advance(1);
  expect((await company.newEvents(person)).map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(["HIRE_DATE", "CONTRACT_END_DATE", "BIRTHDAY"]),
  );
  await mapping(
    company.follower,
    hide("hireDate", "contractEndDate", "dateOfBirth", "probationEndDate", "terminationDate"),
  );
  await company.sync();
  await company.advance(5);
  expect((await company.newEvents(person)).map(({ kind }) => kind)).toEqual(["PERSON_CHANGED"]);
  expect((await company.log()).filter(({ late }) => late)).toEqual([]);
});

test("a date that a last day cancelled does not fire again when an admin hides the last day", async () => {
  const company = shared();
  const person = await company.hire({ contract_end_date: company.day(1) });
  await company.sync();
  await company.advance(1);
  await company.admin.change(person, { termination_date: company.day(0) });
  await company.sync();
  expect(await company.newEvents(person)).toContainEqual(
    expect.objectContaining({ kind: "CONTRACT_END_DATE", change: "CANCELLED" }),
  );
  await mapping(company.follower, hide("terminationDate"));
  await company.sync();
  expect((await company.newEvents(person)).map(({ kind }) => kind)).toEqual(["PERSON_CHANGED"]);

  // A change of another date does not show that the last day is gone.
  await company.admin.change(person, { probation_period_end: company.day(30) });
  await company.sync();
  expect((await company.newEvents(person)).map(({ kind }) => kind)).toEqual(["PERSON_CHANGED"]);
});

test("a last day before the first sync does not fire when a new attribute makes it readable", async () => {
  const company = shared();
  await mapping(company.follower, leaveOut("terminationDate"));
  await company.admin.setGrants(GRANTS);
  const left = await company.hire({ termination_date: company.day(-30), status: "active" });
  const leaving = await company.hire({ termination_date: company.day(2) });
  await company.sync();
  expect((await company.newEvents(left)).map(({ kind }) => kind)).toEqual(["PERSON_ADDED"]);
  await company.admin.setGrants(null);
  await company.sync();
  expect((await company.newEvents(left)).map(({ kind }) => kind)).toEqual(["PERSON_CHANGED"]);
  await company.newEvents(leaving);
  await company.advance(2);
  expect(await company.newEvents(leaving)).toMatchObject([{ kind: "TERMINATION_DATE", on: company.day(0) }]);
});

test("a last day before the first sync does not fire after an incremental sync read it first", async () => {
  const company = shared();
  const { follower } = company;
  await company.admin.setGrants(GRANTS);
  const left = await company.hire({ termination_date: company.day(-30), status: "active" });
  await company.sync();
  // Further back than an incremental sync reads.
  await company.advance(3);
  await company.sync();
  await company.newEvents(left);
  await company.admin.setGrants(null);
  await follower.work(await follower.requestRun({ mode: "INCREMENTAL" }));
  expect(await company.newEvents(left)).toEqual([]);
  await company.sync();
  expect((await company.newEvents(left)).map(({ kind }) => kind)).toEqual(["PERSON_CHANGED"]);
});

test("a kind whose date was not granted at first fires from the day on which it becomes readable", async () => {
  // Another company: it must have had these grants at its first read.
  await using sandbox = await startSandbox({ people: 30, seed: 7, requestsPerMinute: null, now: MORNING });
  await sandbox.admin.setGrants(GRANTS);
  await using company = await startChronicle({ sandbox });
  const yesterday = await company.hire({ probation_period_end: company.day(-1) });
  const today = await company.hire({ probation_period_end: company.day(0) });
  await company.sync();
  await company.newEvents(yesterday);
  await company.newEvents(today);
  await company.admin.setGrants([...GRANTS, "probation_period_end"]);
  await company.sync();
  expect(await company.newEvents(yesterday)).toEqual([]);
  expect((await company.newEvents(today)).map(({ kind }) => kind)).toEqual(["PROBATION_END"]);
  await company.advance(1);
  expect(await company.newEvents(yesterday)).toEqual([]);
});

test("a first read emits no change, even if a sync of some people has read the field before", async () => {
  await using sandbox = await startSandbox({ people: 30, seed: 7, requestsPerMinute: null, now: MORNING });
  await sandbox.admin.setGrants(GRANTS);
  await using company = await startChronicle({ sandbox });
  const person = await company.hire({ position: "Lead" });
  await company.sync();
  // Further back than an incremental sync reads.
  await company.advance(3);
  await company.sync();
  const { length } = await company.log();
  await company.admin.setGrants([...GRANTS, "position"]);
  await company.admin.change(person, { contract_end_date: company.day(300) });
  const { follower } = company;
  await follower.work(await follower.requestRun({ mode: "INCREMENTAL" }));
  expect((await company.sync()).changed).toBeGreaterThan(10);
  expect((await company.log()).slice(length).map(({ kind }) => kind)).toEqual(["PERSON_CHANGED"]);
});

/** All rights that dates need, except that for the last day. */
const GRANTS = [
  "email",
  "first_name",
  "last_name",
  "status",
  "office",
  "department",
  "supervisor",
  "hire_date",
  "contract_end_date",
  "dynamic_402117",
];
