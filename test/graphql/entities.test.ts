import { afterAll, describe, expect, test } from "vitest";
import { codesOf, type GraphQLBody, post, startStubServer } from "./support/start-stub-server.ts";

const server = await startStubServer();
afterAll(() => server[Symbol.asyncDispose]());

const QUERY = `query ($all: [_Any!]!) {
  _entities(representations: $all) { __typename ... on Thing { id } ... on Shadow { id } }
}`;

async function entities(...all: unknown[]): Promise<GraphQLBody> {
  const { status, body } = await post(server.url, { query: QUERY, variables: { all } });
  expect(status).toBe(200);
  return body;
}

describe("_entities", () => {
  test("entities are answered in the order of the representations, by any of their keys", async () => {
    const { data, errors } = await entities(
      { __typename: "Shadow", id: "2" },
      { __typename: "Thing", name: "thing 1" },
      { __typename: "Thing", id: "3" },
    );

    expect(errors).toBeUndefined();
    expect(data).toEqual({
      _entities: [
        { __typename: "Shadow", id: "2" },
        { __typename: "Thing", id: "1" },
        { __typename: "Thing", id: "3" },
      ],
    });
  });

  test("one row is served as each requested type", async () => {
    const { data } = await entities(
      { __typename: "Thing", id: "1" },
      { __typename: "Shadow", id: "1" },
      { __typename: "Thing", id: "1" },
    );

    expect(data).toMatchObject({
      _entities: [{ __typename: "Thing" }, { __typename: "Shadow" }, { __typename: "Thing" }],
    });
  });

  test("an unknown key is answered with null and no error", async () => {
    expect(await entities({ __typename: "Thing", id: "unknown" })).toEqual({ data: { _entities: [null] } });
  });

  test.each([
    ["an unknown type", { __typename: "Nothing", id: "1" }],
    ["a type that is not an entity", { __typename: "Query", id: "1" }],
    ["the name of a JavaScript prototype as type", { __typename: "__proto__", id: "1" }],
    ["the name of a JavaScript property as type", { __typename: "constructor", id: "1" }],
    ["an object without a type", { id: "1" }],
    ["an object without a key", { __typename: "Thing" }],
    ["a key that is null", { __typename: "Thing", id: null }],
    ["a key that is an object", { __typename: "Thing", id: { id: "1" } }],
    ["a list", [{ __typename: "Thing", id: "1" }]],
    ["a string", "Thing 1"],
  ])(
    "D11: %s is answered with null and BAD_REPRESENTATION, and the others are answered",
    async (_what, representation) => {
      const body = await entities({ __typename: "Thing", id: "1" }, representation);

      expect(body.data).toEqual({ _entities: [{ __typename: "Thing", id: "1" }, null] });
      expect(codesOf(body)).toEqual(["BAD_REPRESENTATION"]);
      expect(body.errors?.[0]?.path).toEqual(["_entities", 1]);
    },
  );

  test("the error of an entity that cannot be read is hidden, and the others are answered", async () => {
    const body = await entities({ __typename: "Shadow", id: "broken" }, { __typename: "Thing", id: "1" });

    expect(body.data).toEqual({ _entities: [null, { __typename: "Thing", id: "1" }] });
    expect(codesOf(body)).toEqual(["INTERNAL_SERVER_ERROR"]);
    expect(JSON.stringify(body)).not.toContain("secret");
  });
});
