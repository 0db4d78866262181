import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildSubgraph } from "../../src/graphql/build-schema.ts";
import { compose, createHiveGateway, startApolloGateway } from "../contract/support/gateways.ts";
import { createSocketClient } from "./support/socket-client.ts";
import { type StubServer, startStubServer } from "./support/start-stub-server.ts";
import { stubResolvers } from "./support/stub-resolvers.ts";

let server: StubServer;
let supergraph: (composer: string) => string;
beforeAll(async () => {
  server = await startStubServer();
  const { sdl } = await buildSubgraph(stubResolvers);
  supergraph = (composer) => compose(composer, [{ name: "people", url: `${server.url}/graphql`, sdl }]);
});
afterAll(() => server[Symbol.asyncDispose]());

describe("behind gateways", () => {
  test("D25: @apollo/gateway with `apq: true` gets answers, at first with the text and then by the hash alone", async () => {
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
