import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { READ_SCOPE } from "../../../src/access/viewer.ts";
import { inTenant } from "../../../src/database/transaction.ts";
import { addLines as addLinesTo, type Lines } from "../../support/add-lines.ts";
import { countStatements } from "../../support/count-statements.ts";
import { addDepartment, addPeople } from "../../support/factories.ts";
import { ask, codeOf, TENANT } from "../../support/read-context.ts";
import { createTestDatabase, type TestDatabase } from "../../support/test-database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

/** People whose display name is their last name. */
const addLines = (tenantId: string, lines: Lines): Promise<Record<string, string>> =>
  addLinesTo(
    database.dataSource,
    tenantId,
    Object.fromEntries(
      Object.entries(lines).map(([name, [above, fields]]) => [
        name,
        [above, { displayName: name, ...fields }],
      ]),
    ),
  );

type Node = {
  personId: string;
  supervisorId: string | null;
  displayName: string;
  level: number;
  directReportCount: number;
  reportCount: number;
  issues: string[];
};
type Asked = { tenantId?: string; scopes?: string[]; rootId?: string | undefined; levels?: number };

const FIELDS =
  "personId supervisorId displayName position departmentName status isPreHire level directReportCount reportCount issues";
const TREE = `query ($rootId: ID, $levels: Int) { orgTree(rootId: $rootId, levels: $levels) { isCut nodes { ${FIELDS} } } }`;

const askTree = ({ tenantId = TENANT, scopes, ...variables }: Asked = {}) =>
  ask(database.dataSource, TREE, {
    tenantId,
    variables,
    ...(scopes && { viewer: { scopes: new Set(scopes) as Set<typeof READ_SCOPE> } }),
  });

async function tree(asked: Asked = {}): Promise<{ nodes: Node[]; isCut: boolean }> {
  const { data, errors } = await askTree(asked);
  expect(errors).toBeUndefined();
  return data.orgTree;
}

/** `2 Lead<Ceo 1/4`: level, name, who is above, direct reports and all reports. */
async function lines(asked: Asked): Promise<string[]> {
  const { nodes } = await tree(asked);
  const nameOf = new Map(nodes.map(({ personId, displayName }) => [personId, displayName]));
  return nodes.map(
    ({ level, displayName, supervisorId, directReportCount, reportCount }) =>
      `${level} ${displayName}${supervisorId === null ? "" : `<${nameOf.get(supervisorId) ?? "root"}`} ${directReportCount}/${reportCount}`,
  );
}

describe("the reporting tree", () => {
  test("the tree begins at the top: people with reports first, then by name, as many levels as requested", async () => {
    await addLines("plain", {
      Ceo: [null],
      Zoe: ["Ceo"],
      Assistant: ["Ceo"],
      Ben: ["Ceo"],
      Dev: ["Zoe"],
      Ops: ["Ben"],
      Intern: ["Ops"],
      Alone: [null],
    });
    const top = ["1 Ceo 3/6", "1 Alone 0/0"];
    const second = ["2 Ben<Ceo 1/2", "2 Zoe<Ceo 1/1", "2 Assistant<Ceo 0/0"];
    const third = ["3 Ops<Ben 1/1", "3 Dev<Zoe 0/0"];
    expect(await lines({ tenantId: "plain" })).toEqual([...top, ...second]);
    expect(await lines({ tenantId: "plain", levels: 1 })).toEqual(top);
    expect(await lines({ tenantId: "plain", levels: 50 })).toEqual([
      ...top,
      ...second,
      ...third,
      "4 Intern<Ops 0/0",
    ]);
  });

  test("the tree below a person begins with the reports of the person", async () => {
    const ids = await addLines("rooted", { Ceo: [null], Lead: ["Ceo"], Dev: ["Lead"], Intern: ["Dev"] });
    expect(await lines({ tenantId: "rooted", rootId: ids.Ceo, levels: 1 })).toEqual(["1 Lead<root 1/2"]);
    expect(await lines({ tenantId: "rooted", rootId: ids.Lead })).toEqual([
      "1 Dev<root 1/1",
      "2 Intern<Dev 0/0",
    ]);
    for (const rootId of [ids.Intern, randomUUID(), "no id"])
      expect(await tree({ tenantId: "rooted", rootId })).toEqual({ nodes: [], isCut: false });
  });

  test("a node shows the person", async () => {
    await inTenant(database.dataSource, "shown", async (manager) => {
      const { id } = await addDepartment(manager, { name: "Sales" });
      await addPeople(manager, [
        { lastName: "New", displayName: "New One", departmentId: id, position: "Lead", status: "ONBOARDING" },
      ]);
    });
    expect((await tree({ tenantId: "shown" })).nodes).toEqual([
      {
        personId: expect.any(String),
        supervisorId: null,
        displayName: "New One",
        position: "Lead",
        departmentName: "Sales",
        status: "ONBOARDING",
        isPreHire: true,
        level: 1,
        directReportCount: 0,
        reportCount: 0,
        issues: ["NO_SUPERVISOR"],
      },
    ]);
  });

  test("a leaver is in the tree only above people who work here", async () => {
    await addLines("left", {
      Ceo: [null],
      Gone: ["Ceo", { status: "INACTIVE" }],
      UnderGone: ["Gone"],
      GoneToo: ["Ceo", { status: "INACTIVE" }],
      LeftUnderGone: ["GoneToo", { status: "INACTIVE" }],
      Founder: [null, { status: "INACTIVE" }],
      Heir: ["Founder"],
    });
    expect(await lines({ tenantId: "left", levels: 50 })).toEqual([
      "1 Ceo 0/1",
      "1 Founder 1/1",
      "2 Gone<Ceo 1/1",
      "2 Heir<Founder 0/0",
      "3 UnderGone<Gone 0/0",
    ]);
  });

  test("circles are cut, the same way in each answer, and no person is lost", async () => {
    const ids = await addLines("circles", {
      Chick: ["Hen"],
      Hen: ["Egg"],
      Egg: ["Chick"],
      Farmer: ["Egg"],
      Self: ["Self"],
      UnderSelf: ["Self"],
      Lonely: ["Lonely"],
    });
    expect(await lines({ tenantId: "circles", levels: 50 })).toEqual([
      "1 Chick 1/3",
      "1 Self 1/1",
      "1 Lonely 0/0",
      "2 Egg<Chick 2/2",
      "2 UnderSelf<Self 0/0",
      "3 Farmer<Egg 0/0",
      "3 Hen<Egg 0/0",
    ]);
    expect(await lines({ tenantId: "circles", rootId: ids.Hen })).toEqual([]);
    expect(await lines({ tenantId: "circles", rootId: ids.Egg })).toEqual([
      "1 Farmer<root 0/0",
      "1 Hen<root 0/0",
    ]);
    const { nodes } = await tree({ tenantId: "circles", levels: 50 });
    expect(nodes.map(({ displayName, issues }) => `${displayName} ${issues}`).sort()).toEqual([
      "Chick SUPERVISOR_CYCLE",
      "Egg SUPERVISOR_CYCLE",
      "Farmer ",
      "Hen SUPERVISOR_CYCLE",
      "Lonely SELF_SUPERVISED",
      "Self SELF_SUPERVISED",
      "UnderSelf ",
    ]);
  });
});

describe("issues in the tree", () => {
  beforeAll(() =>
    addLines("issues", {
      Ceo: [null],
      Lead: ["Ceo"],
      Gone: ["Ceo", { status: "INACTIVE" }],
      UnderGone: ["Gone"],
      Orphan: [null, { supervisorPersonioId: "4711" }],
    }),
  );
  const issues = async (asked: Asked): Promise<string[]> =>
    (await tree({ tenantId: "issues", levels: 50, ...asked })).nodes.map(
      ({ displayName, issues }) => `${displayName} ${issues}`,
    );

  test("an administrator sees the issues of people who work here", async () => {
    expect(await issues({})).toEqual([
      "Ceo NO_SUPERVISOR",
      "Orphan SUPERVISOR_NOT_SYNCED",
      "Gone ",
      "Lead ",
      "UnderGone SUPERVISOR_LEFT",
    ]);
  });

  test("another viewer sees the same tree without issues", async () => {
    expect(await issues({ scopes: [READ_SCOPE] })).toEqual([
      "Ceo ",
      "Orphan ",
      "Gone ",
      "Lead ",
      "UnderGone ",
    ]);
    expect(codeOf(await askTree({ scopes: ["people:admin"] }))).toBe("FORBIDDEN");
  });

  test("people below a leaver have their issue also in a tree that begins there", async () => {
    const { nodes } = await tree({ tenantId: "issues", levels: 2 });
    const gone = nodes.find(({ displayName }) => displayName === "Gone");
    expect(await issues({ rootId: gone?.personId })).toEqual(["UnderGone SUPERVISOR_LEFT"]);
  });
});

describe("a large tree", () => {
  beforeAll(() =>
    inTenant(database.dataSource, "large", async (manager) => {
      const leads = ["boss", "left", "right"].map((name) => ({ name, id: randomUUID() }));
      const [boss, left, right] = leads.map(({ id }) => id);
      const team = (supervisorId: string | undefined, size: number) =>
        Array.from({ length: size }, (_, index) => ({
          lastName: `P${String(index).padStart(5, "0")}`,
          displayName: `P${String(index).padStart(5, "0")}`,
          supervisorId: supervisorId ?? null,
        }));
      await addPeople(manager, [
        ...leads.map(({ name, id }) => ({
          id,
          lastName: name,
          displayName: name,
          supervisorId: name === "boss" ? null : (boss ?? null),
        })),
        ...team(left, 1_500),
        ...team(right, 600),
      ]);
    }),
  );

  test("an answer has at most 2,000 people: whole teams, the largest first", async () => {
    const { nodes, isCut } = await tree({ tenantId: "large", levels: 50 });
    expect(isCut).toBe(true);
    expect(nodes).toHaveLength(3 + 1_500);
    const right = nodes.find(({ displayName }) => displayName === "right");
    expect(right).toMatchObject({ directReportCount: 600, reportCount: 600 });
    const rest = await tree({ tenantId: "large", rootId: right?.personId });
    expect(rest.nodes).toHaveLength(600);
    expect(rest.isCut).toBe(false);
  });

  test("a first level that is too large is there in part, by name", async () => {
    await inTenant(database.dataSource, "flat", (manager) =>
      addPeople(
        manager,
        Array.from({ length: 2_100 }, (_, index) => ({ lastName: `P${String(9_999 - index)}` })),
      ),
    );
    const { nodes, isCut } = await tree({ tenantId: "flat" });
    expect(isCut).toBe(true);
    expect(nodes).toHaveLength(2_000);
    expect(nodes[0]?.displayName).toBe("Robin P7900");
  });
});

describe("the statements of a tree", () => {
  const namesIn = async (query: string): Promise<string[]> => {
    const work = () => ask(database.dataSource, query, { tenantId: "large" });
    const { statements } = await countStatements(database.dataSource, work);
    return statements.map((text) => /\w+\.\w+/.exec(text)?.[0] ?? text);
  };

  test("a tree takes two statements, and a third for the first days of its people", async () => {
    const two = ["people.findAllLinks", "people.findNodes"];
    expect(
      await namesIn("{ orgTree(levels: 50) { nodes { personId reportCount departmentName issues } } }"),
    ).toEqual(two);
    expect(await namesIn(`{ orgTree(levels: 50) { nodes { ${FIELDS} } } }`)).toEqual([
      ...two,
      "people.findPreHires",
    ]);
  });

  beforeAll(() => database.dataSource.query("analyze people"));

  test("a tree below a person reads the people below, and the company only if there are many", async () => {
    const { nodes } = await tree({ tenantId: "large" });
    const idOf = (name: string) => nodes.find(({ displayName }) => displayName === name)?.personId;
    const below = (name: string) => namesIn(`{ orgTree(rootId: "${idOf(name)}") { isCut } }`);
    expect(await below("left")).toEqual(["people.findLinksBelow", "people.findNodes"]);
    expect(await below("boss")).toEqual(["people.findLinksBelow", "people.findAllLinks", "people.findNodes"]);
  });
});

test("levels below 1 and above 50 are refused", async () => {
  for (const levels of [0, 51]) expect(codeOf(await askTree({ levels }))).toBe("BAD_USER_INPUT");
});
