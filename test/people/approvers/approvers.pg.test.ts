import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inTenant } from "../../../src/database/transaction.ts";
import { removeUnreferencedOrg } from "../../../src/people/write/org-references.repository.ts";
import { addLines as addLinesTo, type Lines } from "../../support/add-lines.ts";
import { countStatements } from "../../support/count-statements.ts";
import { addDepartment, addOffice, addPerson } from "../../support/factories.ts";
import { ask, codeOf, TENANT } from "../../support/read-context.ts";
import { createTestDatabase, type TestDatabase } from "../../support/test-database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const addLines = (lines: Lines, tenantId = TENANT): Promise<Record<string, string>> =>
  addLinesTo(database.dataSource, tenantId, lines);

const department = (tenantId = TENANT) =>
  inTenant(database.dataSource, tenantId, (manager) => addDepartment(manager));

type ApproverArgs = { level?: number | null; requesterId?: string | null; includeOnLeave?: boolean | null };

const APPROVER = `query ($id: ID!, $level: Int, $requesterId: ID, $includeOnLeave: Boolean) { person(id: $id) {
  approver(level: $level, requesterId: $requesterId, includeOnLeave: $includeOnLeave) {
    outcome level approver { lastName } trace { level skippedBecause candidate { lastName } }
  } } }`;

const queryApprover = (
  id: string | undefined,
  args: ApproverArgs = {},
  viewer: { tenantId?: string; now?: Date } = {},
) => ask(database.dataSource, APPROVER, { variables: { id, ...args }, ...viewer });

type Step = { level: number; skippedBecause: string | null; candidate: { lastName: string } };

/** `ESCALATED Head 2: Lead@1 ON_LEAVE, Head@2`. */
const summaryOf = async (...args: Parameters<typeof queryApprover>): Promise<string> => {
  const { data, errors } = await queryApprover(...args);
  expect(errors).toBeUndefined();
  const { outcome, level, approver, trace } = data.person.approver;
  const steps = trace.map((step: Step) =>
    [`${step.candidate.lastName}@${step.level}`, step.skippedBecause].filter(Boolean).join(" "),
  );
  return `${[outcome, approver?.lastName, level].filter((part) => part != null).join(" ")}: ${steps.join(", ")}`;
};

const setFallback = (variables: { departmentId?: unknown; personId?: unknown }, tenantId = TENANT) =>
  ask(
    database.dataSource,
    `mutation ($departmentId: ID, $personId: ID) { setFallbackApprover(departmentId: $departmentId, personId: $personId) {
      timeZone fallbackApprovers { department { name } person { lastName } } } }`,
    { variables, tenantId },
  );

describe("approvers", () => {
  test("the approver is found up the line, past people who are absent", async () => {
    const ids = await addLines({
      Boss: [null],
      Head: ["Boss", { status: "ONBOARDING" }],
      Lead: ["Head", { status: "LEAVE" }],
      Gone: ["Lead", { status: "INACTIVE" }],
      Me: ["Gone"],
    });
    expect(await summaryOf(ids.Me)).toBe(
      "ESCALATED Boss 4: Gone@1 LEFT, Lead@2 ON_LEAVE, Head@3 PRE_HIRE, Boss@4",
    );
    expect(await summaryOf(ids.Me, { includeOnLeave: true })).toBe("ESCALATED Lead 2: Gone@1 LEFT, Lead@2");
    expect(await summaryOf(ids.Me, { level: 2, includeOnLeave: true })).toBe("SUPERVISOR Lead 2: Lead@2");
    expect(await summaryOf(ids.Me, { level: 4 })).toBe("SUPERVISOR Boss 4: Boss@4");
    expect(await summaryOf(ids.Gone)).toBe("ESCALATED Boss 3: Lead@1 ON_LEAVE, Head@2 PRE_HIRE, Boss@3");
  });

  test("the requester never approves, with the id in any case; an unknown id has no effect", async () => {
    const ids = await addLines({ Boss: [null], Lead: ["Boss"], Me: ["Lead"] });
    const foreign = await addLines({ Stranger: [null] }, "other");
    expect(await summaryOf(ids.Me, { requesterId: ids.Lead ?? "" })).toBe(
      "ESCALATED Boss 2: Lead@1 IS_REQUESTER, Boss@2",
    );
    expect(await summaryOf(ids.Me, { requesterId: ids.Lead?.toUpperCase() ?? "" })).toBe(
      "ESCALATED Boss 2: Lead@1 IS_REQUESTER, Boss@2",
    );
    for (const requesterId of [randomUUID(), foreign.Stranger ?? "", "nonsense", "", null]) {
      expect(await summaryOf(ids.Me, { requesterId })).toBe("SUPERVISOR Lead 1: Lead@1");
    }
  });

  test("arguments that are left out or null have their defaults", async () => {
    const ids = await addLines({ Boss: [null], Lead: ["Boss", { status: "LEAVE" }], Me: ["Lead"] });
    const { data } = await ask(
      database.dataSource,
      `query ($id: ID!) { person(id: $id) { approver { outcome level approver { lastName } } } }`,
      { variables: { id: ids.Me } },
    );
    const expected = { outcome: "ESCALATED", level: 2, approver: { lastName: "Boss" } };
    expect(data.person.approver).toEqual(expected);
    const nulls = await queryApprover(ids.Me, { level: null, requesterId: null, includeOnLeave: null });
    expect(nulls.data.person.approver).toMatchObject(expected);
  });

  test.each([0, -1, 51, 2_000_000_000])("the level %s is refused", async (level) => {
    const ids = await addLines({ Boss: [null], Me: ["Boss"] });
    expect(codeOf(await queryApprover(ids.Me, { level }))).toBe("BAD_USER_INPUT");
  });

  test("a supervisor has left once the last day is over in their zone, whatever the status", async () => {
    const auckland = await inTenant(database.dataSource, TENANT, (manager) =>
      addOffice(manager, { guessedTimeZone: "Pacific/Auckland" }),
    );
    const honolulu = await inTenant(database.dataSource, TENANT, (manager) =>
      addOffice(manager, { timeZone: "Pacific/Honolulu", guessedTimeZone: "Pacific/Auckland" }),
    );
    const ids = await addLines({
      Boss: [null],
      East: ["Boss", { officeId: auckland.id, terminationDate: "2026-06-15" }],
      West: ["Boss", { officeId: honolulu.id, terminationDate: "2026-06-15" }],
      UnderEast: ["East"],
      UnderWest: ["West"],
    });
    // 16 June, two in the morning in Auckland; 15 June, four in the morning in Honolulu.
    const now = new Date("2026-06-15T14:00:00Z");
    expect(await summaryOf(ids.UnderEast, {}, { now })).toBe("ESCALATED Boss 2: East@1 LEFT, Boss@2");
    expect(await summaryOf(ids.UnderWest, {}, { now })).toBe("SUPERVISOR West 1: West@1");
  });

  test("a rehire has not left by the last day of the earlier employment", async () => {
    const dates = { terminationDate: "2024-12-31", hireDate: "2025-06-01" };
    const ids = await addLines({ Back: [null, dates], Me: ["Back"] });
    expect(await summaryOf(ids.Me)).toBe("SUPERVISOR Back 1: Back@1");
  });

  test("a supervisor with a future hire date is a pre-hire", async () => {
    const ids = await addLines({ Boss: [null], New: ["Boss", { hireDate: "2026-06-16" }], Me: ["New"] });
    expect(await summaryOf(ids.Me)).toBe("ESCALATED Boss 2: New@1 PRE_HIRE, Boss@2");
    expect(await summaryOf(ids.Me, {}, { now: new Date("2026-06-16T12:00:00Z") })).toBe(
      "SUPERVISOR New 1: New@1",
    );
  });

  test("the walk ends in circles of 2 and of 500", async () => {
    const pair = await addLines({ One: ["Two", { status: "LEAVE" }], Two: ["One", { status: "LEAVE" }] });
    expect(await summaryOf(pair.One)).toBe("NO_APPROVER: Two@1 ON_LEAVE, One@2 IS_SUBJECT, Two@3 CYCLE");
    const members = Array.from({ length: 500 }, (_, index): [string, Lines[string]] => [
      `M${index}`,
      [`M${(index + 1) % 500}`, { status: "LEAVE" }],
    ]);
    const circle = await addLines(Object.fromEntries(members), "circle");
    const { data } = await queryApprover(circle.M0, {}, { tenantId: "circle" });
    expect(data.person.approver).toMatchObject({ outcome: "NO_APPROVER", trace: { length: 50 } });
  });

  test("a person of another company is null", async () => {
    const foreign = await addLines({ Boss: [null], Me: ["Boss"] }, "other");
    expect((await queryApprover(foreign.Me)).data.person).toBeNull();
  });
});

describe("approvers of a page of people", () => {
  const page = `{ people(first: 50) { edges { node {
    approver { outcome level approver { displayName } trace { level candidate { id } } }
    second: approver(level: 2, includeOnLeave: true) { approver { id } }
  } } } }`;
  const statementsOf = async (tenantId: string) => {
    const { result, statements } = await countStatements(database.dataSource, () =>
      ask(database.dataSource, page, { tenantId }),
    );
    expect(result.errors).toBeUndefined();
    return {
      outcomes: result.data.people.edges.map(
        (edge: { node: { approver: { outcome: string } } }) => edge.node.approver.outcome,
      ),
      statements: statements.map((statement) => /\/\* (\S+) /.exec(statement)?.[1]),
    };
  };

  test("the approvers of 50 people take the same statements as those of 2", async () => {
    const [wide, small] = [await department("wide"), await department("small")];
    const tree = (size: number, departmentId: string) =>
      Object.fromEntries(
        Array.from({ length: size }, (_, index): [string, Lines[string]] => [
          `P${index}`,
          [
            index === 0 ? null : `P${(index - 1) >> 1}`,
            { departmentId: index % 3 ? departmentId : null, status: index % 4 ? "ACTIVE" : "LEAVE" },
          ],
        ]),
      );
    const ids = await addLines(tree(50, wide.id), "wide");
    await addLines(tree(2, small.id), "small");
    const fallback = await setFallback({ departmentId: wide.id, personId: ids.P1 }, "wide");
    expect(fallback.errors).toBeUndefined();

    const { outcomes, statements } = await statementsOf("wide");
    expect(statements).toEqual([
      "people.findPeoplePage",
      "people.findReportingChains",
      "people.findFallbackApprovers",
      "people.findPeopleByIds",
      "people.findEmploymentStates",
    ]);
    expect(outcomes).toHaveLength(50);
    expect(new Set(outcomes)).toContain("ESCALATED");
    expect((await statementsOf("small")).statements).toEqual(statements);
  });
});

describe("fallbacks", () => {
  test("a fallback approves for its department, and the company's for all other people", async () => {
    const tenantId = "fallbacks";
    const [sales, service] = [await department(tenantId), await department(tenantId)];
    const ids = await addLines(
      {
        SalesHead: [null, { departmentId: sales.id }],
        ServiceHead: [null, { departmentId: service.id }],
        Loner: [null],
        Hr: [null],
        Ceo: [null],
      },
      tenantId,
    );
    await setFallback({ departmentId: sales.id, personId: ids.Hr }, tenantId);
    const { data } = await setFallback({ personId: ids.Ceo }, tenantId);
    expect(data.setFallbackApprover).toEqual({
      timeZone: "UTC",
      fallbackApprovers: [
        { department: null, person: { lastName: "Ceo" } },
        { department: { name: sales.name }, person: { lastName: "Hr" } },
      ],
    });

    const ofTenant = { tenantId };
    expect(await summaryOf(ids.SalesHead, {}, ofTenant)).toBe("FALLBACK Hr: Hr@0");
    expect(await summaryOf(ids.ServiceHead, {}, ofTenant)).toBe("FALLBACK Ceo: Ceo@0");
    expect(await summaryOf(ids.Loner, {}, ofTenant)).toBe("FALLBACK Ceo: Ceo@0");
    expect(await summaryOf(ids.Ceo, {}, ofTenant)).toBe("NO_APPROVER: Ceo@0 IS_SUBJECT");
    expect(await summaryOf(ids.SalesHead, { requesterId: ids.Hr ?? "" }, ofTenant)).toBe(
      "FALLBACK Ceo: Hr@0 IS_REQUESTER, Ceo@0",
    );
  });

  test("a new fallback replaces the previous one, and a null person removes it", async () => {
    const tenantId = "replaced";
    const { id: departmentId } = await department(tenantId);
    const ids = await addLines({ First: [null, { departmentId }], Second: [null] }, tenantId);
    const names = async (variables: { departmentId?: unknown; personId?: unknown }): Promise<string[]> => {
      const { data, errors } = await setFallback(variables, tenantId);
      expect(errors).toBeUndefined();
      return data.setFallbackApprover.fallbackApprovers.map(
        (fallback: { department: object | null; person: { lastName: string } }) =>
          `${fallback.department ? "department" : "company"}: ${fallback.person.lastName}`,
      );
    };
    expect(await names({ personId: ids.First })).toEqual(["company: First"]);
    expect(await names({ departmentId, personId: ids.First })).toEqual([
      "company: First",
      "department: First",
    ]);
    expect(await names({ personId: ids.Second?.toUpperCase() })).toEqual([
      "company: Second",
      "department: First",
    ]);
    expect(await names({ departmentId, personId: null })).toEqual(["company: Second"]);
    expect(await names({ departmentId })).toEqual(["company: Second"]);
    expect(await names({ personId: null })).toEqual([]);
  });

  test("a new company has no fallback, and removing it changes nothing", async () => {
    const { data, errors } = await setFallback({}, "never seen");
    expect(errors).toBeUndefined();
    expect(data.setFallbackApprover).toEqual({ timeZone: "UTC", fallbackApprovers: [] });
  });

  test("leavers, unknown people and people of other companies cannot be fallbacks, nor can such departments have one", async () => {
    const tenantId = "careful";
    const ids = await addLines(
      { Left: [null, { status: "INACTIVE" }], Over: [null, { terminationDate: "2026-06-14" }], Here: [null] },
      tenantId,
    );
    const foreign = await addLines({ Stranger: [null] }, "other");
    const foreignDepartment = await department("other");
    for (const personId of [ids.Left, ids.Over, foreign.Stranger, randomUUID(), "nonsense", ""]) {
      const answer = await setFallback({ personId }, tenantId);
      expect([personId, codeOf(answer)]).toEqual([personId, "BAD_USER_INPUT"]);
    }
    for (const departmentId of [foreignDepartment.id, randomUUID(), "nonsense", ""]) {
      const answer = await setFallback({ departmentId, personId: ids.Here }, tenantId);
      expect([departmentId, codeOf(answer)]).toEqual([departmentId, "BAD_USER_INPUT"]);
      // An unknown department id removes no fallback either.
      expect(codeOf(await setFallback({ departmentId }, tenantId))).toBe("BAD_USER_INPUT");
    }
    expect(
      (await setFallback({ personId: ids.Here }, tenantId)).data.setFallbackApprover.fallbackApprovers,
    ).toEqual([{ department: null, person: { lastName: "Here" } }]);
  });

  test("a fallback who leaves stays set and is skipped", async () => {
    const tenantId = "leaving";
    const ids = await addLines({ Top: [null], Hr: [null] }, tenantId);
    await setFallback({ personId: ids.Hr }, tenantId);
    await inTenant(database.dataSource, tenantId, (manager) =>
      manager.query("update people set status = 'INACTIVE' where id = $1", [ids.Hr]),
    );
    expect(await summaryOf(ids.Top, {}, { tenantId })).toBe("NO_APPROVER: Hr@0 LEFT");
  });

  test("a fallback is removed with its department, once no person refers to it", async () => {
    const tenantId = "dissolving";
    const { id: departmentId } = await department(tenantId);
    const ids = await addLines({ Member: [null, { departmentId }], Hr: [null] }, tenantId);
    await setFallback({ departmentId, personId: ids.Hr }, tenantId);
    const fallbacks = () =>
      inTenant(database.dataSource, tenantId, async (manager) => {
        await removeUnreferencedOrg(manager, "departments");
        return manager.query<unknown[]>("select from fallback_approvers");
      });
    expect(await fallbacks()).toHaveLength(1);
    await inTenant(database.dataSource, tenantId, (manager) =>
      manager.query("update people set department_id = null where id = $1", [ids.Member]),
    );
    expect(await fallbacks()).toHaveLength(0);
    expect(await summaryOf(ids.Member, {}, { tenantId })).toBe("NO_APPROVER: ");
  });

  test("a fallback belongs to one company", async () => {
    const ids = await addLines({ Mine: [null], Hr: [null] }, "mine");
    const theirs = await addLines({ Top: [null] }, "theirs");
    await setFallback({ personId: ids.Hr }, "mine");
    expect(await summaryOf(theirs.Top, {}, { tenantId: "theirs" })).toBe("NO_APPROVER: ");
    expect((await setFallback({}, "theirs")).data.setFallbackApprover.fallbackApprovers).toEqual([]);
    expect(await summaryOf(ids.Mine, {}, { tenantId: "mine" })).toBe("FALLBACK Hr: Hr@0");
  });

  test("the row of a fallback person cannot be deleted", async () => {
    const person = await inTenant(database.dataSource, "kept", (manager) => addPerson(manager));
    await setFallback({ personId: person.id }, "kept");
    const remove = inTenant(database.dataSource, "kept", (manager) =>
      manager.query("delete from people where id = $1", [person.id]),
    );
    await expect(remove).rejects.toThrow("fallback_approvers_person_fkey");
  });
});
