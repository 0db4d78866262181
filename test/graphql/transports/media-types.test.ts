import { afterAll, describe, expect, test } from "vitest";
import { codesOf, send, startStubServer } from "../support/start-stub-server.ts";

const server = await startStubServer();
afterAll(() => server[Symbol.asyncDispose]());

const GRAPHQL_RESPONSE = "application/graphql-response+json";

async function ask(accept: string | undefined, request: object) {
  const response = await fetch(`${server.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(accept !== undefined && { accept }) },
    body: JSON.stringify(request),
  });
  return {
    status: response.status,
    type: response.headers.get("content-type"),
    codes: codesOf(await response.json()),
  };
}

describe("D24: an operation that GraphQL refuses", () => {
  const refused: [string, object, string][] = [
    [
      "a wrong scalar in a variable",
      { query: "query ($id: ID!) { thing(id: $id) { id } }", variables: { id: {} } },
      "BAD_USER_INPUT",
    ],
    ["a syntax error", { query: "{" }, "GRAPHQL_PARSE_FAILED"],
    ["an unknown field", { query: "{ nothing }" }, "GRAPHQL_VALIDATION_FAILED"],
    [
      "an unknown operation",
      { query: "query A { echo }", operationName: "B" },
      "OPERATION_RESOLUTION_FAILURE",
    ],
  ];

  test.each(refused)(
    "D24: %s is a 200 in application/json, and without Accept, and with */*",
    async (_what, request, code) => {
      for (const accept of [
        undefined,
        "*/*",
        "application/json",
        "application/json, application/graphql-response+json;q=0.5",
      ]) {
        const answer = await ask(accept, request);
        expect(answer).toMatchObject({ status: 200, codes: [code] });
        expect(answer.type).toMatch(/^application\/json/);
      }
    },
  );

  test.each(refused)(
    "D24: %s is a 400 in application/graphql-response+json",
    async (_what, request, code) => {
      for (const accept of [GRAPHQL_RESPONSE, `${GRAPHQL_RESPONSE}, application/json`]) {
        const answer = await ask(accept, request);
        expect(answer).toMatchObject({ status: 400, codes: [code] });
        expect(answer.type).toMatch(/^application\/graphql-response\+json/);
      }
    },
  );

  test.each(refused)("D24: %s over GET has the same statuses", async (_what, request, code) => {
    const parameters = Object.entries(request).map(([name, value]): [string, string] => [
      name,
      typeof value === "string" ? value : JSON.stringify(value),
    ]);
    const search = `?${new URLSearchParams(parameters)}`;
    for (const [accept, status] of [
      ["application/json", 200],
      [GRAPHQL_RESPONSE, 400],
    ] as const) {
      const answer = await send(server.url, { search, headers: { accept, "apollo-require-preflight": "1" } });
      expect({ status: answer.status, codes: codesOf(answer.body) }).toEqual({ status, codes: [code] });
      expect(answer.contentType).toContain(accept);
    }
  });

  test("D24: an operation above a limit is a 400 in both media types", async () => {
    const request = { query: `{ ${"echo ".repeat(1_001)} }` };
    for (const accept of [GRAPHQL_RESPONSE, "application/json"])
      expect(await ask(accept, request)).toMatchObject({ status: 400, codes: ["LIMIT_COST"] });
  });
});
