import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { countGroup, loadMembers } from "../../../src/people/directory/members.loader.ts";
import { addLines as addLinesTo, type Lines } from "../../support/add-lines.ts";
import { countStatements } from "../../support/count-statements.ts";
import { ask, codeOf, createReadContext, TENANT } from "../../support/read-context.ts";
import { createTestDatabase, type TestDatabase } from "../../support/test-database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

/** Adds people by name, each with the name of the supervisor: `{ Top: null, Mid: "Top" }`. */
const addLines = (
  lines: Readonly<Record<string, string | null>>,
  fields: Readonly<Record<string, Lines[string][1]>> = {},
  tenantId = TENANT,
): Promise<Record<string, string>> =>
  addLinesTo(
    database.dataSource,
    tenantId,
    Object.fromEntries(Object.entries(lines).map(([name, above]) => [name, [above, fields[name]]])),
  );

const person = async (id: string | undefined, fields: string) => {
  const query = `query ($id: ID) { person(id: $id) { ${fields} } }`;
  const { data, errors } = await ask(database.dataSource, query, { variables: { id } });
  expect(errors).toBeUndefined();
  return data.person;
};

const chainOf = async (id: string | undefined, maxDepth = 50): Promise<string> => {
  const { reportingChain } = await person(
    id,
    `reportingChain(maxDepth: ${maxDepth}) { person { lastName } }`,
  );
  return reportingChain.map((step: { person: { lastName: string } }) => step.person.lastName).join(" ");
};

describe("reporting chains", () => {
  test("a chain leads from the direct supervisor to the top, through people who left", async () => {
    const lines = { Top: null, Vice: "Top", Lead: "Vice", Dev: "Lead" };
    const ids = await addLines(lines, { Vice: { status: "INACTIVE" } });
    expect(await chainOf(ids.Dev)).toBe("Lead Vice Top");
    expect(await chainOf(ids.Lead)).toBe("Vice Top");
    expect(await chainOf(ids.Top)).toBe("");
  });

  test("`maxDepth` limits a chain, from 1 to 50 levels", async () => {
    const ids = await addLines({ A: null, B: "A", C: "B", D: "C" });
    expect(await chainOf(ids.D, 1)).toBe("C");
    expect(await chainOf(ids.D, 2)).toBe("C B");
    for (const maxDepth of [0, -1, 51]) {
      const query =
        "query ($id: ID, $maxDepth: Int) { person(id: $id) { reportingChain(maxDepth: $maxDepth) { id } } }";
      const answer = await ask(database.dataSource, query, { variables: { id: ids.D, maxDepth } });
      expect(codeOf(answer)).toBe("BAD_USER_INPUT");
    }
  });

  test("a chain in a circle ends before the person themselves", async () => {
    const ids = await addLines({ One: "Three", Two: "One", Three: "Two" });
    expect(await chainOf(ids.One)).toBe("Three Two");
    expect(await chainOf(ids.Two)).toBe("One Three");
  });

  test("a chain that leads into a circle ends before the first person who would repeat", async () => {
    const ids = await addLines({ Upper: "Lower", Lower: "Upper", Below: "Lower", Far: "Below" });
    expect(await chainOf(ids.Far)).toBe("Below Lower Upper");
  });

  test("the chain of a person who reports to themselves is empty", async () => {
    const ids = await addLines({ Self: "Self", Report: "Self" });
    expect(await chainOf(ids.Self)).toBe("");
    expect(await chainOf(ids.Report)).toBe("Self");
  });

  test("a chain has at most 50 levels, also in a circle of thousands", async () => {
    const line = Array.from({ length: 2_000 }, (_, index) => [`L${index}`, `L${(index + 1) % 2_000}`]);
    const ids = await addLines(Object.fromEntries(line));
    const chain = (await chainOf(ids.L0)).split(" ");
    expect(chain).toHaveLength(50);
    expect([chain[0], chain[49]]).toEqual(["L1", "L50"]);
  });

  test("the chains of any number of people take one statement", async () => {
    await addLines(
      Object.fromEntries(
        Array.from({ length: 60 }, (_, index) => [`P${index}`, index ? `P${(index - 1) >> 1}` : null]),
      ),
      {},
      "wide",
    );
    const query =
      "{ people(first: 100) { edges { node { reportingChain { displayName person { firstName } } } } } }";
    const { result, statements } = await countStatements(database.dataSource, () =>
      ask(database.dataSource, query, { tenantId: "wide" }),
    );
    const lengths = result.data.people.edges.map(
      (edge: { node: { reportingChain: unknown[] } }) => edge.node.reportingChain.length,
    );
    expect([lengths.length, Math.max(...lengths), Math.min(...lengths)]).toEqual([60, 5, 0]);
    // The page of people, and all people above them.
    expect(statements).toHaveLength(2);
  });
});

describe("supervisors", () => {
  test("a supervisor and its `person` are one row, and the second costs no statement", async () => {
    const ids = await addLines(
      { Boss: null, Worker: "Boss" },
      { Boss: { position: "CEO", hireDate: "2001-01-01" } },
    );
    const fields =
      "supervisor { id displayName workEmail position person { id lastName hireDate } supervisor { id } }";
    const { result, statements } = await countStatements(database.dataSource, () =>
      person(ids.Worker, fields),
    );
    expect(result.supervisor).toMatchObject({
      id: ids.Boss,
      position: "CEO",
      person: { id: ids.Boss, lastName: "Boss", hireDate: "2001-01-01" },
      supervisor: null,
    });
    expect(statements).toHaveLength(2);
  });

  test("the counts of a supervisor exclude people who left, and include people below them", async () => {
    const lines = { Top: null, Left: "Top", Mid: "Top", UnderLeft: "Left", Leaf: "Mid" };
    const ids = await addLines(lines, { Left: { status: "INACTIVE" } });
    const counts = async (id: string | undefined) => {
      const { supervisor } = await person(id, "supervisor { directReportCount reportCount }");
      return [supervisor.directReportCount, supervisor.reportCount];
    };
    expect(await counts(ids.Mid)).toEqual([1, 3]);
    expect(await counts(ids.Leaf)).toEqual([1, 1]);
    expect(await counts(ids.UnderLeft)).toEqual([1, 1]);
  });

  test("a supervisor in a circle counts each other member once", async () => {
    const ids = await addLines({ One: "Two", Two: "Three", Three: "One", Below: "Three" });
    const { supervisor } = await person(ids.One, "supervisor { displayName directReportCount reportCount }");
    expect(supervisor).toMatchObject({ directReportCount: 1, reportCount: 3 });
  });

  test("the count of reports has the levels of a chain: 50", async () => {
    const line = Array.from({ length: 60 }, (_, level) => [
      `D${level}`,
      level === 0 ? null : `D${level - 1}`,
    ]);
    const ids = await addLines(Object.fromEntries(line));
    await using request = createReadContext(database.dataSource);
    expect(await request.context.loaders.reportCount.load(ids.D0 ?? "")).toBe(50);
  });

  test("a supervisor without reports has counts of 0 and an empty page", async () => {
    const ids = await addLines({ Alone: null });
    await using request = createReadContext(database.dataSource);
    const { loaders } = request.context;
    const id = ids.Alone ?? "";
    expect([await countGroup(loaders.directReports, id), await loaders.reportCount.load(id)]).toEqual([0, 0]);
    expect((await person(id, "directReports { totalCount edges { node { id } } }")).directReports).toEqual({
      totalCount: 0,
      edges: [],
    });
  });
});

describe("direct reports", () => {
  test("direct reports are paged by name, without people who left", async () => {
    const lines = { Boss: null, Cy: "Boss", Al: "Boss", Di: "Boss", Bo: "Boss" };
    const ids = await addLines(lines, { Di: { status: "INACTIVE" } });
    const page = async (after: string | null) => {
      const argument = after === null ? "" : `, after: "${after}"`;
      const fields = `edges { node { lastName } } totalCount pageInfo { hasNextPage endCursor }`;
      const { directReports } = await person(ids.Boss, `directReports(first: 2${argument}) { ${fields} }`);
      expect(directReports.totalCount).toBe(3);
      const names = directReports.edges.map((edge: { node: { lastName: string } }) => edge.node.lastName);
      return { names, ...directReports.pageInfo };
    };
    const first = await page(null);
    expect(first).toMatchObject({ names: ["Al", "Bo"], hasNextPage: true });
    expect(await page(first.endCursor)).toMatchObject({ names: ["Cy"], hasNextPage: false });
  });

  test("direct reports of all people at one level take one statement, and so does each count", async () => {
    await addLines({ Top: null, A: "Top", B: "Top", A1: "A", A2: "A", B1: "B" }, {}, "levels");
    const query = `{ people { edges { node { lastName directReports(first: 5) { totalCount edges { node {
      lastName supervisor { displayName directReportCount reportCount directReports(first: 5) { edges { node { id } } } }
    } } } } } } }`;
    const { result, statements } = await countStatements(database.dataSource, () =>
      ask(database.dataSource, query, { tenantId: "levels" }),
    );
    type Node = {
      lastName: string;
      directReports: { totalCount: number; edges: { node: { lastName: string } }[] };
    };
    const reports = result.data.people.edges.map(({ node }: { node: Node }) => [
      node.lastName,
      node.directReports.totalCount,
      node.directReports.edges.map((edge) => edge.node.lastName).join(" "),
    ]);
    expect(reports).toEqual([
      ["A", 2, "A1 A2"],
      ["A1", 0, ""],
      ["A2", 0, ""],
      ["B", 1, "B1"],
      ["B1", 0, ""],
      ["Top", 2, "A B"],
    ]);
    // The page; its reports and their counts; the supervisors of those; their reports (the same pages again)
    // and counts.
    expect(statements.map((statement) => /\/\* (\S+) /.exec(statement)?.[1])).toEqual([
      "people.findPeoplePage",
      "people.findMembers",
      "people.countMembers",
      "people.findPeopleByIds",
      "people.countAllReports",
    ]);
  });

  test("a person of another company has no reports and no chain", async () => {
    const ids = await addLines({ Foreign: null, Report: "Foreign" }, {}, "other");
    await using request = createReadContext(database.dataSource);
    const { context } = request;
    const { loaders } = context;
    const id = ids.Foreign ?? "";
    expect(await loaders.personById.load(id)).toBeNull();
    expect(
      (await loadMembers(loaders.directReports, { groupId: id, args: {}, cursors: context.cursors })).edges,
    ).toEqual([]);
    expect(await loaders.reportCount.load(id)).toBe(0);
    expect(await loaders.reportingChain.load(ids.Report ?? "")).toBeNull();
  });
});
