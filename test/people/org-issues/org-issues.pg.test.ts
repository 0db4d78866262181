import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { extendStatementTimeout, inTenant } from "../../../src/database/transaction.ts";
import { ORG_ISSUE_KINDS } from "../../../src/people/org-issues/org-issue.ts";
import {
  findPeopleWithIssue,
  findSupervisorsWithIssues,
} from "../../../src/people/org-issues/org-issues.repository.ts";
import { addLines as addLinesTo, type Lines } from "../../support/add-lines.ts";
import { countStatements } from "../../support/count-statements.ts";
import { explain, rowsRead, scansOf } from "../../support/explain.ts";
import { addDepartment } from "../../support/factories.ts";
import { ask, codeOf, TENANT } from "../../support/read-context.ts";
import { createTestDatabase, type TestDatabase } from "../../support/test-database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const addLines = (tenantId: string, lines: Lines): Promise<Record<string, string>> =>
  addLinesTo(database.dataSource, tenantId, lines);

type Node = {
  kind: string;
  message: string;
  help: string;
  supervisorPersonioId: string | null;
  person: { lastName: string };
  department: { name: string } | null;
};
type Page = {
  edges: { cursor: string; node: Node }[];
  totalCount: number;
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
};

const PAGE = `query ($first: Int, $after: String) { orgIssues(first: $first, after: $after) { totalCount
  edges { cursor node { kind message help supervisorPersonioId person { lastName } department { name } } } pageInfo { hasNextPage endCursor } } }`;

const page = async (tenantId: string, variables: object = {}): Promise<Page> => {
  const { data, errors } = await ask(database.dataSource, PAGE, { tenantId, variables: { ...variables } });
  expect(errors).toBeUndefined();
  return data.orgIssues;
};

const issuesOf = async (tenantId: string): Promise<string[]> =>
  (await page(tenantId, { first: 100 })).edges.map(({ node }) => `${node.kind} ${node.person.lastName}`);

/** Every kind of issue, and people without any. */
const WITH_ISSUES: Lines = {
  Ceo: [null],
  Lead: ["Ceo"],
  Dev: ["Lead"],
  Gone: ["Ceo", { status: "INACTIVE" }],
  UnderGone: ["Gone"],
  LeftUnderGone: ["Gone", { status: "INACTIVE" }],
  Orphan: [null, { supervisorPersonioId: "4711" }],
  LeftOrphan: [null, { supervisorPersonioId: "4711", status: "INACTIVE" }],
  Self: ["Self"],
  UnderSelf: ["Self"],
  Chick: ["Hen"],
  Hen: ["Egg"],
  Egg: ["Chick", { status: "INACTIVE" }],
  UnderEgg: ["Egg"],
  BelowThat: ["UnderEgg"],
  Starting: [null, { status: "ONBOARDING" }],
};

const EXPECTED = [
  "SUPERVISOR_CYCLE Chick",
  "SUPERVISOR_CYCLE Hen",
  "SELF_SUPERVISED Self",
  "SUPERVISOR_LEFT Hen",
  "SUPERVISOR_LEFT UnderEgg",
  "SUPERVISOR_LEFT UnderGone",
  "SUPERVISOR_NOT_SYNCED Orphan",
  "NO_SUPERVISOR Ceo",
  "NO_SUPERVISOR Starting",
];

describe("issues of a company", () => {
  test("orgIssues lists issues of current people, the worst kind first and each kind by name", async () => {
    await addLines(TENANT, WITH_ISSUES);
    expect(await issuesOf(TENANT)).toEqual(EXPECTED);
  });

  test("kinds narrow the list and its count, and pages continue from one kind to the next", async () => {
    await addLines("narrowed", WITH_ISSUES);
    const query = `query ($kinds: [OrgIssueKind!], $first: Int, $after: String) { orgIssues(first: $first, after: $after, kinds: $kinds) {
      totalCount edges { cursor node { kind person { lastName } } } } }`;
    const list = async (variables: object): Promise<Page> =>
      (
        await ask(database.dataSource, query, {
          tenantId: "narrowed",
          variables: { first: 100, ...variables },
        })
      ).data.orgIssues;
    const kinds = ["NO_SUPERVISOR", "SUPERVISOR_CYCLE"];
    const wanted = EXPECTED.filter((issue) => kinds.some((kind) => issue.startsWith(kind)));
    const all = await list({ kinds });
    expect(all.edges.map(({ node }) => `${node.kind} ${node.person.lastName}`)).toEqual(wanted);
    expect(all.totalCount).toBe(wanted.length);
    const rest = await list({ kinds, after: all.edges[0]?.cursor });
    expect(rest.edges).toHaveLength(wanted.length - 1);
    expect(await list({ kinds: [] })).toEqual({ totalCount: 0, edges: [] });
  });

  test("the counts by kind are those of the list, in its order, with one read of the supervisors", async () => {
    await addLines("counted", WITH_ISSUES);
    const { result, statements } = await countStatements(database.dataSource, () =>
      ask(database.dataSource, "{ orgIssueCounts { kind count } }", { tenantId: "counted" }),
    );
    const counted = Map.groupBy(EXPECTED, (issue) => issue.split(" ")[0]);
    expect(result.data.orgIssueCounts).toEqual(
      [...counted].map(([kind, { length: count }]) => ({ kind, count })),
    );
    expect(statements).toHaveLength(1 + ORG_ISSUE_KINDS.length);
    expect(
      (await ask(database.dataSource, "{ orgIssueCounts { kind } }", { tenantId: "without-people" })).data,
    ).toEqual({
      orgIssueCounts: [],
    });
  });

  test("pages of any size contain each issue once", async () => {
    await addLines("paged", WITH_ISSUES);
    for (const first of [1, 2, 4]) {
      const read: string[] = [];
      let after: string | null = null;
      do {
        const { edges, pageInfo, totalCount }: Page = await page("paged", { first, after });
        expect(totalCount).toBe(EXPECTED.length);
        read.push(...edges.map(({ node }) => `${node.kind} ${node.person.lastName}`));
        after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
      } while (after !== null);
      expect(read).toEqual(EXPECTED);
    }
  });

  test("a cursor stays valid after its issue is corrected", async () => {
    const ids = await addLines("healing", WITH_ISSUES);
    const { edges } = await page("healing", { first: 3 });
    await inTenant(database.dataSource, "healing", (manager) =>
      manager.query("update people set supervisor_id = $1 where id = $2", [ids.Ceo, ids.Self]),
    );
    const { edges: next } = await page("healing", { first: 2, after: edges.at(-1)?.cursor });
    expect(next.map(({ node }) => node.person.lastName)).toEqual(["Hen", "UnderEgg"]);
  });

  test("a company without errors has one issue: the person at the top has no supervisor", async () => {
    await addLines("sound", { Top: [null], A: ["Top"], B: ["A"] });
    expect(await issuesOf("sound")).toEqual(["NO_SUPERVISOR Top"]);
    expect(await issuesOf("never seen")).toEqual([]);
  });

  test("an issue contains what was found, what to do, and the department", async () => {
    const { id, name } = await inTenant(database.dataSource, "described", (manager) =>
      addDepartment(manager),
    );
    await addLines("described", {
      Ceo: [null],
      Orphan: [null, { supervisorPersonioId: "4711", departmentId: id }],
    });
    const [orphan, ceo] = (await page("described")).edges.map(({ node }) => node);
    expect(orphan).toMatchObject({
      department: { name },
      supervisorPersonioId: "4711",
      message: expect.stringContaining("4711"),
      help: expect.stringContaining('whyMissing(personioId: "4711")'),
    });
    expect(ceo).toMatchObject({
      department: null,
      supervisorPersonioId: null,
      help: expect.stringContaining("unless the person is at the top"),
    });
  });

  test("issues and cursors belong to one company", async () => {
    await addLines("mine", { Top: [null], Next: [null] });
    await addLines("theirs", { Other: [null] });
    const { pageInfo } = await page("mine", { first: 1 });
    expect(await issuesOf("theirs")).toEqual(["NO_SUPERVISOR Other"]);
    const answer = await ask(database.dataSource, PAGE, {
      tenantId: "theirs",
      variables: { first: 1, after: pageInfo.endCursor },
    });
    expect(codeOf(answer)).toBe("BAD_CURSOR");
  });

  test.each([0, 101])("a page of %s issues is refused", async (first) => {
    expect(codeOf(await ask(database.dataSource, PAGE, { variables: { first } }))).toBe("BAD_USER_INPUT");
  });
});

describe("circles", () => {
  test("a circle at the top does not include the people below it", async () => {
    await addLines("crowned", { Ceo: ["Vice"], Vice: ["Ceo"], A: ["Vice"], B: ["A"], C: ["B"] });
    expect(await issuesOf("crowned")).toEqual(["SUPERVISOR_CYCLE Ceo", "SUPERVISOR_CYCLE Vice"]);
  });

  test("several circles are all found", async () => {
    await addLines("dizzy", { A: ["B"], B: ["A"], X: ["Y"], Y: ["Z"], Z: ["X"], In: ["X"] });
    expect((await issuesOf("dizzy")).join(" ")).toBe(
      ["A", "B", "X", "Y", "Z"].map((name) => `SUPERVISOR_CYCLE ${name}`).join(" "),
    );
  });
});

describe("in a large company", () => {
  const PEOPLE = 20_000;
  const CIRCLE = 10_000;
  /** A statement for all these people takes a minute on a machine with half a core. */
  const FILL_TIMEOUT_MS = 600_000;

  const fill = (statement: string): Promise<unknown> =>
    inTenant(database.dataSource, "large", async (manager) => {
      await extendStatementTimeout(manager, FILL_TIMEOUT_MS);
      await manager.query(statement);
    });

  // The first ten thousand report to each other in a circle. Each other person reports to an earlier one, and
  // every fiftieth to a leaver.
  beforeAll(async () => {
    await fill("insert into tenants (id) values ('large')");
    await fill(
      `insert into people (tenant_id, id, personio_id, work_email, first_name, last_name, display_name, status)
       select 'large', lpad(to_hex(n), 32, '0')::uuid, n, n || '@example.com', 'Given', 'Surname' || n * 7919 % 20011, 'Name',
         case when n = 19999 then 'INACTIVE' else 'ACTIVE' end
       from generate_series(0, ${PEOPLE - 1}) n`,
    );
    await database.dataSource.query("vacuum analyze people");
    await fill(
      `update people set supervisor_personio_id = 'known', supervisor_id = lpad(to_hex(case
         when n < ${CIRCLE} then (n + 1) % ${CIRCLE}
         when n = ${CIRCLE} then null
         when n = 19999 then ${CIRCLE}
         when n % 50 = 0 then 19999
         else ${CIRCLE} + (n - ${CIRCLE}) / 8 end), 32, '0')::uuid
       from (select id as of, personio_id::int as n from people) numbered where numbered.of = id`,
    );
    await database.dataSource.query("vacuum analyze people");
  });

  test("a circle of 10,000 is counted and paged", async () => {
    const { edges, totalCount } = await page("large", { first: 100 });
    expect(edges.every(({ node }) => node.kind === "SUPERVISOR_CYCLE")).toBe(true);
    expect(totalCount).toBeGreaterThan(CIRCLE);
    const { edges: next } = await page("large", { first: 100, after: edges.at(-1)?.cursor });
    const names = [...edges, ...next].map(({ node }) => node.person.lastName);
    expect(new Set(names).size).toBe(200);
  });

  test("a page of each kind reads little more than its people", async () => {
    const supervisors = await inTenant(database.dataSource, "large", findSupervisorsWithIssues);
    expect(supervisors.inCycles).toHaveLength(CIRCLE);
    for (const kind of ORG_ISSUE_KINDS.filter((each) => each !== "SUPERVISOR_CYCLE")) {
      const plan = await inTenant(database.dataSource, "large", (manager) =>
        explain(manager, (explaining) =>
          findPeopleWithIssue(explaining, kind, { supervisors, after: null, limit: 51 }),
        ),
      );
      const scans = scansOf(plan, ["people"]);
      expect(
        scans.map((scan) => scan["Node Type"]),
        kind,
      ).not.toContain("Seq Scan");
      expect(
        scans.map(rowsRead).reduce((sum, count) => sum + count, 0),
        kind,
      ).toBeLessThanOrEqual(500);
    }
  });

  test("a page walks the company once, and not at all after the kinds that need it", async () => {
    const walks = async (variables: object, fields: string) => {
      const query = `query ($after: String) { orgIssues(first: 100, after: $after) { ${fields} } }`;
      const { result, statements } = await countStatements(database.dataSource, () =>
        ask(database.dataSource, query, { tenantId: "sound", variables: { ...variables } }),
      );
      expect(result.errors).toBeUndefined();
      return statements.filter((statement) => statement.includes("findSupervisorsWithIssues")).length;
    };
    expect(await walks({}, "totalCount edges { node { kind } }")).toBe(1);
    const { edges } = await page("sound");
    const last = edges.at(-1);
    expect(last?.node.kind).toBe("NO_SUPERVISOR");
    expect(await walks({ after: last?.cursor }, "edges { node { kind } }")).toBe(0);
  });

  // Last, because it removes the circle and the reports of the leaver.
  test("a page in the middle reads few other rows if no person has a supervisor", async () => {
    await fill("update people set supervisor_id = null, supervisor_personio_id = null");
    await database.dataSource.query("vacuum analyze people");
    const supervisors = { inCycles: [], ownSupervisors: [], left: [] };
    const after = ["Surname15", "Given", randomUUID()];
    const plan = await inTenant(database.dataSource, "large", (manager) =>
      explain(manager, (explaining) =>
        findPeopleWithIssue(explaining, "NO_SUPERVISOR", { supervisors, after, limit: 51 }),
      ),
    );
    const rows = scansOf(plan, ["people"]).map(rowsRead);
    expect(rows.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(200);
  });
});
