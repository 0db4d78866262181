import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildSubgraph } from "../../src/graphql/build-schema.ts";
import {
  compose,
  createHiveGateway,
  type HiveTransport,
  startApolloGateway,
} from "../contract/support/gateways.ts";
import { type OtherSubgraph, startTags } from "../contract/support/other-subgraphs.ts";
import { createSocketClient } from "./support/socket-client.ts";
import { type StubServer, send, startStubServer } from "./support/start-stub-server.ts";
import { createStubIdentity } from "./support/stub-identity.ts";
import { stubResolvers } from "./support/stub-resolvers.ts";

const ENTITY = `{ _entities(representations: [{ __typename: "Thing", id: "1" }]) { __typename } }`;

let server: StubServer;
let supergraph: (composer: string) => string;
beforeAll(async () => {
  server = await startStubServer();
  const { sdl } = await buildSubgraph(stubResolvers);
  supergraph = (composer) => compose(composer, [{ name: "people", url: `${server.url}/graphql`, sdl }]);
});
afterAll(() => server[Symbol.asyncDispose]());

describe("behind gateways", () => {
  test("D25: @apollo/gateway with `apq: true` gets answers, at first with the text and then only by the hash", async () => {
    await using gateway = await startApolloGateway(supergraph("@apollo/composition"), { apq: true });
    for (const id of ["1", "2", "1"]) {
      const { data, errors } = await gateway.ask("query ($id: ID!) { thing(id: $id) { name } }", { id });
      expect(errors).toBeUndefined();
      expect(data).toEqual({ thing: { name: `thing ${id}` } });
    }
  });

  test("H2: Hive Gateway carries sixty subscriptions over its one socket", async () => {
    await using gateway = createHiveGateway(supergraph("@theguild/federation-composition"), "WebSocket");
    const ends = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        let last: unknown;
        const to = 100 + index;
        for await (const { data } of gateway.subscribe("subscription ($to: Int!) { count(to: $to) }", { to }))
          last = data;
        return last;
      }),
    );

    expect(ends).toEqual(ends.map((_, index) => ({ count: 100 + index })));
  });
});

describe.each<HiveTransport>(["server-sent events", "WebSocket"])(
  "Hive Gateway with the tokens of its users, over %s",
  (transport) => {
    const SECRET = "s".repeat(40);
    const identity = createStubIdentity();
    const ADA = identity.accept("ada", { tenantId: "a", scopes: new Set(["people:read"]) });
    const BO = identity.accept("bo", { tenantId: "a", scopes: new Set(["people:read", "people:hr"]) });
    const EVE = identity.accept("eve", { tenantId: "b", scopes: new Set(["people:read"]) });
    let guarded: StubServer;
    let tags: OtherSubgraph;
    let gateway: ReturnType<typeof createHiveGateway>;
    beforeAll(async () => {
      const { identify } = identity;
      guarded = await startStubServer({ identify, reach: { production: true, gatewaySecrets: [SECRET] } });
      tags = await startTags();
      const { sdl } = await buildSubgraph(stubResolvers);
      const composed = compose("@theguild/federation-composition", [
        { name: "people", url: `${guarded.url}/graphql`, sdl },
        tags,
      ]);
      gateway = createHiveGateway(composed, transport, SECRET);
    });
    afterAll(async () => {
      await gateway[Symbol.asyncDispose]();
      await Promise.all([guarded, tags].map((server) => server[Symbol.asyncDispose]()));
    });

    test("E13: users with different scopes and of different companies who send the same text have answers of their own", async () => {
      const follow = async (authorization: string): Promise<unknown[]> => {
        const answers: unknown[] = [];
        for await (const { data, errors } of gateway.subscribe(
          "subscription { rights }",
          {},
          { authorization },
        )) {
          answers.push(data ?? errors);
          if (answers.length === 20) break;
        }
        return answers;
      };
      const [ada, bo, eve] = await Promise.all([ADA, BO, EVE].map(follow));

      expect(new Set(ada?.map((answer) => JSON.stringify(answer)))).toEqual(
        new Set(['{"rights":["a","people:read"]}']),
      );
      expect(new Set(bo?.map((answer) => JSON.stringify(answer)))).toEqual(
        new Set(['{"rights":["a","people:read","people:hr"]}']),
      );
      expect(new Set(eve?.map((answer) => JSON.stringify(answer)))).toEqual(
        new Set(['{"rights":["b","people:read"]}']),
      );
    });

    test("a query of a user with a token is answered, and one without a token is not", async () => {
      const query = "{ thing(id: 1) { name } }";

      expect(await gateway.ask(query, {}, { authorization: ADA })).toEqual({
        data: { thing: { name: "thing 1" } },
      });
      expect((await gateway.ask(query)).errors).toHaveLength(1);
    });

    test("E5: the gateway asks for entities with its secret, and its user cannot ask without one", async () => {
      const answer = await gateway.ask("{ tagged { tag name } }", {}, { authorization: ADA });
      const direct = await send(guarded.url, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: ADA },
        body: JSON.stringify({ query: ENTITY }),
      });

      expect(answer).toEqual({ data: { tagged: [{ tag: "new", name: "thing 1" }] } });
      expect(direct).toMatchObject({
        status: 401,
        body: { errors: [{ extensions: { code: "UNAUTHENTICATED" } }] },
      });
    });
  },
);

test("H2: a gateway that reconnects starts a thousand operations at once, and its socket stays open", async () => {
  const client = createSocketClient(server.url);
  const errors: unknown[] = [];
  const before = process.memoryUsage().heapUsed;
  const ends = Array.from({ length: 999 }, () =>
    client.subscribe(
      { query: "subscription { silence }" },
      { next: () => undefined, complete: () => undefined, error: (error) => errors.push(error) },
    ),
  );
  for await (const answer of client.iterate({ query: "{ echo }" }))
    expect(answer).toEqual({ data: { echo: "nothing" } });

  expect(errors).toEqual([]);
  // The client and the server of a thousand subscriptions, some ten kilobytes each.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(50_000_000);
  for (const end of ends) end();
  for await (const answer of client.iterate({ query: "{ echo }" }))
    expect(answer).toEqual({ data: { echo: "nothing" } });
  await client.dispose();
});
