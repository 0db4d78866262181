import pg from "pg";
import { beforeEach, describe, expect, test } from "vitest";
import { createSend, createToken, PATCH_OP, USER } from "../../scim/support.ts";
import { eventually } from "../../support/eventually.ts";
import { type SharedApp, useSharedApp } from "../../support/shared-app.ts";
import { untilEnded } from "../../support/test-app.ts";

const shared = useSharedApp();
let service: SharedApp;
beforeEach(async () => {
  service = shared();
  await service.resetConnected();
});

const SET = `mutation ($name: String!, $visible: Boolean) { setPeopleField(name: $name, visible: $visible) { visible } }`;
const hide = (name: string) => service.get(SET, { name, visible: false });
const show = (name: string) => service.get(SET, { name, visible: true });

const rows = <Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> =>
  service.app.database.dataSource.query(sql, parameters);
const count = async (from: string): Promise<number> =>
  (await rows<{ count: number }>(`select count(*)::int as count from ${from}`))[0]?.count ?? 0;

/** Waits until every job that wipes has ended. */
const wiped = () =>
  eventually(
    async () => (await count("pgboss.job where name = 'wipe-fields' and state < 'completed'")) === 0,
    {
      what: "the end of the wipe",
    },
  );

/** The content of all tables, as text. */
async function everythingStored(): Promise<string> {
  const client = new pg.Client({ connectionString: service.databaseUrl });
  await client.connect();
  const { rows: tables } = await client.query<{ schema: string; name: string }>(
    "select schemaname as schema, tablename as name from pg_tables where schemaname in ('public', 'pgboss')",
  );
  const stored = [];
  for (const { schema, name } of tables)
    stored.push(await client.query(`select to_jsonb(t) as row from "${schema}"."${name}" t`));
  await client.end();
  return JSON.stringify(stored.map((table) => table.rows));
}

const someone = async (): Promise<string> =>
  (
    await rows<{ id: string }>(
      `select p.personio_id as id from people p join offices o on o.id = p.office_id and o.name in ('Berlin', 'Hamburg')
        where p.status = 'ACTIVE' and p.date_of_birth is not null order by p.id limit 1`,
    )
  )[0]?.id ?? "";

type ChangedEvent = { changedFields: string[] | null; person: { id: string } | null };
const changesSince = async (after: string): Promise<ChangedEvent[]> => {
  const { lifecycleEvents } = await service.get<{
    lifecycleEvents: { nodes: ChangedEvent[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
  }>(
    `query ($after: String) { lifecycleEvents(after: $after, kinds: [PERSON_CHANGED], first: 100) {
      nodes { changedFields person { id } } pageInfo { hasNextPage endCursor } } }`,
    { after },
  );
  const { nodes, pageInfo } = lifecycleEvents;
  return pageInfo.hasNextPage ? [...nodes, ...(await changesSince(pageInfo.endCursor))] : nodes;
};
const endOfLog = async (): Promise<string> =>
  (
    await service.get<{ lifecycleEvents: { pageInfo: { endCursor: string } } }>(
      "{ lifecycleEvents(kinds: []) { pageInfo { endCursor } } }",
    )
  ).lifecycleEvents.pageInfo.endCursor;

describe("a hidden field", () => {
  test("its values are in no table, neither in the directory nor in plans, ledger and log", async () => {
    const id = await someone();
    const today = new Date().toLocaleDateString("sv-SE", { timeZone: "Europe/Berlin" }).slice(5);
    const birth = `1971-${today === "02-29" ? "03-01" : today}`;
    const attributes = {
      position: "Trapezkünstlerin",
      dynamic_402194: "Geheimer Lebenslauf",
      dynamic_402117: birth,
    };
    await service.sandbox.admin.change(id, attributes);
    await service.sync();
    const emitted = await count("lifecycle_events where kind = 'BIRTHDAY'");
    expect(emitted).toBeGreaterThan(0);
    // The ledger has a date that cannot be read, and a plan shows what changes.
    await service.sandbox.admin.setFaults([
      { kind: "wrong-value", attribute: "dynamic_402117", value: "31.31.1913", employees: [id] },
    ]);
    await service.sync();
    await service.sandbox.admin.change(id, { ...attributes, position: "Zirkusdirektorin" });
    await service.get("mutation { planSyncPersonio { id } }");
    expect((await untilEnded(service.get)).status).toBe("HELD");
    const canaries = ["trapezkünstlerin", "trapezkunstlerin", "zirkusdirektorin", "geheimer", birth];
    const before = (await everythingStored()).toLowerCase();
    expect(canaries.filter((canary) => !before.includes(canary))).toEqual([]);
    expect(await count("skipped_employees where field = 'dateOfBirth'")).toBe(1);
    const beforeBirthday = await rows<{ seq: string }>("select seq from lifecycle_events order by seq");

    for (const name of ["position", "dateOfBirth", "customAttributes.dynamic_402194"]) await hide(name);
    await wiped();

    const after = (await everythingStored()).toLowerCase();
    expect(canaries.filter((canary) => after.includes(canary))).toEqual([]);
    expect(await count("people where num_nonnulls(position, date_of_birth) > 0")).toBe(0);
    expect(await count("lifecycle_events where kind = 'BIRTHDAY'")).toBe(0);
    expect(await count("skipped_employees where field = 'dateOfBirth'")).toBe(0);
    // Numbers stay without a gap, and no viewer sees what is left of an event.
    const seqs = await rows<{ seq: string }>("select seq from lifecycle_events order by seq");
    expect(seqs.slice(0, beforeBirthday.length)).toEqual(beforeBirthday);
    expect(seqs.map(({ seq }) => Number(seq))).toEqual(seqs.map((_, index) => Number(seqs[0]?.seq) + index));
    const { lifecycleEvents } = await service.get<{
      lifecycleEvents: {
        totalCount: number;
        nodes: { person: object | null; changedFields: string[] | null }[];
      };
    }>("{ lifecycleEvents { totalCount nodes { person { id } changedFields } } }");
    expect(lifecycleEvents.nodes.filter(({ person }) => person === null)).toEqual([]);
    expect(lifecycleEvents.totalCount).toBe(seqs.length - emitted);
  });

  test("the values that users offer lose it, also in later requests, and have it again when it is shown", async () => {
    const send = createSend(service.app.url, await createToken(service));
    const [ada, grace] = await rows<{ id: string; email: string; position: string }>(
      `select id, work_email as email, position from people
       where status = 'ACTIVE' and position is not null order by id limit 2`,
    );
    const user = (userName: string, title: string) => ({
      schemas: [USER],
      userName,
      displayName: "Kit",
      title,
    });
    const created = await send("POST", "/Users", user(ada!.email, "Kite maker"));
    const offers = (): Promise<{ offered: object; title: string; version: number }[]> =>
      rows("select offered, resource ->> 'title' as title, version from idp_users order by created_at");
    const positionOf = async (id: string) =>
      (await rows<{ position: string | null }>("select position from people where id = $1", [id]))[0]
        ?.position;
    const order = 'mutation { setPeopleField(name: "position", sources: [IDP, PERSONIO]) { name } }';
    await service.get(order);
    await untilEnded(service.get);
    expect(await positionOf(ada!.id)).toBe("Kite maker");

    await hide("position");
    await wiped();
    await eventually(async () => !("position" in ((await offers())[0]?.offered ?? {})));
    // The identity provider compares what it reads with what it sent.
    expect(await offers()).toEqual([{ offered: { displayName: "Kit" }, title: "Kite maker", version: 1 }]);
    const replace = { schemas: [PATCH_OP], Operations: [{ op: "replace", path: "title", value: "Pilot" }] };
    expect((await send("PATCH", `/Users/${created.body.id}`, replace)).body.title).toBe("Pilot");
    await send("POST", "/Users", user(grace!.email, "Captain"));
    expect((await offers()).map(({ offered }) => offered)).toEqual([
      { displayName: "Kit" },
      { displayName: "Kit" },
    ]);
    await service.sync();
    expect([await positionOf(ada!.id), await positionOf(grace!.id)]).toEqual([null, null]);

    const before = await endOfLog();
    await show("position");
    await untilEnded(service.get);
    expect((await offers()).map(({ offered }) => offered)).toMatchObject([
      { position: "Pilot" },
      { position: "Captain" },
    ]);
    expect([await positionOf(ada!.id), await positionOf(grace!.id)]).toEqual(["Pilot", "Captain"]);
    const changes = (await changesSince(before)).filter(({ person }) => person?.id === ada!.id);
    expect(changes.map(({ changedFields }) => changedFields)).toEqual([["position"]]);
  });

  test("a hidden value that an earlier version left in an offer goes with the next run", async () => {
    const send = createSend(service.app.url, await createToken(service));
    await hide("position");
    await wiped();
    await send("POST", "/Users", { schemas: [USER], userName: "kit", title: "Kite maker" });
    await rows(`update idp_users set offered = '{"position": "Kite maker"}', withheld = '{}'`);
    await service.sync();
    expect(await rows("select offered, withheld from idp_users")).toEqual([
      { offered: {}, withheld: ["position"] },
    ]);
  });

  test("the ledger no longer names the field that excluded a person", async () => {
    const decide = (types: readonly string[] | null) =>
      service.get(
        "mutation ($types: [EmploymentType!]) { setPeopleSettings(settings: { syncedEmploymentTypes: $types }) { timeZone } }",
        { types },
      );
    await service.sandbox.admin.change(await someone(), { employment_type: "external" });
    await decide(["INTERNAL"]);
    await service.sync();
    const canary = /employment type external|"employmenttype": ?"external"/;
    expect(await count("skipped_employees where reason = 'EXCLUDED'")).toBeGreaterThan(0);
    expect((await everythingStored()).toLowerCase()).toMatch(canary);

    await decide(null);
    await hide("employmentType");
    await wiped();
    expect((await everythingStored()).toLowerCase()).not.toMatch(canary);
  });

  test("PERSON_CHANGED names the field once for each person who had a value", async () => {
    const had = await rows<{ id: string }>(
      "select id from people where date_of_birth is not null order by id",
    );
    const cursor = await endOfLog();
    await hide("dateOfBirth");
    await wiped();
    // A run that reads with the new mapping finds nothing more to tell.
    expect(await service.sync()).toMatchObject({ problem: null, changed: 0 });
    const emitted = (await changesSince(cursor)).filter(({ changedFields }) =>
      changedFields?.includes("dateOfBirth"),
    );
    expect(emitted.map(({ person }) => person?.id).sort()).toEqual(had.map(({ id }) => id).sort());
    expect(new Set(emitted.map(({ changedFields }) => changedFields?.join()))).toEqual(
      new Set(["dateOfBirth,birthday"]),
    );
  });

  test("a null row of the mapping wipes in the same way, also what an earlier employment left", async () => {
    const [{ id = "" } = {}] = await rows<{ id: string }>("select id from people limit 1");
    await rows(
      `insert into former_employments (tenant_id, personio_id, person_id, hire_date, termination_date)
      values ('default', 'former', $1, '1999-12-24', '2001-01-02')`,
      [id],
    );
    const fieldMapping = ["hireDate", "department"].map((personField) => ({
      personField,
      personioAttribute: null,
    }));
    await service.get(
      "mutation ($fieldMapping: [FieldMappingInput!]) { finishPersonioSetup(fieldMapping: $fieldMapping) { id } }",
      { fieldMapping },
    );
    await wiped();
    await untilEnded(service.get);
    expect(
      await count(
        "people where num_nonnulls(hire_date, original_hire_date, continues_on, department_id) > 0",
      ),
    ).toBe(0);
    expect(
      await rows(
        "select hire_date, termination_date::text from former_employments where personio_id = 'former'",
      ),
    ).toEqual([{ hire_date: null, termination_date: "2001-01-02" }]);
    expect(await count("departments")).toBe(0);
    expect(await count("lifecycle_events where kind in ('HIRE_DATE', 'WORK_ANNIVERSARY')")).toBe(0);
  });

  test("when it is shown again, the next run fills it, and copies learn of it", async () => {
    const before = await rows("select id, position from people order by id");
    await hide("position");
    await wiped();
    const cursor = await endOfLog();
    await show("position");
    await untilEnded(service.get);
    expect(await rows("select id, position from people order by id")).toEqual(before);
    expect((await changesSince(cursor))[0]?.changedFields).toEqual(["position"]);
  });
});
