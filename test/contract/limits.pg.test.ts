import { getIntrospectionQuery } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { countStatements } from "../support/count-statements.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  await app.connect();
});
afterAll(() => app[Symbol.asyncDispose]());

/** `levels` nested pages of a hundred: the reports of a person, their reports, … */
const reportsOfReports = (levels: number): string =>
  `{ people(first: 100) { edges { node { ${"directReports(first: 100) { edges { node { ".repeat(levels)} id ${"} } } ".repeat(levels)} } } } }`;

describe("an answer that could be too large", () => {
  test.each([
    ["LIMIT_COST", "three nested full pages", reportsOfReports(2)],
    ["LIMIT_DEPTH", "twelve nested full pages (D9)", reportsOfReports(12)],
    [
      "LIMIT_COST",
      "reporting chains of reports of people",
      "{ people(first: 100) { edges { node { directReports(first: 100) { edges { node { reportingChain { id } } } } } } } }",
    ],
    [
      "LIMIT_COST",
      "reporting chains of all candidates in the traces of approvers",
      "{ people(first: 100) { edges { node { approver { trace { candidate { reportingChain { id } } } } } } } }",
    ],
  ])("the service MUST refuse with %s before any SQL: %s", async (code, _what, query) => {
    const { result, statements } = await countStatements(app.serving, () => app.ask(query));

    expect(result.errors?.map(({ extensions }) => extensions)).toEqual([{ code, help: expect.any(String) }]);
    expect(statements.filter((statement) => statement.includes("/* people"))).toEqual([]);
  });
});

describe("an oversized cursor", () => {
  const cursor = "QUJD".repeat(250_000);
  const lists = [
    "people",
    "departments",
    "skippedEmployees",
    "syncRuns",
    "orgIssues",
    "lifecycleEvents",
    "idpOnlyUsers",
  ];
  const nested: Record<string, (after: string) => string> = {
    departments: (after) => `{ departments { people(first: 1, after: ${after}) { totalCount } } }`,
  };
  const page = (list: string, after: string): string =>
    nested[list]?.(after) ?? `{ ${list}(first: 1, after: ${after}) { pageInfo { hasNextPage } } }`;

  test.each(lists)(
    "an oversized cursor MUST be refused with BAD_CURSOR, in a variable and in the text: %s",
    async (list) => {
      const inVariable = await app.ask(`query ($after: String) ${page(list, "$after")}`, { after: cursor });
      const inText = await app.ask(page(list, `"${cursor}"`));
      for (const { errors } of [inVariable, inText])
        expect(new Set(errors?.map(({ extensions }) => extensions.code))).toEqual(new Set(["BAD_CURSOR"]));
    },
  );

  test("an oversized cursor MUST be refused with PAYLOAD_TOO_LARGE when it makes the request too large", async () => {
    const { errors } = await app.ask("query ($after: String) { people(after: $after) { totalCount } }", {
      after: cursor.repeat(2),
    });
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(["PAYLOAD_TOO_LARGE"]);
  });
});

test.each([
  ["a full page with a full page in each person", reportsOfReports(1)],
  [
    "a hundred people with all that is connected to them",
    `{ people(first: 100) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node {
        id workEmail displayName isPreHire customAttributes { label value }
        department { name headcount } office { name timeZone } legalEntity { name } supervisor { displayName }
        reportingChain { displayName person { position department { name } } }
        directReports { totalCount edges { node { displayName } } } } } } }`,
  ],
  [
    "a hundred people with their approvers, and why",
    `{ people(first: 100) { edges { node { approver { outcome level approver { displayName }
        trace { level skippedBecause candidate { displayName department { name } } } } } } } }`,
  ],
  [
    "a full page of issues, and the settings",
    `{ orgIssues(first: 100) { totalCount edges { node { kind message help person { displayName supervisor { displayName } }
        department { name } } } }
      peopleSettings { lifecycleKinds { kind enabled granted offsetDays } fallbackApprovers { department { name } person { displayName } } } }`,
  ],
  [
    "the whole company by department",
    "{ departments { name headcount people(first: 100) { edges { node { displayName office { name } } } } } }",
  ],
  [
    "GraphiQL's introspection",
    getIntrospectionQuery({ schemaDescription: true, inputValueDeprecation: true }),
  ],
])("the service MUST answer: %s", async (_what, query) => {
  const { data, errors } = await app.ask(query);

  expect(errors).toBeUndefined();
  expect(data).not.toBeNull();
});
