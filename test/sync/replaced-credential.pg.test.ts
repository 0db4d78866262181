import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { type SharedApp, startSharedApp } from "../support/shared-app.ts";
import { type GraphAnswer, untilEnded } from "../support/test-app.ts";
import { type Gate, openGate } from "./support/gate.ts";

const NEW_PAIR = { clientId: "second-client", clientSecret: "second-secret" };
const BROKEN = { status: "BROKEN", problem: { code: "PERSONIO_CREDENTIALS_INVALID" } };
const WHOLE = { status: "CONNECTED", clientId: NEW_PAIR.clientId, problem: null };

let service: SharedApp;
let gate: Gate;
beforeAll(async () => {
  gate = await openGate(() => service.sandbox.url);
  service = await startSharedApp({ config: { personio: { apiUrl: gate.url, requestsPerMinute: null } } });
});
beforeEach(() => service.reset());
afterEach(() => gate.open());
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await gate[Symbol.asyncDispose]();
});

const integration = async () =>
  (
    await service.get<{ personioIntegration: object }>(
      "{ personioIntegration { status clientId problem { code } } }",
    )
  ).personioIntegration;

async function enter(mutation: string, pair: typeof NEW_PAIR): Promise<void> {
  const answer: GraphAnswer<unknown> = await service.ask(
    `mutation ($clientId: String!, $clientSecret: String!) {
      ${mutation}(clientId: $clientId, clientSecret: $clientSecret) { id } }`,
    pair,
  );
  expect(answer.errors).toBeUndefined();
}

const attemptsOf = async (id: string): Promise<number> =>
  (await service.app.database.dataSource.query("select attempt from sync_runs where id = $1", [id]))[0]
    .attempt;

/** Starts a run, which gets its first page when the gate opens. */
async function startRun(mode = "FULL"): Promise<string> {
  const reading = gate.close();
  const { syncPersonio } = await service.get<{ syncPersonio: { id: string } }>(
    `mutation { syncPersonio(mode: ${mode}) { id } }`,
  );
  await reading;
  return syncPersonio.id;
}

describe("a run whose credential is replaced while it reads", () => {
  beforeEach(async () => {
    await service.resetConnected();
  });

  test.each(["FULL", "INCREMENTAL"])(
    "a %s run starts again with the new credential when the old one is revoked, and breaks nothing",
    async (mode) => {
      const id = await startRun(mode);
      await service.sandbox.admin.setCredentials(NEW_PAIR);
      await enter("updatePersonioCredentials", NEW_PAIR);
      gate.open();
      expect(await untilEnded(service.get)).toMatchObject({ id, problem: null });
      expect(await attemptsOf(id)).toBe(2);
      expect(await integration()).toEqual(WHOLE);
    },
  );

  test("a run starts again even if the old credential still works: only a read with the new one is applied", async () => {
    const id = await startRun();
    // The same credential entered again counts as another one, because it is sealed again.
    await enter("updatePersonioCredentials", service.sandbox.credentials);
    gate.open();
    expect(await untilEnded(service.get)).toMatchObject({ id, problem: null });
    expect(await attemptsOf(id)).toBe(2);
  });

  test("a run starts again even if it would be held, and the plan is of the second read", async () => {
    const { people } = await service.get<{ people: { edges: { node: { personioId: string } }[] } }>(
      "{ people(first: 20) { edges { node { personioId } } } }",
    );
    for (const { node } of people.edges) await service.sandbox.admin.remove(node.personioId);
    const id = await startRun();
    await enter("updatePersonioCredentials", service.sandbox.credentials);
    gate.open();
    expect(await untilEnded(service.get)).toMatchObject({ id, status: "HELD", left: 20 });
    expect(await attemptsOf(id)).toBe(2);
  });

  const switchVersion = (version: string) =>
    service.get(`mutation { setPersonioApiVersion(version: ${version}) { id } }`);

  test("a run that fails with an API version starts again with the one that an admin has chosen meanwhile", async () => {
    const id = await startRun();
    await service.sandbox.admin.setRights({ v1: false });
    await switchVersion("V2");
    gate.open();
    expect(await untilEnded(service.get)).toMatchObject({ id, problem: null });
    expect(await attemptsOf(id)).toBe(2);
    expect(await integration()).toMatchObject({ status: "CONNECTED", problem: null });
  });

  test("a run that succeeds with the former API version leaves the rights of the new one as they are", async () => {
    const rights = () => service.get("{ personioIntegration { apiVersion attributes { label granted } } }");
    const id = await startRun();
    await switchVersion("V2");
    const chosen = await rights();
    gate.open();
    expect(await untilEnded(service.get)).toMatchObject({ id, problem: null });
    expect(await rights()).toEqual(chosen);
  });

  /** Removes people, and returns the run that is held for them. */
  async function holdDepartures(): Promise<{ held: string; others: readonly string[] }> {
    const { people } = await service.get<{ people: { nodes: { personioId: string }[] } }>(
      "{ people(first: 20) { nodes { personioId } } }",
    );
    const ids = people.nodes.map(({ personioId }) => personioId);
    for (const id of ids.slice(0, 8)) await service.sandbox.admin.remove(id);
    const held = await service.sync();
    expect(held).toMatchObject({ status: "HELD", left: 8 });
    return { held: held.id, others: ids.slice(8) };
  }

  /** Approves a held run, whose second read waits until the gate opens, and replaces the credential. */
  async function approveAndReplace(id: string): Promise<void> {
    const reading = gate.close();
    await service.get("mutation ($id: ID!) { approveSyncRun(id: $id) { id } }", { id });
    await reading;
    await service.sandbox.admin.setCredentials(NEW_PAIR);
    await enter("updatePersonioCredentials", NEW_PAIR);
  }

  test("an approved run starts again with the new credential, and its approval still counts", async () => {
    const { held } = await holdDepartures();
    await approveAndReplace(held);
    gate.open();
    expect(await untilEnded(service.get)).toMatchObject({ id: held, left: 8, problem: null });
    expect(await integration()).toEqual(WHOLE);
  });

  test("an approved run that starts again still compares with the plan that the admin approved", async () => {
    const { held, others } = await holdDepartures();
    await approveAndReplace(held);
    await service.sandbox.admin.remove(others[0] ?? "");
    gate.open();
    expect(await untilEnded(service.get)).toMatchObject({
      id: held,
      status: "HELD",
      left: 9,
      problem: { code: "SYNC_PLAN_OUTDATED", message: expect.stringContaining("1 more person would leave") },
    });
    expect(await integration()).toMatchObject({ status: "CONNECTED", clientId: NEW_PAIR.clientId });
  });

  test("a run fails with the problem of the new credential", async () => {
    const id = await startRun();
    await service.sandbox.admin.setCredentials(NEW_PAIR);
    await enter("updatePersonioCredentials", NEW_PAIR);
    await service.sandbox.admin.revokeCredentials();
    gate.open();
    expect(await untilEnded(service.get)).toMatchObject({
      id,
      status: "FAILED",
      problem: { code: "PERSONIO_CREDENTIALS_INVALID" },
    });
    expect(await integration()).toMatchObject(BROKEN);
  });

  test("a run fails quietly if an admin disconnects the account instead", async () => {
    const id = await startRun();
    await service.get("mutation { disconnectPersonio { status } }");
    gate.open();
    expect(await untilEnded(service.get)).toMatchObject({ id, status: "FAILED" });
    expect(await integration()).toMatchObject({ status: "DISCONNECTED", problem: null });
  });
});

test("a preview that reads with the former credential is read again when an admin replaces it", async () => {
  const reading = gate.close();
  await enter("connectPersonio", service.sandbox.credentials);
  await reading;
  await service.sandbox.admin.setCredentials(NEW_PAIR);
  await enter("updatePersonioCredentials", NEW_PAIR);
  gate.open();
  const review = async () =>
    (
      await service.get<{ personioIntegration: { preview: { ready: boolean } } }>(
        "{ personioIntegration { problem { code } preview { ready } } }",
      )
    ).personioIntegration;
  await eventually(async () => (await review()).preview.ready);
  expect(await review()).toEqual({ problem: null, preview: { ready: true } });
});
