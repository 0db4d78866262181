import { Writable } from "node:stream";
import pg from "pg";
import { pino } from "pino";
import { beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { type SharedApp, useSharedApp } from "../support/shared-app.ts";
import { timed } from "../support/slowness.ts";
import { untilEnded } from "../support/test-app.ts";

let service: SharedApp;
const logged: string[] = [];
const log = pino(
  { level: "trace" },
  new Writable({
    write(chunk, _encoding, done) {
      logged.push(String(chunk));
      done();
    },
  }),
);

/** No test has connected it before. */
const shared = useSharedApp({ log, sandbox: { people: 15 } });
beforeEach(async () => {
  service = shared();
  await service.reset();
});

const CONNECT =
  "mutation ($clientId: String!, $clientSecret: String!) { connectPersonio(clientId: $clientId, clientSecret: $clientSecret) { id status problem { code help } } }";
const FINISH =
  "mutation ($fieldMapping: [FieldMappingInput!]) { finishPersonioSetup(fieldMapping: $fieldMapping) { status fieldMapping { personField personioAttribute } } }";
const UPDATE =
  "mutation ($clientId: String!, $clientSecret: String!) { updatePersonioCredentials(clientId: $clientId, clientSecret: $clientSecret) { status } }";

type Connected = {
  connectPersonio: { id: string; status: string; problem: { code: string; help: string } | null };
};

const codeOf = async (query: string, variables?: object): Promise<string | undefined> =>
  (await service.ask(query, variables)).errors?.[0]?.extensions.code;

/** The content of all tables, as text. */
async function everythingStored(): Promise<string> {
  const client = new pg.Client({ connectionString: service.databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ schema: string; name: string }>(
    "select schemaname as schema, tablename as name from pg_tables where schemaname in ('public', 'pgboss')",
  );
  const tables = [];
  for (const { schema, name } of rows)
    tables.push(await client.query(`select to_jsonb(t) from "${schema}"."${name}" t`));
  await client.end();
  return JSON.stringify(tables.map((table) => table.rows));
}

describe("the secret of a credential", () => {
  const pair = { clientId: "sandbox-client", clientSecret: "sec-4711-do-not-print" };

  test("a secret is stored sealed, and is in no answer, no log line, no job and no error", async () => {
    logged.length = 0;
    await service.sandbox.admin.setCredentials(pair);
    const connected = await service.ask(CONNECT, pair);
    const finished = await service.ask(FINISH);
    await untilEnded(service.get);
    await service.sandbox.admin.revokeCredentials();
    const run = await service.sync();
    expect(run.problem?.code).toBe("PERSONIO_CREDENTIALS_INVALID");

    const shown = JSON.stringify([connected, finished, run, logged, await everythingStored()]);
    expect(shown).not.toContain("sec-4711-do-not-print");
    expect(shown).not.toContain(Buffer.from("sec-4711-do-not-print").toString("base64"));
  });

  test("disconnecting deletes the secret", async () => {
    await service.connect();
    await service.get("mutation { disconnectPersonio { status } }");
    expect(await everythingStored()).toContain('"sealed_secret":null,');
    expect(await codeOf(UPDATE, service.sandbox.credentials)).toBe("PERSONIO_NOT_CONNECTED");
  });

  test("blanks around a pasted secret are removed", async () => {
    const { clientId, clientSecret } = service.sandbox.credentials;
    const padded = { clientId: ` ${clientId}\n`, clientSecret: `\t${clientSecret} ` };
    expect((await service.get<Connected>(CONNECT, padded)).connectPersonio.status).toBe("AWAITING_REVIEW");
  });

  test("an empty secret is refused without a request to Personio", async () => {
    await service.sandbox.admin.clearRequests();
    expect(await codeOf(CONNECT, { clientId: "sandbox-client", clientSecret: "  " })).toBe("BAD_USER_INPUT");
    expect(await service.sandbox.admin.requests()).toEqual([]);
  });
});

describe("connecting", () => {
  test("connecting sends three requests to Personio: for a token, a person and the attributes", async () => {
    // Without an email there is no preview, whose job would send requests, too.
    await service.sandbox.admin.setGrants(["first_name", "last_name", "status"]);
    // The app may remember a token of the other pair.
    const fresh = { clientId: "fresh-client", clientSecret: "fresh-secret" };
    await service.sandbox.admin.setCredentials(fresh);
    await service.sandbox.admin.clearRequests();
    await service.get(CONNECT, fresh);
    const asked = await service.sandbox.admin.requests();
    expect(asked.map(({ path, count }) => [path, count]).sort()).toEqual([
      ["/v1/auth", 1],
      ["/v1/company/employees", 1],
      ["/v1/company/employees/attributes", 1],
    ]);
  });

  test("connecting without the required attributes names them, and finishing works as soon as they are ticked", async () => {
    await service.reset({ people: 60 });
    await service.sandbox.admin.setGrants(["first_name", "last_name", "status"]);
    const { connectPersonio } = await service.get<Connected>(CONNECT, service.sandbox.credentials);
    expect(connectPersonio).toMatchObject({
      status: "AWAITING_REVIEW",
      problem: { code: "PERSONIO_ACCESS_MISSING" },
    });
    expect(connectPersonio.problem?.help).toContain("Email");
    expect(await codeOf(FINISH)).toBe("PERSONIO_ACCESS_MISSING");

    await service.sandbox.admin.setGrants(["first_name", "last_name", "status", "email"]);
    expect(await service.get(FINISH)).toMatchObject({ finishPersonioSetup: { status: "CONNECTED" } });
    expect(await untilEnded(service.get)).toMatchObject({ status: "SUCCEEDED_WITH_SKIPS", problem: null });
  });

  test("connecting a credential that may not read people fails with a clear error, and stores nothing", async () => {
    await service.sandbox.admin.setScopes([]);
    await service.sandbox.admin.setRights({ persons: false });
    expect(await codeOf(CONNECT, service.sandbox.credentials)).toBe("PERSONIO_ACCESS_MISSING");
    expect(await service.get("{ personioIntegration { id } }")).toEqual({ personioIntegration: null });
  });

  test("connecting again keeps the integration's id, and the directory is served meanwhile", async () => {
    const run = await service.connect();
    const before = await service.get<{ personioIntegration: { id: string } }>(
      "{ personioIntegration { id } }",
    );
    const { connectPersonio } = await service.get<Connected>(CONNECT, service.sandbox.credentials);
    expect(connectPersonio).toMatchObject({ id: before.personioIntegration.id, status: "AWAITING_REVIEW" });
    expect(await service.get("{ personioIntegration { syncEveryHours } }")).toEqual({
      personioIntegration: { syncEveryHours: 4 },
    });
    expect(await service.get("{ people { totalCount } }")).toEqual({ people: { totalCount: run.added } });
    expect(await codeOf("mutation { syncPersonio { id } }")).toBe("PERSONIO_NOT_CONNECTED");
  });
});

describe("finishing", () => {
  test("finishing with a mapping uses it: an unmapped attribute is not stored", async () => {
    await service.get(CONNECT, service.sandbox.credentials);
    const fieldMapping = [
      { personField: "position", personioAttribute: null },
      { personField: "customAttributes", personioAttribute: "dynamic_402190" },
    ];
    await service.get(FINISH, { fieldMapping });
    await untilEnded(service.get);
    const { people } = await service.get<{
      people: { edges: { node: { position: string | null; customAttributes: { key: string }[] } }[] };
    }>("{ people(first: 100) { edges { node { position customAttributes { key } } } } }");
    const nodes = people.edges.map(({ node }) => node);
    expect(nodes.every(({ position }) => position === null)).toBe(true);
    expect(new Set(nodes.flatMap(({ customAttributes }) => customAttributes.map(({ key }) => key)))).toEqual(
      new Set(["dynamic_402190"]),
    );
  });

  test("finishing with an attribute that is not granted is refused, and the setup still awaits review", async () => {
    await service.get(CONNECT, service.sandbox.credentials);
    const fieldMapping = [{ personField: "position", personioAttribute: "dynamic_999" }];
    expect(await codeOf(FINISH, { fieldMapping })).toBe("BAD_USER_INPUT");
    expect(await service.get("{ personioIntegration { status } }")).toEqual({
      personioIntegration: { status: "AWAITING_REVIEW" },
    });
  });

  test("finishing before connecting is refused", async () => {
    expect(await codeOf(FINISH)).toBe("PERSONIO_NOT_CONNECTED");
  });

  test("finishing again on a connected account changes the mapping for the next run", async () => {
    await service.connect();
    await service.get(FINISH, {
      fieldMapping: [{ personField: "preferredName", personioAttribute: "dynamic_402118" }],
    });
    expect(await untilEnded(service.get)).toMatchObject({ trigger: "MANUAL", problem: null, added: 0 });
    const { people } = await service.get<{
      people: { edges: { node: { displayName: string; employeeId: string } }[] };
    }>("{ people(first: 1) { edges { node { displayName employeeId } } } }");
    expect(people.edges[0]?.node.displayName).toBe(people.edges[0]?.node.employeeId);
  });
});

describe("changing the mapping row by row", () => {
  type Row = { personField: string; personioAttribute: string | null };
  type Set = {
    setFieldMapping: {
      status: string;
      problem: { code: string; parameters: object } | null;
      fieldMapping: Row[];
      attributes: { key: string; granted: boolean; sample: unknown }[];
      preview: { ready: boolean } | null;
    };
  };
  const SET = `mutation ($changes: [FieldMappingInput!]!) { setFieldMapping(changes: $changes) { status problem { code parameters }
    fieldMapping { personField personioAttribute } attributes { key granted sample } preview { ready } } }`;
  const set = async (...changes: Row[]): Promise<Set["setFieldMapping"]> =>
    (await service.get<Set>(SET, { changes })).setFieldMapping;
  const rowOf = (rows: readonly Row[], field: string) =>
    rows.find(({ personField }) => personField === field)?.personioAttribute;

  const untilPreview = async (): Promise<Set["setFieldMapping"]> => {
    const query = `{ personioIntegration { status problem { code parameters } fieldMapping { personField personioAttribute }
      attributes { key granted sample } preview { ready } } }`;
    const read = async () =>
      (await service.get<{ personioIntegration: Set["setFieldMapping"] }>(query)).personioIntegration;
    await eventually(async () => (await read()).preview?.ready === true);
    return read();
  };

  test("two administrators who change different rows at once both succeed", async () => {
    await service.get(CONNECT, service.sandbox.credentials);
    const before = (await untilPreview()).fieldMapping;
    await Promise.all([
      set({ personField: "position", personioAttribute: null }),
      set({ personField: "preferredName", personioAttribute: "dynamic_402118" }),
      set({ personField: "customAttributes.dynamic_402190", personioAttribute: null }),
    ]);
    const { fieldMapping } = await untilPreview();
    expect(rowOf(fieldMapping, "position")).toBeNull();
    expect(rowOf(fieldMapping, "preferredName")).toBe("dynamic_402118");
    const custom = (rows: readonly Row[]) =>
      rows
        .filter(({ personField }) => personField === "customAttributes")
        .map((row) => row.personioAttribute);
    expect(custom(fieldMapping)).toEqual(custom(before).filter((key) => key !== "dynamic_402190"));
    expect(rowOf(fieldMapping, "department")).toBe(rowOf(before, "department"));
  });

  test("checking again finds a ticked attribute, solves the problem, and reads the preview", async () => {
    await service.sandbox.admin.setGrants(["first_name", "last_name", "status", "position"]);
    await service.get(CONNECT, service.sandbox.credentials);
    const lacking = await set();
    expect(lacking.problem).toEqual({
      code: "PERSONIO_ACCESS_MISSING",
      parameters: { attributes: ["Email"] },
    });
    await service.sandbox.admin.setGrants([
      "first_name",
      "last_name",
      "status",
      "position",
      "email",
      "dynamic_402190",
    ]);
    const checked = await set();
    expect(checked).toMatchObject({ status: "AWAITING_REVIEW", problem: null });
    expect(rowOf(checked.fieldMapping, "workEmail")).toBe("email");
    expect(rowOf(checked.fieldMapping, "customAttributes")).toBe("dynamic_402190");
    await untilPreview();
  });

  test("checking again without a change sends at most two requests to Personio, and keeps the preview", async () => {
    await service.get(CONNECT, service.sandbox.credentials);
    await untilPreview();
    await service.sandbox.admin.clearRequests();
    expect((await set()).preview).toEqual({ ready: true });
    const asked = await service.sandbox.admin.requests();
    expect(asked.map(({ path }) => path)).toEqual(["/v1/company/employees/attributes"]);
  });

  test("examples are served only during the review, without values that need another scope, and are stored nowhere else", async () => {
    await service.get(CONNECT, service.sandbox.credentials);
    const { attributes } = await untilPreview();
    const sampleOf = (key: string) => attributes.find((attribute) => attribute.key === key)?.sample;
    expect(sampleOf("email")).toContain("@");
    expect(sampleOf("department")).toEqual(expect.any(String));
    const dates = attributes.filter(({ key }) => /termination_date|contract_end_date|probation/.test(key));
    expect(dates.map(({ sample }) => sample)).toEqual(dates.map(() => null));
    const stored = await everythingStored();
    expect(stored).not.toMatch(/date_of_birth":"\d/);

    // A raised field has no example any more, nor has an attribute that no field uses.
    await service.get('mutation { setPeopleField(name: "department", sensitivity: HR) { name } }');
    await set({ personField: "position", personioAttribute: null });
    await untilPreview();
    const [row] = await service.app.database.dataSource.query(
      "select preview->'samples' as samples from integrations",
    );
    expect(Object.keys(row.samples)).toContain("email");
    expect(Object.keys(row.samples)).not.toContain("department");
    expect(Object.keys(row.samples)).not.toContain("position");

    await service.get(FINISH);
    await untilEnded(service.get);
    const after = await service.get<{ personioIntegration: { attributes: { sample: unknown }[] } }>(
      "{ personioIntegration { attributes { sample } } }",
    );
    expect(after.personioIntegration.attributes.every(({ sample }) => sample === null)).toBe(true);
    expect(await everythingStored()).not.toContain('"samples"');
  });

  test("on a connected account, a change queues a FULL run, an empty list none, and a hidden field is emptied", async () => {
    await service.connect();
    const runs = async () =>
      (await service.get<{ syncRuns: { totalCount: number } }>("{ syncRuns { totalCount } }")).syncRuns
        .totalCount;
    const before = await runs();
    await set();
    expect(await runs()).toBe(before);
    const { preview } = await set({ personField: "position", personioAttribute: null });
    expect(preview).toBeNull();
    expect(await untilEnded(service.get)).toMatchObject({ trigger: "MANUAL", problem: null });
    expect(await runs()).toBe(before + 1);
    await eventually(async () => {
      const people = await service.app.database.dataSource.query(
        "select from people where position is not null",
      );
      return people.length === 0;
    });
  });

  test("a field by which settings exclude people cannot be hidden, nor a mapping changed before connecting", async () => {
    expect(await codeOf(SET, { changes: [] })).toBe("PERSONIO_NOT_CONNECTED");
    await service.connect();
    await service.get(
      "mutation { setPeopleSettings(settings: { syncedEmploymentTypes: [INTERNAL, EXTERNAL] }) { syncedEmploymentTypes } }",
    );
    expect(await codeOf(SET, { changes: [{ personField: "employmentType", personioAttribute: null }] })).toBe(
      "BAD_USER_INPUT",
    );
    expect(await codeOf(SET, { changes: [{ personField: "workEmail", personioAttribute: null }] })).toBe(
      "BAD_USER_INPUT",
    );
  });
});

test("a wrong new credential is refused, and the one in use stays in use", async () => {
  await service.connect();
  expect(await codeOf(UPDATE, { clientId: "sandbox-client", clientSecret: "wrong" })).toBe(
    "PERSONIO_CREDENTIALS_INVALID",
  );
  expect(await service.sync()).toMatchObject({ problem: null });
});

test("connecting while Personio is down fails within seconds and stores nothing", async () => {
  await service.sandbox.admin.setFaults([{ kind: "status", status: 503 }]);
  const { result, quietMs } = await timed(20_000, () => codeOf(CONNECT, service.sandbox.credentials));
  expect(result).toBe("PERSONIO_UNAVAILABLE");
  expect(quietMs).toBeLessThan(20_000);
  expect(await service.get("{ personioIntegration { id } }")).toEqual({ personioIntegration: null });
});
