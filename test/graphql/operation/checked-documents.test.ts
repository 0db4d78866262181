import { expect, test } from "vitest";
import { buildSubgraph } from "../../../src/graphql/build-schema.ts";
import { createPrepareOperation } from "../../../src/graphql/operation/prepare-operation.ts";
import { stubResolvers } from "../support/stub-resolvers.ts";

const { schema } = await buildSubgraph(stubResolvers);

test("D18: documents that are sent once, as by a client that writes values into them, evict none that is repeated", () => {
  const prepare = createPrepareOperation(schema, { production: true });
  const documentOf = (query: string) => {
    const prepared = prepare({ query });
    return "document" in prepared ? prepared.document : prepared.errors;
  };
  const repeated = "query Page { echo }";
  documentOf(repeated);
  const kept = documentOf(repeated);
  for (let value = 0; value < 2_000; value += 1) documentOf(`{ echo(text: "${value}") }`);
  expect(documentOf(repeated)).toBe(kept);
  expect(documentOf('{ echo(text: "1999") }')).toBe(documentOf('{ echo(text: "1999") }'));
});
