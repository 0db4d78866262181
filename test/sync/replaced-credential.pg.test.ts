import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import {
  type GraphAnswer,
  RUN_FIELDS,
  type RunRow,
  startTestApp,
  type TestApp,
  untilEnded,
} from "../support/test-app.ts";

const NEW_PAIR = { clientId: "second-client", clientSecret: "second-secret" };
const BROKEN = { status: "BROKEN", problem: { code: "PERSONIO_CREDENTIALS_INVALID" } };
const WHOLE = { status: "CONNECTED", clientId: NEW_PAIR.clientId, problem: null };

let service: TestApp;
beforeEach(async () => {
  service = await startTestApp({ sandbox: { people: 250 } });
  await service.connect();
});
afterEach(() => service[Symbol.asyncDispose]());

const integration = async () =>
  (
    await service.get<{ personioIntegration: object }>(
      "{ personioIntegration { status clientId problem { code } } }",
    )
  ).personioIntegration;

const update = (pair: typeof NEW_PAIR): Promise<GraphAnswer<unknown>> =>
  service.ask(
    `mutation ($clientId: String!, $clientSecret: String!) {
      updatePersonioCredentials(clientId: $clientId, clientSecret: $clientSecret) { id } }`,
    pair,
  );

const runById = async (id: string): Promise<RunRow> =>
  (await service.get<{ syncRun: RunRow }>(`query ($id: ID!) { syncRun(id: $id) { ${RUN_FIELDS} } }`, { id }))
    .syncRun;

const attemptsOf = async (id: string): Promise<number> =>
  (await service.app.database.dataSource.query("select attempt from sync_runs where id = $1", [id]))[0]
    .attempt;

/** A run is reading, and Personio takes its time over one page. */
async function startSlowRun(mode = "FULL"): Promise<string> {
  await service.sandbox.admin.setFaults([
    { kind: "delay", milliseconds: 1_500, path: "/v1/company/employees?", times: 1 },
  ]);
  const { syncPersonio } = await service.get<{ syncPersonio: { id: string } }>(
    `mutation { syncPersonio(mode: ${mode}) { id } }`,
  );
  await eventually(async () => (await runById(syncPersonio.id)).status === "RUNNING");
  return syncPersonio.id;
}

describe("a run whose credential is replaced while it reads", () => {
  test.each(["FULL", "INCREMENTAL"])(
    "is started again with the new pair when the old one dies, and breaks nothing (%s)",
    async (mode) => {
      const id = await startSlowRun(mode);
      await service.sandbox.admin.setCredentials(NEW_PAIR);
      expect((await update(NEW_PAIR)).errors).toBeUndefined();
      const ended = await untilEnded(service.get);
      expect(ended).toMatchObject({ id, problem: null });
      expect(await integration()).toEqual(WHOLE);
    },
  );

  test("is started again also when the old pair goes on working: what is applied was read with the new one", async () => {
    const id = await startSlowRun();
    // The same pair entered again is another one to us: it is sealed anew.
    expect((await update(service.sandbox.credentials)).errors).toBeUndefined();
    expect(await untilEnded(service.get)).toMatchObject({ id, problem: null });
    expect(await attemptsOf(id)).toBe(2);
  });

  test("is started again also where it would be held, and the plan is of the second read", async () => {
    const { people } = await service.get<{ people: { edges: { node: { personioId: string } }[] } }>(
      "{ people(first: 40) { edges { node { personioId } } } }",
    );
    const leaving = people.edges.map(({ node }) => node.personioId);
    const id = await startSlowRun();
    for (const gone of leaving) await service.sandbox.admin.remove(gone);
    expect((await update(service.sandbox.credentials)).errors).toBeUndefined();
    expect(await untilEnded(service.get)).toMatchObject({ id, status: "HELD", left: 40 });
    expect(await attemptsOf(id)).toBe(2);
  });

  test("fails with what the new pair meets", async () => {
    const id = await startSlowRun();
    await service.sandbox.admin.setCredentials(NEW_PAIR);
    expect((await update(NEW_PAIR)).errors).toBeUndefined();
    await service.sandbox.admin.revokeCredentials();
    const ended = await untilEnded(service.get);
    expect(ended).toMatchObject({ id, status: "FAILED", problem: { code: "PERSONIO_CREDENTIALS_INVALID" } });
    expect(await integration()).toMatchObject(BROKEN);
  });
});

test("a preview that the former pair could not read is read again when the pair is replaced", async () => {
  await service[Symbol.asyncDispose]();
  service = await startTestApp();
  await service.sandbox.admin.setFaults([
    { kind: "delay", milliseconds: 1_000, path: "/v1/company/employees?", times: 1 },
  ]);
  await service.get(
    "mutation ($clientId: String!, $clientSecret: String!) { connectPersonio(clientId: $clientId, clientSecret: $clientSecret) { id } }",
    service.sandbox.credentials,
  );
  await service.sandbox.admin.setCredentials(NEW_PAIR);
  expect((await update(NEW_PAIR)).errors).toBeUndefined();
  const preview = async () =>
    (
      await service.get<{ personioIntegration: { problem: object | null; preview: { ready: boolean } } }>(
        "{ personioIntegration { problem { code } preview { ready } } }",
      )
    ).personioIntegration;
  await eventually(async () => (await preview()).preview.ready);
  expect(await preview()).toEqual({ problem: null, preview: { ready: true } });
});
