import { type ExecutionResult, execute, getIntrospectionQuery, parse } from "graphql";
import { describe, expect, test } from "vitest";
import { administratorOfDefault } from "../../../src/access/viewer.ts";
import { ActionableError } from "../../../src/errors.ts";
import { buildSubgraph } from "../../../src/graphql/build-schema.ts";
import { createPrepareOperation } from "../../../src/graphql/operation/prepare-operation.ts";
import { subgraphResolvers } from "../../../src/graphql/resolvers.ts";

const { schema } = await buildSubgraph(subgraphResolvers);
const prepare = createPrepareOperation(schema, { production: false });

const often = (field: string, times = 49): string =>
  `{ ${Array.from({ length: times }, (_, index) => `a${index}: ${field}`).join(" ")} }`;

/** The error messages of a refused operation; none if it may run. */
function refusalsOf(query: string, variables: Record<string, unknown> = {}): string[] {
  const prepared = prepare({ query, variables });
  return "errors" in prepared ? prepared.errors.map(({ message }) => message) : [];
}

/** The cost of an operation that may run. */
function costFor(query: string, variables: Record<string, unknown> = {}): number {
  const prepared = prepare({ query, variables });
  return "errors" in prepared ? expect.fail(String(prepared.errors)) : prepared.cost;
}

const COSTS = /^The operation costs \d+; the limit is 100000\.$/;

describe("D20: an expensive field repeated with 49 aliases", () => {
  test.each([
    ["totals of forecasts", 'upcomingLifecycleEvents(from: "2026-01-01", to: "2027-12-31") { totalCount }'],
    [
      "pages of forecasts",
      'upcomingLifecycleEvents(from: "2026-01-01", to: "2027-12-31", first: 1) { nodes { kind } }',
    ],
    ["searches", 'people(filter: { search: "a e i s m l" }) { totalCount }'],
    ["pages of issues", "orgIssues(first: 100) { edges { node { kind } } }"],
    ["totals of issues", "orgIssues { totalCount }"],
    [
      "forecasts of few dates",
      'upcomingLifecycleEvents(from: "2026-01-01", to: "2028-12-31", personIds: []) { nodes { kind } }',
    ],
    ["reporting trees", "orgTree { isCut }"],
    ["summaries of a plan", 'syncRun(id: "1") { planSummary { adds } }'],
    ["searches in a plan", 'syncRun(id: "1") { plan(first: 1, search: "a") { totalCount } }'],
    ["a field of a plan", 'syncRun(id: "1") { plan(first: 1, field: "position") { totalCount } }'],
    ["searches in the skip ledger", 'skippedEmployees(first: 1, search: "a") { totalCount }'],
    ["fields with the number of their values", "peopleFields { coverage { people } }"],
    ["counts of all reports", "people(first: 100) { nodes { supervisor { reportCount } } }"],
    ["pages of identity provider users", "idpOnlyUsers(first: 1) { nodes { id } }"],
    ["totals of identity provider users", "idpOnlyUsers { totalCount }"],
    [
      "all departments with a page of people each",
      "departments { people(first: 100) { edges { node { id } } } }",
    ],
    [
      "pages of all departments with only `pageInfo`",
      "departments { people(first: 100) { pageInfo { hasNextPage } } }",
    ],
    ["reporting chains of full pages", "people(first: 100) { edges { node { reportingChain { id } } } }"],
    ["types of the schema", "__schema { types { fields { name type { fields { name } } } } }"],
    ["the schema as a text", "_service { sdl }"],
  ])("D20: %s, selected 49 times, are refused", (_what, field) => {
    expect(refusalsOf(often(field))).toEqual([expect.stringMatching(COSTS)]);
  });

  test.each([
    ["fields with the number of their values", 14, "peopleFields { coverage { people } }"],
    ["counts of all reports", 33, "people(first: 100) { nodes { supervisor { reportCount } } }"],
  ])("%s, selected %i times, are refused, because that many take half a second", (_what, times, field) => {
    expect(refusalsOf(often(field, times))).toEqual([expect.stringMatching(COSTS)]);
    expect(refusalsOf(often(field, times - 2))).toEqual([]);
  });

  test("the plans of the last five runs may be shown in numbers, because that takes less than half a second", () => {
    const plan = "planSummary { adds changes leaves fields { field people cleared } }";
    const runs = (first: number) => `{ syncRuns(first: ${first}) { nodes { id status ${plan} } } }`;
    expect(refusalsOf(runs(5))).toEqual([]);
    expect(refusalsOf(runs(6))).toEqual([expect.stringMatching(COSTS)]);
  });

  test("lists of 20,000 ids are refused in a variable, in an input object, and in the text", () => {
    const ids = Array.from({ length: 20_000 }, (_, index) => `${index}`);
    const inList = `query ($ids: [ID!]) ${often("people(filter: { departmentIds: $ids }) { totalCount }")}`;
    const inObject = `query ($filter: PeopleFilter) ${often("people(filter: $filter) { totalCount }")}`;
    const inText = often(
      `people(filter: { departmentIds: [${ids
        .slice(0, 90)
        .map((id) => `"${id}"`)
        .join(" ")}] }) { totalCount }`,
    );

    expect(refusalsOf(inList, { ids })).toEqual([expect.stringMatching(COSTS)]);
    expect(refusalsOf(inObject, { filter: { departmentIds: ids } })).toEqual([expect.stringMatching(COSTS)]);
    expect(refusalsOf(inText).length).toBeLessThanOrEqual(1);
  });
});

describe("D20: what clients need is allowed", () => {
  test.each([
    [
      "a directory page",
      "{ people(first: 100) { totalCount edges { node { id department { name } office { name } supervisor { displayName } } } } }",
    ],
    [
      "three totals of forecasts",
      `{ ${["a", "b", "c"].map((name) => `${name}: upcomingLifecycleEvents(from: "2026-01-01", to: "2026-12-31") { totalCount edges { node { person { displayName } } } }`).join(" ")} }`,
    ],
    [
      "49 people by their email address",
      often('person(workEmail: "a@b.example") { id displayName supervisor { displayName } }'),
    ],
    [
      "all departments with their people",
      "{ departments { name headcount people(first: 100) { edges { node { displayName office { name } } } } } }",
    ],
  ])("D20: a query of %s is allowed", (_what, query) => {
    expect(refusalsOf(query)).toEqual([]);
  });

  test("D11: a gateway may send 10,000 representations, and not one more", () => {
    const query = `query ($all: [_Any!]!) { _entities(representations: $all) {
      ... on Person { id displayName department { name } supervisor { displayName } } } }`;
    const all = Array.from({ length: 10_001 }, (_, index) => ({ __typename: "Person", id: `${index}` }));

    expect(refusalsOf(query, { all: all.slice(1) })).toEqual([]);
    expect(refusalsOf(query, { all })).toEqual([
      "`_entities` takes at most 10000 representations, not 10001.",
    ]);
  });
});

describe("D20: the plain fields of an object count", () => {
  const PERSON =
    "id personioId employeeId workEmail firstName lastName displayName position subCompany costCenter team " +
    "status employmentType isPreHire hireDate originalHireDate probationEndDate contractEndDate " +
    "terminationDate birthday";
  const entities = (selection: string): string =>
    `query ($all: [_Any!]!) { _entities(representations: $all) { ... on Person { ${selection} } } }`;
  const all = Array.from({ length: 10_000 }, (_, index) => ({ __typename: "Person", id: `${index}` }));
  const below = (levels: number): string =>
    levels === 0 ? PERSON : `${PERSON} supervisor { person { ${below(levels - 1)} } }`;

  test("all fields of 10,000 people may be read, and not those of four of their supervisors too", () => {
    expect(refusalsOf(entities(PERSON), { all })).toEqual([]);
    expect(refusalsOf(entities(below(4)), { all })).toEqual([expect.stringMatching(COSTS)]);
  });

  test("a page of people with all their fields may be read of each department", () => {
    const people = `people(first: 100) { nodes { ${PERSON} } }`;

    expect(refusalsOf(`{ departments { name headcount ${people} } }`)).toEqual([]);
  });

  test("five plain fields cost as much as one object, in fragments too", () => {
    const page = (selection: string): number => costFor(`{ people(first: 10) { nodes { ${selection} } } }`);
    const id = page("id");

    expect(page("id displayName status position")).toBe(id);
    expect(page("id displayName status position team")).toBe(id + 10);
    expect(page("id displayName ... { status position ... on Person { team } }")).toBe(id + 10);
  });

  test("a long name of a field in the answer counts as several fields", () => {
    const page = (name: string): number => costFor(`{ people(first: 10) { nodes { ${name}: id } } }`);

    expect(page("a".repeat(250))).toBe(page("a") + 10);
  });
});

test("D20: introspection of tools and gateways is allowed", () => {
  expect(refusalsOf(getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true }))).toEqual(
    [],
  );
  expect(refusalsOf("{ _service { sdl } }")).toEqual([]);
});

test("D20: every field with pages declares its size in the schema", () => {
  const undeclared = Object.values(schema.getTypeMap()).flatMap((type) => {
    const fields = type.astNode?.kind === "ObjectTypeDefinition" ? (type.astNode.fields ?? []) : [];
    return fields
      .filter(({ arguments: args }) => args?.some(({ name }) => name.value === "first"))
      .filter(({ directives }) => !directives?.some(({ name }) => name.value === "listSize"))
      .map(({ name }) => `${type.name}.${name.value}`);
  });

  expect(undeclared).toEqual([]);
});

describe("D20: lists without pages count as what they are", () => {
  const DEPARTMENTS = 3_000;
  const context = {
    viewer: administratorOfDefault,
    read: async () =>
      Array.from({ length: DEPARTMENTS }, (_, index) => ({ id: `${index}`, name: "Research" })),
    loaders: {
      peoplePage: {
        load: async (): Promise<never> => {
          throw new Error("people were read");
        },
      },
    },
  };
  const run = (query: string) => execute({ schema, document: parse(query), contextValue: context });
  const codes = ({ errors }: ExecutionResult) =>
    errors?.map(({ originalError }) =>
      originalError instanceof ActionableError ? originalError.code : originalError?.message,
    );

  test("a page of people in each of 3,000 departments is refused after the departments and before people are read", async () => {
    const query = "{ departments { people(first: 100) { nodes { id } } } }";

    expect(refusalsOf(query)).toEqual([]);
    const result = await run(query);
    expect(result.data).toBeNull();
    expect(codes(result)).toEqual(["LIMIT_COST"]);
  });

  test("the names of 3,000 departments are answered", async () => {
    const { data, errors } = await run("{ departments { name } }");

    expect(errors).toBeUndefined();
    expect(data?.departments).toHaveLength(DEPARTMENTS);
  });

  test("the names of 3,000 departments, selected 49 times, are refused", async () => {
    expect(new Set(codes(await run(often("departments { name }"))))).toEqual(new Set(["LIMIT_COST"]));
  });
});

describe("D20: an argument with a cost of its own counts for each parent object", () => {
  const plans = (runs: number, args: string): string =>
    `{ syncRuns(first: ${runs}) { nodes { plan(first: 1${args}) { totalCount } } } }`;

  test("a search in the plans of a hundred runs is refused, and that in the plans of three is not", () => {
    expect(refusalsOf(plans(100, ', search: "a"'))).toEqual([expect.stringMatching(COSTS)]);
    expect(refusalsOf(plans(100, ', field: "position"'))).toEqual([expect.stringMatching(COSTS)]);
    expect(refusalsOf(plans(3, ', search: "a"'))).toEqual([]);
    expect(costFor(plans(3, ', search: "a"'))).toBe(costFor(plans(3, "")) + 3 * 24_000);
  });

  test("the plans of a hundred runs without a search, and with a blank one, are not refused", () => {
    expect(refusalsOf(plans(100, ""))).toEqual([]);
    expect(refusalsOf(plans(100, ', search: " "'))).toEqual([]);
  });
});

describe("D20: the values of arguments count once for all parent objects", () => {
  test("one search in the people of every department counts once", () => {
    const query = 'people(first: 1, filter: { search: "ann" }) { nodes { id } }';

    expect(refusalsOf(`{ departments { ${query} } }`)).toEqual([]);
    expect(refusalsOf(often(`departments { ${query} }`))).toEqual([expect.stringMatching(COSTS)]);
  });

  test("people that a page skips cost a third each, and one operation may skip the most", () => {
    const costOf = (skip: number | null): number => {
      const query = "query ($skip: Int) { people(first: 10, skip: $skip) { nodes { id } } }";
      return costFor(query, { skip });
    };
    expect(costOf(null)).toBe(costOf(0));
    expect(costOf(2)).toBe(costOf(0));
    expect(costOf(3)).toBe(costOf(0) + 1);
    expect(costOf(200_000)).toBe(costOf(0) + 66_666);
    const twice =
      "{ a: people(first: 1, skip: 200000) { nodes { id } } b: people(first: 1, skip: 200000) { nodes { id } } }";
    expect(refusalsOf(twice)).toEqual([expect.stringMatching(COSTS)]);
  });

  test("counting the whole company costs 3,500, and the people of one of many groups 100", () => {
    const page = costFor("{ people(first: 10) { nodes { id } } }");
    expect(costFor("{ people(first: 10) { totalCount nodes { id } } }")).toBe(page + 3_500);
    const fragment =
      "{ people(first: 10) { ...All } } fragment All on PersonConnection { nodes { id } ... { totalCount } }";
    expect(costFor(fragment)).toBe(page + 3_500);
    expect(costFor("{ directory { peopleCount } }")).toBe(costFor("{ directory { asOf } }") + 3_500);

    const groups = costFor("{ departments { people(first: 1) { nodes { id } } } }");
    expect(costFor("{ departments { people(first: 1) { totalCount nodes { id } } } }")).toBe(
      groups + 150 * 100,
    );
  });

  test("a blank search costs nothing", () => {
    expect(refusalsOf(often('people(filter: { search: " " }) { nodes { id } }'))).toEqual([]);
    expect(refusalsOf(often('people(filter: { search: "a" }) { nodes { id } }'))).toEqual([
      expect.stringMatching(COSTS),
    ]);
  });
});
