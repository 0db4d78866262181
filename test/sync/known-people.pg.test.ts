import { beforeEach, describe, expect, test } from "vitest";
import { inTenant } from "../../src/database/transaction.ts";
import type { FieldMappingRow } from "../../src/integration/fields/field-mapping.ts";
import type { Fault } from "../../src/sandbox/api/faults.ts";
import { type Follower, useFollower } from "./support/follower.ts";

const company = useFollower();
let follower: Follower;
beforeEach(async () => {
  follower = company();
});

type Known = {
  id: string;
  xmin: string;
  personioId: string;
  status: string;
  position: string;
  hash: string | null;
};

const query = <Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> =>
  inTenant(follower.dataSource, "acme", (manager) => manager.query(sql, parameters));
const readPeople = () =>
  query<Known>(`select id, xmin::text, personio_id as "personioId", status, position, source_hash as hash from people
    order by personio_id`);
const person = async (personioId: string) =>
  (await readPeople()).find((known) => known.personioId === personioId);
const lines = () =>
  query<{ personioId: string; field: string }>(
    `select personio_id as "personioId", reason, field, message, first_seen_at from skipped_employees
    where field <> '' and field <> 'supervisor' order by personio_id, reason, field`,
  );
/** A current person without a ledger entry. */
const findComplete = async (): Promise<Known> => {
  const complete = (await readPeople()).find(({ status, hash }) => status === "ACTIVE" && hash !== null);
  if (!complete) throw new Error("Every person has a ledger entry.");
  return complete;
};

describe("people whose record is unchanged", () => {
  test("unchanged people are known by a hash, except those with a ledger entry, and are not written", async () => {
    const before = await readPeople();
    const unfinished = new Set((await lines()).map(({ personioId }) => personioId));
    expect(before.filter(({ hash }) => hash === null).map(({ personioId }) => personioId)).toEqual([
      ...unfinished,
    ]);
    expect(await follower.syncManually()).toMatchObject({ changed: 0, unchanged: before.length });
    expect(await readPeople()).toEqual(before);
  });

  test("an unreadable value keeps its ledger entry through all runs, until it can be read", async () => {
    const { personioId, hash } = await findComplete();
    const wrong: Fault = {
      kind: "wrong-value",
      attribute: "hire_date",
      value: "soon",
      employees: [personioId],
    };
    const healthy = await lines();
    await follower.sandbox.admin.setFaults([wrong]);
    await follower.syncManually();
    const found = await lines();
    expect(found.filter((line) => line.personioId === personioId)).toMatchObject([{ field: "hireDate" }]);
    await follower.syncManually();
    expect(await lines()).toEqual(found);

    // Another field changes, so the record is written while the entry exists.
    await follower.sandbox.admin.change(personioId, { position: "Head of Kites" });
    expect(await follower.syncManually()).toMatchObject({ changed: 1 });
    expect(await person(personioId)).toMatchObject({ position: "Head of Kites", hash: null });
    expect(await follower.syncManually()).toMatchObject({ changed: 0 });
    expect(await lines()).toEqual(found);

    await follower.sandbox.admin.setFaults([]);
    expect(await follower.syncManually()).toMatchObject({ changed: 0 });
    expect(await lines()).toEqual(healthy);
    const healed = await person(personioId);
    expect(healed?.hash).not.toBe(hash);
    expect(healed?.hash).not.toBe(null);
  });

  test("unchanged people are compared once after a change of the mapping", async () => {
    const { personioId } = await findComplete();
    const [{ mapping = [] } = {}] = await query<{ mapping: FieldMappingRow[] }>(
      "select field_mapping as mapping from integrations",
    );
    const swapped = mapping.map((row) =>
      row.personField === "position" ? { ...row, personioAttribute: "last_name" } : row,
    );
    await query("update integrations set field_mapping = $1", [JSON.stringify(swapped)]);
    const before = await person(personioId);
    expect((await follower.syncManually()).changed).toBeGreaterThan(20);
    expect((await person(personioId))?.position).not.toBe(before?.position);
    const after = await readPeople();
    expect(await follower.syncManually()).toMatchObject({ changed: 0 });
    expect(await readPeople()).toEqual(after);
  });

  test("people that the previous version of the service wrote are compared in full", async () => {
    const { personioId, position } = await findComplete();
    await query("update people set position = 'Gardener' where personio_id = $1", [personioId]);
    expect(await person(personioId)).toMatchObject({ position: "Gardener", hash: null });
    expect(await follower.syncManually()).toMatchObject({ changed: 1 });
    expect(await person(personioId)).toMatchObject({ position });
  });

  test("unchanged people are compared once after a switch of the API version", async () => {
    const before = await readPeople();
    await query("update integrations set api_version = 'V2'");
    expect(await follower.syncManually()).toMatchObject({ changed: 0, left: 0, problem: null });
    const after = await readPeople();
    for (const [index, { hash, position }] of after.entries()) {
      expect(position).toBe(before[index]?.position);
      if (hash !== null) expect(hash).not.toBe(before[index]?.hash);
    }
    expect(after.some(({ hash }) => hash !== null)).toBe(true);
    await follower.syncManually();
    expect(await readPeople()).toEqual(after);
  });
});

test("a person missing from the list twice, and then listed as before, is back", async () => {
  const { personioId } = await findComplete();
  // Hidden from the list, and gone in a look-up by id.
  await follower.sandbox.admin.setFaults([
    { kind: "hidden-employees", employees: [personioId] },
    { kind: "status", path: `/v1/company/employees/${personioId}`, status: 404 },
  ]);
  await follower.syncManually();
  expect(await follower.syncManually()).toMatchObject({ left: 1 });
  expect(await person(personioId)).toMatchObject({ status: "INACTIVE", hash: null });
  await follower.sandbox.admin.setFaults([]);
  expect(await follower.syncManually()).toMatchObject({ changed: 1 });
  expect(await person(personioId)).toMatchObject({ status: "ACTIVE" });
});

test("a mapping that an admin changes during a run stays, and the run itself hides the field", async () => {
  const [{ mapping = [] } = {}] = await query<{ mapping: FieldMappingRow[] }>(
    "select field_mapping as mapping from integrations",
  );
  const undecided = mapping.filter(({ personField }) => personField !== "position");
  const hidden = [...undecided, { personField: "position", personioAttribute: null }];
  const save = (rows: readonly FieldMappingRow[]) =>
    query("update integrations set field_mapping = $1", [JSON.stringify(rows)]);
  await save(undecided);
  const { personioId } = await findComplete();
  await follower.sandbox.admin.change(personioId, { position: "Head of Kites" });
  follower.whileApplying = async () => {
    await save(hidden);
  };
  const having = (await readPeople()).filter(({ position }) => position !== null).length;
  expect(await follower.syncManually()).toMatchObject({ changed: having, problem: null });
  follower.whileApplying = async () => {};
  expect((await follower.integration()).fieldMapping).toEqual(hidden);
  expect((await readPeople()).every(({ position }) => position === null)).toBe(true);
});
