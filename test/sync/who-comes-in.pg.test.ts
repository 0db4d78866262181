import { beforeEach, describe, expect, test } from "vitest";
import { readDirectoryRows } from "../support/directory-rows.ts";
import { type SharedApp, useSharedApp } from "../support/shared-app.ts";
import { type RunRow, untilEnded } from "../support/test-app.ts";

const shared = useSharedApp();
let service: SharedApp;
beforeEach(async () => {
  service = shared();
  await service.resetConnected();
});

const set = (settings: object) =>
  service.get(
    "mutation ($settings: PeopleSettingsInput!) { setPeopleSettings(settings: $settings) { timeZone } }",
    { settings },
  );

/** A run that the guard does not hold, however many people leave. */
const syncFreely = async (): Promise<RunRow> => {
  await set({ leaverGuardPercent: 100 });
  return service.sync();
};

type Listed = {
  id: string;
  personioId: string;
  workEmail: string | null;
  status: string;
  employmentType: string | null;
  legalEntity: { id: string; name: string } | null;
  supervisor: { id: string } | null;
};
const FIELDS = "id personioId workEmail status employmentType legalEntity { id name } supervisor { id }";
/** All people, leavers too, by Personio's id. */
const everyone = async (): Promise<Map<string, Listed>> => {
  const { people } = await service.get<{ people: { nodes: Listed[] } }>(
    `{ people(first: 100, filter: { statuses: [ONBOARDING, ACTIVE, LEAVE, INACTIVE] }) { nodes { ${FIELDS} } } }`,
  );
  return new Map(people.nodes.map((person) => [person.personioId, person]));
};
const current = async (): Promise<Listed[]> =>
  [...(await everyone()).values()].filter(({ status }) => status !== "INACTIVE");

type Row = { personioId: string; reason: string; message: string; help: string };
const excludedRows = async (): Promise<Row[]> => {
  const { skippedEmployees } = await service.get<{ skippedEmployees: { nodes: Row[] } }>(
    "{ skippedEmployees(first: 100) { nodes { personioId reason message help } } }",
  );
  return skippedEmployees.nodes.filter(({ reason }) => reason === "EXCLUDED");
};

/** The kinds of events of a person, in order. */
const events = async (personId: string): Promise<string[]> => {
  const { lifecycleEvents } = await service.get<{
    lifecycleEvents: { nodes: { kind: string; person: { id: string } }[] };
  }>("{ lifecycleEvents(first: 100) { nodes { kind person { id } } } }");
  return lifecycleEvents.nodes.filter(({ person }) => person.id === personId).map(({ kind }) => kind);
};

const whyMissing = async (personioId: string) =>
  (
    await service.get<{ whyMissing: { found: boolean; message: string; help: string; rows: Row[] } }>(
      "query ($personioId: ID!) { whyMissing(personioId: $personioId) { found message help rows { reason } } }",
      { personioId },
    )
  ).whyMissing;

const colleague = async (of: (person: Listed) => boolean): Promise<Listed> => {
  const found = (await current()).find((person) => person.status === "ACTIVE" && of(person));
  if (!found) throw new Error("The company has no such person.");
  return found;
};

/** People without reports, so that no other person changes with them. */
const withoutReports = async (): Promise<Listed> => {
  const all = await current();
  const supervisors = new Set(all.map(({ supervisor }) => supervisor?.id));
  return colleague(({ id, employmentType }) => !supervisors.has(id) && employmentType === "INTERNAL");
};

describe("an excluded person of the directory", () => {
  test("an excluded person leaves with the next run and is found as a leaver; no date of an employment fires", async () => {
    const person = await withoutReports();
    await set({ excludedPersonioIds: [person.personioId] });
    expect((await everyone()).get(person.personioId)?.status).toBe("ACTIVE");

    expect(await service.sync()).toMatchObject({
      status: "SUCCEEDED_WITH_SKIPS",
      left: 1,
      added: 0,
      changed: 0,
    });
    expect((await everyone()).get(person.personioId)).toEqual({ ...person, status: "INACTIVE" });
    expect(await events(person.id)).toEqual(["PERSON_LEFT"]);
    expect(await whyMissing(person.personioId)).toMatchObject({
      found: true,
      rows: [{ reason: "EXCLUDED" }],
      message: expect.stringContaining("exclude this Personio record"),
      help: expect.stringContaining("excludedPersonioIds"),
    });
  });

  test("each run counts as skipped what the ledger then lists without a field", async () => {
    const [person, other] = [await withoutReports(), (await current())[0]!];
    await service.sandbox.admin.change(other.personioId, { email: "" });
    const listed = async () => {
      const { skippedEmployees } = await service.get<{
        skippedEmployees: { nodes: { field: string | null }[] };
      }>("{ skippedEmployees(first: 100) { nodes { field } } }");
      return skippedEmployees.nodes.filter(({ field }) => field === null).length;
    };
    const before = await service.sync();
    expect(before.skipped).toBe(await listed());
    await set({ excludedPersonioIds: [person.personioId] });
    const excluding = await service.sync();
    expect(excluding).toMatchObject({ left: 1, skipped: before.skipped + 1 });
    expect(await listed()).toBe(excluding.skipped);
    const unchanged = await service.sync();
    expect(unchanged).toMatchObject({ left: 0, changed: 0, skipped: excluding.skipped });
    expect(await listed()).toBe(unchanged.skipped);
    expect(unchanged.unchanged).toBe(excluding.unchanged);
    await service.sandbox.admin.change(person.personioId, { position: "Pilot" });
    expect((await service.sync()).skipped).toBe(await listed());
  });

  test("an excluded person returns as the same person once the settings include them again, without a hire", async () => {
    const person = await withoutReports();
    await set({ excludedPersonioIds: [person.personioId] });
    await service.sync();
    await set({ excludedPersonioIds: [] });
    expect(await service.sync()).toMatchObject({ left: 0, added: 0, changed: 1 });
    expect((await everyone()).get(person.personioId)).toEqual(person);
    expect(await events(person.id)).toEqual(["PERSON_LEFT", "PERSON_RETURNED"]);
    expect(await excludedRows()).toEqual([]);
  });

  test("an excluded person stays a leaver in later runs, which write nothing and emit nothing", async () => {
    const person = await withoutReports();
    await set({ excludedPersonioIds: [person.personioId] });
    await service.sync();
    const before = await readDirectoryRows(service.databaseUrl);
    expect(await service.sync()).toMatchObject({ left: 0, added: 0, changed: 0 });
    expect(await readDirectoryRows(service.databaseUrl)).toEqual(before);
    expect(await events(person.id)).toEqual(["PERSON_LEFT"]);
  });

  test("an excluded person is a leaver like any other once they have left in Personio, without a ledger row", async () => {
    const person = await withoutReports();
    await set({ excludedPersonioIds: [person.personioId] });
    await service.sync();
    await service.sandbox.admin.terminate(person.personioId, "2026-01-31");
    await service.sandbox.admin.change(person.personioId, { status: "inactive" });
    await service.sync();
    expect((await everyone()).get(person.personioId)?.status).toBe("INACTIVE");
    expect(await excludedRows()).toEqual([]);
    // The last day is a fact of HR, and offboarding depends on it.
    expect(await events(person.id)).toContain("TERMINATION_DATE");
  });

  test("an excluded supervisor keeps their reports, and approves nothing", async () => {
    const report = await colleague(({ supervisor }) => supervisor !== null);
    const boss = [...(await everyone()).values()].find(({ id }) => id === report.supervisor?.id);
    await set({ excludedPersonioIds: [boss?.personioId] });
    await service.sync();
    expect((await everyone()).get(report.personioId)?.supervisor).toEqual({ id: boss?.id });
    const { person } = await service.get<{ person: { approver: { trace: object[] } } }>(
      "query ($id: ID!) { person(id: $id) { approver { trace { candidate { id } skippedBecause } } } }",
      { id: report.id },
    );
    expect(person.approver.trace[0]).toEqual({ candidate: { id: boss?.id }, skippedBecause: "LEFT" });
  });
});

describe("setPeopleSettings", () => {
  const change = (variables: object) =>
    service.get<{ setPeopleSettings: { syncedEmploymentTypes: string[] | null } }>(
      `mutation ($types: [EmploymentType!]) { setPeopleSettings(settings: { leapDayRule: MARCH_1, syncedEmploymentTypes: $types }) {
        syncedEmploymentTypes } }`,
      variables,
    );

  test("setPeopleSettings keeps who comes in if the variable is left out, and includes all if it is null", async () => {
    const types = ["INTERNAL"];
    expect(await change({ types })).toEqual({ setPeopleSettings: { syncedEmploymentTypes: types } });
    expect(await change({})).toEqual({ setPeopleSettings: { syncedEmploymentTypes: types } });
    expect(await change({ types: null })).toEqual({ setPeopleSettings: { syncedEmploymentTypes: null } });
  });
});

describe("a hidden field", () => {
  const HIDE = `mutation { finishPersonioSetup(fieldMapping: [{ personField: "employmentType", personioAttribute: null }]) { id } }`;
  const hide = () => service.get(HIDE);

  test("a hidden field cannot decide who comes in", async () => {
    await hide();
    await untilEnded(service.get);
    const { errors } = await service.ask(
      "mutation { setPeopleSettings(settings: { syncedEmploymentTypes: [INTERNAL] }) { timeZone } }",
    );
    expect(errors?.[0]).toMatchObject({
      extensions: { code: "BAD_USER_INPUT" },
      message: expect.stringContaining("employmentType"),
    });
  });

  test("a field by which a setting excludes people can be hidden in neither way", async () => {
    await set({ syncedEmploymentTypes: ["INTERNAL"] });
    for (const mutation of [
      HIDE,
      `mutation { setPeopleField(name: "employmentType", visible: false) { name } }`,
    ])
      expect((await service.ask(mutation)).errors?.[0]).toMatchObject({
        extensions: { code: "BAD_USER_INPUT", help: expect.stringContaining("syncedEmploymentTypes") },
        message: expect.stringContaining("employmentType"),
      });
    await service.get(`mutation { setPeopleField(name: "costCenter", visible: false) { name } }`);
    await set({ syncedEmploymentTypes: null });
    await service.get(`mutation { setPeopleField(name: "employmentType", visible: false) { name } }`);
  });

  test("a deciding field that an older version hid takes no person out, and lets none in", async () => {
    await set({ syncedEmploymentTypes: ["INTERNAL"] });
    await syncFreely();
    const before = (await current()).map(({ id }) => id);
    const personioId = await service.sandbox.admin.hire({ email: "late@nordlicht.example" });
    await service.app.database.dataSource.query(
      `update integrations set field_mapping = (
        select jsonb_agg(case when row ->> 'personField' = 'employmentType'
          then row || '{"personioAttribute": null}' else row end)
        from jsonb_array_elements(field_mapping) as row)`,
    );
    await service.sync();
    expect((await current()).map(({ id }) => id)).toEqual(before);
    expect((await whyMissing(personioId)).help).toContain("The field mapping must not hide employmentType");
  });
});

describe("the guard", () => {
  test("the guard holds a run in which too many people would be excluded, and an admin approves it", async () => {
    const externals = (await current()).filter(({ employmentType }) => employmentType === "EXTERNAL");
    const internals = (await current()).filter(({ employmentType }) => employmentType === "INTERNAL");
    expect(externals.length).toBeGreaterThan(0);
    await set({ syncedEmploymentTypes: ["EXTERNAL"] });
    const held = await service.sync();
    expect(held).toMatchObject({ status: "HELD", problem: { code: "LEAVER_GUARD" }, left: internals.length });
    expect(await current()).toHaveLength(externals.length + internals.length);

    await service.get("mutation ($id: ID!) { approveSyncRun(id: $id) { id } }", { id: held.id });
    expect(await untilEnded(service.get)).toMatchObject({ left: internals.length });
    expect((await current()).map(({ id }) => id).sort()).toEqual(externals.map(({ id }) => id).sort());
  });
});

describe("employment types", () => {
  test("newcomers of an excluded type stay outside, and come in once it is included", async () => {
    await set({ syncedEmploymentTypes: ["INTERNAL"] });
    const personioId = await service.sandbox.admin.hire({
      email: "ext@nordlicht.example",
      employment_type: "external",
    });
    await syncFreely();
    expect(await everyone()).not.toContain(personioId);
    expect((await current()).filter(({ employmentType }) => employmentType !== "INTERNAL")).toEqual([]);
    expect(await whyMissing(personioId)).toMatchObject({
      found: false,
      message: expect.stringContaining("employment type EXTERNAL"),
      help: expect.stringContaining("syncedEmploymentTypes"),
    });

    await set({ syncedEmploymentTypes: null });
    await service.sync();
    expect((await everyone()).get(personioId)).toMatchObject({ status: "ACTIVE" });
    expect(await excludedRows()).toEqual([]);
  });

  test("if Personio no longer sends the type, no person leaves and no newcomer enters", async () => {
    await set({ syncedEmploymentTypes: ["INTERNAL"] });
    await syncFreely();
    const before = await current();
    const personioId = await service.sandbox.admin.hire({ email: "new@nordlicht.example" });
    await service.sandbox.admin.setFaults([
      { kind: "wrong-value", attribute: "employment_type", value: "who knows" },
    ]);
    expect(await service.sync()).toMatchObject({ left: 0, added: 0 });
    expect(await current()).toEqual(before);
    expect(await whyMissing(personioId)).toMatchObject({ found: false, rows: [{ reason: "EXCLUDED" }] });

    await service.sandbox.admin.clearFaults();
    expect(await service.sync()).toMatchObject({ left: 0, added: 1 });
  });
});

describe("legal entities", () => {
  const entities = async () =>
    (await service.get<{ legalEntities: { id: string; name: string }[] }>("{ legalEntities { id name } }"))
      .legalEntities;
  /** The entity with the most people: the guard would hold a run without the others. */
  const main = async () => {
    const by = Map.groupBy(await current(), ({ legalEntity }) => legalEntity?.id ?? "");
    const [[id] = [""]] = [...by].sort(([, one], [, other]) => other.length - one.length);
    return id;
  };

  test("people of other entities leave, also one who moves there in Personio, and return with the entity", async () => {
    const id = await main();
    await set({ syncedLegalEntityIds: [id] });
    await syncFreely();
    expect(new Set((await current()).map(({ legalEntity }) => legalEntity?.id))).toEqual(new Set([id]));

    const [mover] = await current();
    const other = (await entities()).find((entity) => entity.id !== id);
    await service.sandbox.admin.change(mover?.personioId ?? "", { subcompany: other?.name ?? "" });
    expect(await service.sync()).toMatchObject({ left: 1 });
    expect((await everyone()).get(mover?.personioId ?? "")).toMatchObject({
      id: mover?.id,
      status: "INACTIVE",
      legalEntity: { id: other?.id },
    });

    await set({ syncedLegalEntityIds: [id, other?.id] });
    await service.sync();
    expect((await everyone()).get(mover?.personioId ?? "")).toMatchObject({
      id: mover?.id,
      status: "ACTIVE",
    });
  });

  test("a person who will move into an excluded entity leaves with the old record, whose last day fires", async () => {
    const id = await main();
    await set({ syncedLegalEntityIds: [id] });
    await syncFreely();
    const other = (await entities()).find((entity) => entity.id !== id);
    const person = await withoutReports();
    const today = await service.sandbox.admin.advanceClock({ days: 0 });
    const tomorrow = new Date(Date.parse(today.slice(0, 10)) + 86_400_000).toISOString().slice(0, 10);
    const next = await service.sandbox.admin.transfer(person.personioId, {
      hire_date: tomorrow,
      subcompany: other?.name ?? "",
    });
    await service.sync();
    expect((await everyone()).get(person.personioId)).toMatchObject({
      workEmail: person.workEmail,
      status: "ACTIVE",
    });
    expect(await whyMissing(next)).toMatchObject({ rows: [{ reason: "EXCLUDED" }] });
    expect(await events(person.id)).toContain("TERMINATION_DATE");
  });

  test("an entity without people in the directory stays listed, so that the admin can choose it", async () => {
    const id = await main();
    await set({ syncedLegalEntityIds: [id] });
    await syncFreely();
    await service.sandbox.admin.hire({ email: "far@nordlicht.example", subcompany: "Far Away Ltd" });
    await service.sync();
    const far = (await entities()).find(({ name }) => name === "Far Away Ltd");
    expect(far).toBeDefined();
    const before = await readDirectoryRows(service.databaseUrl);
    await service.sync();
    expect(await readDirectoryRows(service.databaseUrl)).toEqual(before);

    await set({ syncedLegalEntityIds: [id, far?.id] });
    expect(await service.sync()).toMatchObject({ added: 1 });
    // With people of all entities in the directory, only those with people are listed.
    await set({ syncedLegalEntityIds: null });
    await syncFreely();
    expect(await entities()).toContainEqual(far);
  });

  test("a switch of the API version takes no person out or in", async () => {
    const id = await main();
    await set({ syncedLegalEntityIds: [id] });
    await syncFreely();
    const before = await current();
    await service.get("mutation { setPersonioApiVersion(version: V2) { apiVersion } }");
    expect(await service.sync()).toMatchObject({ left: 0, added: 0, changed: 0 });
    expect(await service.sync()).toMatchObject({ left: 0, added: 0, changed: 0 });
    expect(await current()).toEqual(before);

    const [mover] = before;
    const other = (await entities()).find((entity) => entity.id !== id);
    await service.sandbox.admin.change(mover?.personioId ?? "", { subcompany: other?.name ?? "" });
    expect(await service.sync()).toMatchObject({ left: 1 });
  });
});

describe("two records with one address", () => {
  test("excluding one of two records with one address lets the other one in", async () => {
    const email = "shared@nordlicht.example";
    const [one, other] = [
      await service.sandbox.admin.hire({ email, first_name: "Test", last_name: "Account" }),
      await service.sandbox.admin.hire({ email, first_name: "Robin", last_name: "Sand" }),
    ];
    await service.sync();
    expect((await everyone()).has(one) || (await everyone()).has(other)).toBe(false);
    await set({ excludedPersonioIds: [one] });
    expect(await service.sync()).toMatchObject({ added: 1 });
    expect((await everyone()).get(other)).toMatchObject({ workEmail: email, status: "ACTIVE" });
    expect((await everyone()).has(one)).toBe(false);
    expect(await excludedRows()).toMatchObject([{ personioId: one }]);
  });
});

describe("before the first sync", () => {
  type Preview = {
    personioIntegration: {
      preview: { ready: boolean; peopleCount: number; skipped: Row[]; skippedCount: number };
    };
  };
  const connect = async (): Promise<Preview["personioIntegration"]["preview"]> => {
    await service.get(
      "mutation ($clientId: String!, $clientSecret: String!) { connectPersonio(clientId: $clientId, clientSecret: $clientSecret) { id } }",
      service.sandbox.credentials,
    );
    for (;;) {
      const { personioIntegration } = await service.get<Preview>(
        "{ personioIntegration { preview { ready peopleCount skippedCount skipped { personioId reason message help } } } }",
      );
      if (personioIntegration.preview.ready) return personioIntegration.preview;
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  };

  test("the preview offers legal entities to choose from, and shows which people are excluded and why", async () => {
    await service.reset();
    const all = await connect();
    expect(all.skipped.map(({ reason }) => reason)).not.toContain("EXCLUDED");
    const { legalEntities } = await service.get<{ legalEntities: { id: string; name: string }[] }>(
      "{ legalEntities { id name } }",
    );
    const [first, ...others] = legalEntities;
    expect(others.length).toBeGreaterThan(0);
    await set({ syncedLegalEntityIds: [first?.id] });

    const some = await connect();
    const excluded = some.skipped.filter(({ reason }) => reason === "EXCLUDED");
    expect(excluded.length).toBeGreaterThan(0);
    expect(excluded[0]?.help).toContain("syncedLegalEntityIds");
    expect(some.peopleCount).toBeLessThan(all.peopleCount);
    expect(some.peopleCount + some.skippedCount).toBe(all.peopleCount + all.skippedCount);

    await service.get("mutation { finishPersonioSetup { id } }");
    expect(await untilEnded(service.get)).toMatchObject({ added: some.peopleCount });
    expect(new Set((await current()).map(({ legalEntity }) => legalEntity?.id))).toEqual(
      new Set([first?.id]),
    );
  });
});
