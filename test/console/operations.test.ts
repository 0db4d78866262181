import { getOperationAST, parse, TypeInfo, validate, visit, visitWithTypeInfo } from "graphql";
import { expect, test } from "vitest";
import { buildSubgraph } from "../../src/graphql/build-schema.ts";
import { COST_MAX, EXPENSIVE_COST_MIN, estimateCost } from "../../src/graphql/operation/estimate-cost.ts";
import { checkShape, checkSize } from "../../src/graphql/operation/limits.ts";
import { subgraphResolvers } from "../../src/graphql/resolvers.ts";
import { PEOPLE_FIELDS } from "../../src/integration/fields/people-fields.ts";
import { consoleOperations } from "../support/console-operations.ts";

const { schema } = await buildSubgraph(subgraphResolvers);

/** The largest page, and every part that a variable includes. */
const VARIABLES: Readonly<Record<string, unknown>> = { Int: 100, Boolean: true };

/** The service runs few of these at a time: they compute dates, or read or count a whole company or plan. */
const EXPENSIVE: readonly string[] = [
  "ConsoleComing",
  "ConsoleFields",
  "ConsoleIdentity",
  "ConsoleIdpOnlyUsers",
  "ConsoleLineCounts",
  "ConsoleLines",
  "ConsoleOrgTree",
  // Only the first page of a list counts.
  "ConsolePeople",
  "ConsolePeopleWithoutUser",
  "ConsolePersonComing",
  "ConsoleRun",
];

const described = consoleOperations.map((text) => {
  const document = parse(text);
  const operation = getOperationAST(document);
  if (!operation) throw new Error(`One operation in each text: ${text}`);
  const cost = (values = VARIABLES): number => {
    const variables = Object.fromEntries(
      (operation.variableDefinitions ?? []).map(({ variable, type }) => {
        const named = type.kind === "NonNullType" ? type.type : type;
        return [variable.name.value, named.kind === "NamedType" ? values[named.name.value] : undefined];
      }),
    );
    return estimateCost({ schema, operation, fragments: new Map(), variables });
  };
  return { name: operation.name?.value ?? "", text, document, cost };
});

test("every operation of the console has a name of its own, which begins with Console", () => {
  const names = described.map(({ name }) => name);
  expect(names.length).toBeGreaterThan(5);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => !name.startsWith("Console"))).toEqual([]);
});

test.each(described)(
  "$name is valid and within the limits of the service",
  ({ name, text, document, cost }) => {
    expect(validate(schema, document)).toEqual([]);
    checkSize(text);
    checkShape(document);
    expect(cost()).toBeLessThanOrEqual(EXPENSIVE.includes(name) ? COST_MAX : EXPENSIVE_COST_MIN);
    // With a text in each filter.
    expect(cost({ ...VARIABLES, String: "a" })).toBeLessThanOrEqual(COST_MAX);
  },
);

/** Fields that the screen of a person reads as others. */
const READ_AS: Readonly<Record<string, string>> = {
  preferredName: "displayName",
  supervisor: "reportingChain",
};

test.each(PEOPLE_FIELDS)("the screen of a person reads $field", ({ field }) => {
  const screen = described.find(({ name }) => name === "ConsolePerson");
  const types = new TypeInfo(schema);
  const read = new Set<string>();
  visit(
    screen!.document,
    visitWithTypeInfo(types, {
      Field: ({ name }) => void (types.getParentType()?.name === "Person" && read.add(name.value)),
    }),
  );
  expect(read).toContain(READ_AS[field] ?? field);
});
