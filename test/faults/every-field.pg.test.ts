import { afterAll, beforeAll, expect, test } from "vitest";
import { buildSubgraph } from "../../src/graphql/build-schema.ts";
import { subgraphResolvers } from "../../src/graphql/resolvers.ts";
import {
  everySelection,
  reachedTypes,
  type Selection,
  type Values,
} from "../graphql/operation/every-selection.ts";
import { cpuMsOf } from "../support/process-cpu.ts";
import { measureCpuSlowness } from "../support/slowness.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

/** Row D20 of faults.md for every field: no list of fields in a test can forget one. */

const PEOPLE = 3_000;
/** One operation may take a turn for half a second. */
const OPERATION_MS_MAX = 500;
/** As many as there may be, and then fewer, until the cost allows it. */
const TIMES = [49, 40, 30, 20, 10, 5, 2, 1];
/** Garbage collection, or the work of an idle service, may hit one of them. */
const TRIES = 4;

const COMPANY = `{ people(first: 100) { nodes { id personioId workEmail department { id } office { id } } }
  legalEntities { id } syncRuns(first: 1) { nodes { id } } }`;

type Company = {
  readonly people: { readonly nodes: readonly Row[] };
  readonly legalEntities: readonly { readonly id: string }[];
  readonly syncRuns: { readonly nodes: readonly { readonly id: string }[] };
};
type Row = {
  readonly id: string;
  readonly personioId: string;
  readonly workEmail: string;
  readonly department: { readonly id: string } | null;
  readonly office: { readonly id: string } | null;
};

async function readValues(service: TestApp): Promise<Values> {
  const { people, legalEntities, syncRuns } = await service.get<Company>(COMPANY);
  const [person] = people.nodes;
  const departmentId = people.nodes.find(({ department }) => department)?.department?.id;
  const officeId = people.nodes.find(({ office }) => office)?.office?.id;
  return {
    ID: person?.id,
    EmailAddress: person?.workEmail,
    personioId: person?.personioId,
    ids: people.nodes.map(({ id }) => id),
    personIds: people.nodes.map(({ id }) => id),
    workEmails: people.nodes.map(({ workEmail }) => workEmail),
    personioIds: people.nodes.map(({ personioId }) => personioId),
    departmentId,
    "department.id": departmentId,
    officeId,
    "office.id": officeId,
    "legalEntity.id": legalEntities[0]?.id,
    "syncRun.id": syncRuns.nodes[0]?.id,
    search: "a e i s m l",
    String: "a",
    field: "position",
    from: "2026-01-01",
    to: "2027-12-31",
    LocalDate: "2026-11-01",
    DateTime: "2026-11-01T00:00:00Z",
    first: 100,
    skip: PEOPLE - 500,
    offsetDays: -7,
    Int: 5,
    Float: 0.5,
    Boolean: true,
  };
}

let service: TestApp;
let values: Values;
beforeAll(async () => {
  service = await startTestApp({ sandbox: { people: PEOPLE } });
  await service.connect();
  values = await readValues(service);
});
afterAll(() => service[Symbol.asyncDispose]());

/** The CPU time of all sessions of the service's database so far. */
async function readPostgresMs(): Promise<number> {
  const rows = await service.app.database.dataSource.query<{ pid: number }[]>(
    "select pid from pg_stat_activity where datname = current_database()",
  );
  return rows.reduce((sum, { pid }) => sum + cpuMsOf(pid), 0);
}

/** The CPU time of the request in this process and in Postgres. */
async function ask(selection: Selection, times: number) {
  const { query, variables } = selection.requestOf(times);
  const postgresBefore = await readPostgresMs();
  const before = process.cpuUsage();
  const { errors } = await service.ask(query, variables);
  const { user, system } = process.cpuUsage(before);
  const postgresMs = (await readPostgresMs()) - postgresBefore;
  return { ms: (user + system) / 1_000 + postgresMs, code: errors?.[0]?.extensions.code };
}

/** The request that selects it as often as its cost allows, if that takes too long; else null. */
async function findSlow(selection: Selection, slowness: number): Promise<string | null> {
  for (const times of TIMES) {
    const { ms, code } = await ask(selection, times);
    if (code?.startsWith("LIMIT_")) continue;
    let quietMs = ms / slowness;
    for (let tries = 1; tries < TRIES && quietMs > OPERATION_MS_MAX; tries += 1)
      quietMs = Math.min(quietMs, (await ask(selection, times)).ms / slowness);
    return quietMs > OPERATION_MS_MAX ? `${times} × ${selection.name}: ${Math.round(quietMs)} ms` : null;
  }
  return `${selection.name} is refused even once`;
}

const { schema } = await buildSubgraph(subgraphResolvers);

test.each(reachedTypes(schema).map((reached) => [reached.type.name, reached] as const))(
  `D20: no field of %s takes half a second of CPU in a company of ${PEOPLE}, selected as often as its cost allows`,
  async (_name, reached) => {
    const slowness = measureCpuSlowness();
    const selections = everySelection(reached, values);
    const slow: (string | null)[] = [];
    for (const selection of selections) slow.push(await findSlow(selection, slowness));
    expect(selections).not.toEqual([]);
    expect(slow.filter(Boolean)).toEqual([]);
  },
);
