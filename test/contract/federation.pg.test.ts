import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import {
  compose,
  composers,
  createHiveGateway,
  type Gateway,
  type HiveTransport,
  type Subgraph,
  startApolloGateway,
} from "./support/gateways.ts";
import { type OtherSubgraph, startChat, startLaptops } from "./support/other-subgraphs.ts";

type PersonAnswer = { id: string; workEmail: string; displayName: string };

let app: TestApp;
let otherSubgraphs: OtherSubgraph[];
let subgraphs: Subgraph[];
let person: PersonAnswer;
beforeAll(async () => {
  [app, ...otherSubgraphs] = await Promise.all([startTestApp(), startLaptops(), startChat()]);
  const sdl = await readFile("schema/people.graphql", "utf8");
  subgraphs = [{ name: "people", url: `${app.app.url}/graphql`, sdl }, ...otherSubgraphs];
  await app.connect();
  const { people } = await app.get<{ people: { edges: { node: PersonAnswer }[] } }>(
    "{ people(first: 1) { edges { node { id workEmail displayName } } } }",
  );
  person = people.edges[0]!.node;
});
afterAll(() => Promise.all([app, ...otherSubgraphs].map((one) => one[Symbol.asyncDispose]())));

describe.each(Object.keys(composers))("%s", (composer) => {
  test("the composer MUST compose the published schema with the subgraphs of other teams", () => {
    expect(composers[composer]?.(subgraphs)).toMatchObject({ errors: [], supergraph: expect.any(String) });
  });

  test("the composer MUST compose the schema that the running service publishes in `_service`", async () => {
    const { _service } = await app.get<{ _service: { sdl: string } }>("{ _service { sdl } }");
    const running = subgraphs.map((one) => (one.name === "people" ? { ...one, sdl: _service.sdl } : one));

    expect(composers[composer]?.(running)).toMatchObject({ errors: [], supergraph: expect.any(String) });
  });
});

const gateways: [string, () => Promise<Gateway>][] = [
  ["@apollo/gateway", () => startApolloGateway(compose("@apollo/composition", subgraphs))],
  ["Hive Gateway", async () => createHiveGateway(compose("@theguild/federation-composition", subgraphs))],
];

describe.each(gateways)("%s", (_name, start) => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await start();
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  test("the gateway MUST answer from all subgraphs, beginning with ours", async () => {
    const query = `query ($id: ID!) { person(id: $id) { displayName laptop { name } handle supervisor { displayName } } }`;
    const { data, errors } = await gateway.ask(query, { id: person.id });

    expect(errors).toBeUndefined();
    expect(data).toMatchObject({
      person: {
        displayName: person.displayName,
        laptop: { name: `laptop of ${person.id}` },
        handle: `@${person.workEmail.split("@")[0]}`,
      },
    });
  });

  test("the gateway MUST find a person by id for the subgraph of another team", async () => {
    const query =
      "query ($owners: [ID!]!) { laptops(owners: $owners) { name owner { displayName workEmail } } }";
    const { data, errors } = await gateway.ask(query, { owners: [person.id, person.id] });
    const laptop = {
      name: `laptop of ${person.id}`,
      owner: { displayName: person.displayName, workEmail: person.workEmail },
    };

    expect(errors).toBeUndefined();
    expect(data).toEqual({ laptops: [laptop, laptop] });
  });

  test("the gateway MUST find a person by work email in any case, and continue by id", async () => {
    const query =
      "query ($workEmail: EmailAddress!) { onCall(workEmail: $workEmail) { id displayName laptop { name } } }";
    const { data, errors } = await gateway.ask(query, { workEmail: person.workEmail.toUpperCase() });

    expect(errors).toBeUndefined();
    expect(data).toEqual({
      onCall: { id: person.id, displayName: person.displayName, laptop: { name: `laptop of ${person.id}` } },
    });
  });

  test("the gateway MUST pass our error codes and help texts through", async () => {
    const { errors } = await gateway.ask("{ people(first: 1000) { totalCount } }");

    expect(errors?.[0]?.extensions).toMatchObject({ code: "BAD_USER_INPUT", help: expect.any(String) });
  });
});

test.each<HiveTransport>(["server-sent events", "WebSocket"])(
  "Hive Gateway MUST forward the progress of a run to its client, over %s",
  async (transport) => {
    await using gateway = createHiveGateway(
      compose("@theguild/federation-composition", subgraphs),
      transport,
    );
    const { data } = await gateway.ask<{ syncPersonio: { id: string } }>("mutation { syncPersonio { id } }");
    const subscription = "subscription ($id: ID!) { syncRunProgress(id: $id) { id status finishedAt } }";
    const events = await Array.fromAsync(
      gateway.subscribe<{ syncRunProgress: { status: string } }>(subscription, data.syncPersonio),
    );

    expect(events.length).toBeGreaterThan(0);
    expect(events.at(-1)).toMatchObject({
      data: { syncRunProgress: { id: data.syncPersonio.id, finishedAt: expect.any(String) } },
    });
  },
);
