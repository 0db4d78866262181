import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { eventually } from "../../support/eventually.ts";
import { codesOf, type GraphQLBody, type StubServer, startStubServer } from "../support/start-stub-server.ts";
import { createStubIdentity } from "../support/stub-identity.ts";

const NEW_SECRET = "new".repeat(20);
const OLD_SECRET = "old".repeat(20);
const HEADER = "x-people-gateway-secret";

const identity = createStubIdentity();
const ADA = identity.accept("ada");

let guarded: StubServer;
let open: StubServer;
beforeAll(async () => {
  const { identify } = identity;
  const reach = { production: true, gatewaySecrets: [NEW_SECRET, OLD_SECRET] };
  guarded = await startStubServer({ identify, reach });
  open = await startStubServer({ identify });
});
afterAll(() => Promise.all([guarded, open].map((server) => server[Symbol.asyncDispose]())));

const ENTITIES = `_entities(representations: [{ __typename: "Thing", id: "1" }])`;
const FOR_GATEWAYS: [string, string][] = [
  ["_entities", `{ ${ENTITIES} { __typename } }`],
  ["_service", "{ _service { sdl } }"],
  ["__schema", "{ __schema { queryType { name } } }"],
  ["__type", `{ __type(name: "Thing") { name } }`],
  ["an alias", `{ echo: _service { sdl } }`],
  ["an inline fragment", `{ echo ... on Query { _service { sdl } } }`],
  [
    "a fragment in a fragment",
    "{ ...A } fragment A on Query { ...B } fragment B on Query { _service { sdl } }",
  ],
  ["a directive", "query ($no: Boolean = true) { _service @skip(if: $no) { sdl } echo }"],
];
const FOR_EVERYONE: [string, string][] = [
  ["a query", "{ echo }"],
  ["__typename", "{ __typename thing(id: 1) { __typename } }"],
  ["another operation of the document", "query A { echo } query B { _service { sdl } }"],
  ["an alias like a gateway's field", "{ sdl: echo }"],
];

type Answer = { status: number; challenge: string | null; body: GraphQLBody };
type Ask = (url: string, query: string, secret?: string) => Promise<Answer>;

const operationNameOf = (query: string) => (query.startsWith("query A") ? "A" : undefined);

const overHttp =
  (accept: string): Ask =>
  async (url, query, secret) => {
    const response = await fetch(`${url}/graphql`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: ADA,
        accept,
        ...(secret !== undefined && { [HEADER]: secret }),
      },
      body: JSON.stringify({ query, operationName: operationNameOf(query) }),
    });
    const text = await response.text();
    const body: GraphQLBody = JSON.parse(/^data: (\{.*)$/m.exec(text)?.[1] ?? text);
    return { status: response.status, challenge: response.headers.get("www-authenticate"), body };
  };

/** `where` the secret is: in the headers of the upgrade, or in `connection_init`. */
const overSocket =
  (where: "upgrade" | "init" | "headers"): Ask =>
  async (url, query, secret) => {
    const secrets = secret === undefined ? {} : { [HEADER]: secret };
    const socket = new WebSocket(`${url.replace("http", "ws")}/graphql`, "graphql-transport-ws", {
      headers: where === "upgrade" ? { authorization: ADA, ...secrets } : {},
    });
    const payload =
      where === "upgrade"
        ? undefined
        : where === "init"
          ? { authorization: ADA, ...secrets }
          : { headers: { Authorization: ADA, ...secrets } };
    const received: { type: string; payload: GraphQLBody & GraphQLBody["errors"] }[] = [];
    socket.on("message", (data) => received.push(JSON.parse(String(data))));
    await once(socket, "open");
    socket.send(JSON.stringify({ type: "connection_init", payload }));
    const operation = { query, operationName: operationNameOf(query) };
    socket.send(JSON.stringify({ type: "subscribe", id: "1", payload: operation }));
    const answer = await eventually(() => received.find(({ type }) => type === "next" || type === "error"));
    socket.terminate();
    const isError = answer.type === "error";
    return {
      status: isError ? 401 : 200,
      challenge: isError ? 'Bearer realm="people"' : null,
      body: isError ? { errors: answer.payload } : answer.payload,
    };
  };

const transports: [string, Ask][] = [
  ["HTTP", overHttp("application/json")],
  ["HTTP with GraphQL's media type", overHttp("application/graphql-response+json")],
  ["an event stream", overHttp("text/event-stream")],
  ["a socket by its upgrade", overSocket("upgrade")],
  ["a socket by its connection_init", overSocket("init")],
  ["a socket by the headers in its connection_init", overSocket("headers")],
];

describe.each(transports)("E5 over %s", (_transport, ask) => {
  test.each(FOR_GATEWAYS)("E5: %s is a 401 without a secret and with a wrong one", async (_what, query) => {
    const refused = [
      await ask(guarded.url, query),
      await ask(guarded.url, query, ""),
      await ask(guarded.url, query, `${NEW_SECRET}x`),
      await ask(guarded.url, query, `${NEW_SECRET},${OLD_SECRET}`),
    ];

    expect(refused.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    expect(codesOf(refused[0]!.body)).toEqual(["UNAUTHENTICATED"]);
    expect(new Set(refused.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(new Set(refused.map(({ challenge }) => challenge))).toEqual(new Set(['Bearer realm="people"']));
  });

  test.each(FOR_GATEWAYS)(
    "E5: %s is answered with the new secret and with the old one",
    async (_what, query) => {
      for (const secret of [NEW_SECRET, OLD_SECRET]) {
        const { status, body } = await ask(guarded.url, query, secret);
        expect(status).toBe(200);
        expect(body.errors).toBeUndefined();
      }
    },
  );

  test.each(FOR_EVERYONE)("E5: %s needs no secret", async (_what, query) => {
    expect((await ask(guarded.url, query)).body).toMatchObject({ data: expect.any(Object) });
  });

  test("a service without secrets asks for none", async () => {
    for (const [, query] of FOR_GATEWAYS)
      expect((await ask(open.url, query)).body).toMatchObject({ data: expect.any(Object) });
  });
});

test("E5: neither the log nor an answer contains a secret", async () => {
  const { body } = await overHttp("application/json")(
    guarded.url,
    "{ _service { sdl } }",
    `${NEW_SECRET}wrong`,
  );

  expect(JSON.stringify([body, guarded.logged()])).not.toContain(NEW_SECRET);
});

test("D12: with the secret, production still reveals no names in its errors", async () => {
  const { body } = await overHttp("application/json")(guarded.url, "{ thin(id: 1) { name } }", NEW_SECRET);

  expect(codesOf(body)).toEqual(["GRAPHQL_VALIDATION_FAILED"]);
  expect(JSON.stringify(body)).not.toContain("Did you mean");
});

test("a subscription cannot select `_entities`: gateways ask for entities in queries of their own", async () => {
  const ask = overHttp("text/event-stream");
  const { body } = await ask(guarded.url, `subscription { ${ENTITIES} { __typename } }`, NEW_SECRET);

  expect(codesOf(body)).toEqual(["GRAPHQL_VALIDATION_FAILED"]);
});
