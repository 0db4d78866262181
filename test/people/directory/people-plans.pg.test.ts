import { createHash } from "node:crypto";
import type { EntityManager } from "typeorm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inTenant } from "../../../src/database/transaction.ts";
import { findEmploymentStates } from "../../../src/people/approvers/approvers.repository.ts";
import type { PeopleFilter } from "../../../src/people/directory/people-filter.ts";
import {
  BY_NAME,
  type PeopleOrderField,
  type SortDirection,
} from "../../../src/people/directory/people-order.ts";
import {
  countMembers,
  countPeople,
  findMembers,
  findPeoplePage,
  type PeopleList,
} from "../../../src/people/directory/people-page.repository.ts";
import { type Position, positionOf } from "../../../src/people/directory/people-page-sql.ts";
import { findLinks } from "../../../src/people/org-tree/org-tree.repository.ts";
import { findPeopleByEmails, findPeopleByIds } from "../../../src/people/person.repository.ts";
import type { Person } from "../../../src/people/person.ts";
import { countAllReports, findReportingChains } from "../../../src/people/reporting/reporting.repository.ts";
import { explainAll, type Plan, rowsRead, scansOf } from "../../support/explain.ts";
import { addDepartment, addLegalEntity, addOffice, addPeople } from "../../support/factories.ts";
import { NOON, TENANT } from "../../support/read-context.ts";
import { createTestDatabase, type TestDatabase } from "../../support/test-database.ts";

/** Enough people for Postgres to prefer an index wherever it may use one. */
const PEOPLE = 20_000;

/** A statement has five seconds, also on a busy machine. */
const PEOPLE_AT_ONCE = 1_000;

/** The most rows that a page of 50 may touch: its own, those it skips, and the lookups for each. */
const ROWS_OF_A_PAGE = 1_000;

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await inTenant(database.dataSource, TENANT, (manager) => addCompany(manager, PEOPLE));
  await inTenant(database.dataSource, "other", (manager) => addCompany(manager, 1_000));
  await database.dataSource.query(
    "vacuum analyze people, indexed_words, departments, offices, legal_entities, former_emails, former_employments",
  );
});
afterAll(() => database[Symbol.asyncDispose]());

/**
 * People in departments and offices, each reporting to an earlier one; every third is an engineer, one in 500
 * has left.
 */
async function addCompany(manager: EntityManager, size: number): Promise<void> {
  const departments: string[] = [];
  const offices: string[] = [];
  for (let index = 0; index < 40; index++) departments.push((await addDepartment(manager)).id);
  for (let index = 0; index < 10; index++) offices.push((await addOffice(manager)).id);
  const legalEntity = await addLegalEntity(manager);
  const ids = Array.from({ length: size }, (_, index) => scatteredId(`${size} ${index}`));
  const people = ids.map((id, index) => ({
    id,
    lastName: `Surname${(index * 7919) % 5_000}`,
    firstName: `Given${(index * 104_729) % 800}`,
    position: index % 40 === 0 ? null : `Position ${(index * 31) % 300}`,
    searchWords: [`surname${(index * 7919) % 5_000}`, ["engineer", "nurse", "driver"][index % 3] ?? ""],
    departmentId: index % 30 === 0 ? null : (departments[index % 40] ?? null),
    legalEntityId: legalEntity.id,
    officeId: index % 20 === 0 ? null : (offices[index % 10] ?? null),
    hireDate: index % 50 === 0 ? null : `20${10 + (index % 16)}-03-${10 + (index % 19)}`,
    status: statusOf(index),
    supervisorId: ids[Math.floor((index - 1) / 7)] ?? null,
  }));
  for (let start = 0; start < size; start += PEOPLE_AT_ONCE)
    await addPeople(manager, people.slice(start, start + PEOPLE_AT_ONCE));
}

const statusOf = (index: number): Person["status"] =>
  index % 500 === 1
    ? "INACTIVE"
    : index % 700 === 2
      ? "LEAVE"
      : index % 9_000 === 3
        ? "ONBOARDING"
        : "ACTIVE";

/**
 * As random as an id, and the same in each run: so are the sizes of the indexes, by which Postgres chooses
 * between plans.
 */
const scatteredId = (seed: string): string => {
  const hex = createHash("sha256").update(seed).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

const planOf = (work: (manager: EntityManager) => Promise<unknown>): Promise<Plan[]> =>
  inTenant(database.dataSource, TENANT, (manager) => explainAll(manager, work));

const expectIndexed = (plan: readonly Plan[], rows: number): void => {
  const scans = plan.flatMap((statement) => scansOf(statement, ["people", "indexed_words"]));
  expect(scans.map((scan) => scan["Node Type"])).not.toContain("Seq Scan");
  const read = scans.map(rowsRead).reduce((sum, count) => sum + count, 0);
  expect(read, JSON.stringify(plan, null, 2)).toBeLessThanOrEqual(rows);
};

const ALL_PEOPLE: PeopleList = { filter: {}, order: BY_NAME, now: NOON };

const firstPage = (
  filter: PeopleFilter,
  field: PeopleOrderField = "NAME",
  direction: SortDirection = "ASC",
) =>
  planOf((manager) =>
    findPeoplePage(manager, { filter, order: { field, direction }, now: NOON }, { after: null, limit: 51 }),
  );

describe("under row-level security, of many people", () => {
  describe.each(["NAME", "HIRE_DATE", "DEPARTMENT", "OFFICE", "POSITION", "STATUS"] as const)(
    "people are sorted by %s",
    (field) => {
      test.each(["ASC", "DESC"] as const)(
        "the first page and one in the middle read few other rows: %s",
        async (direction) => {
          expectIndexed(await firstPage({}, field, direction), ROWS_OF_A_PAGE);

          const list = { filter: {}, order: { field, direction }, now: NOON };
          const [first] = await inTenant(database.dataSource, TENANT, (manager) =>
            findPeoplePage(manager, list, { after: null, limit: 1 }),
          );
          const middle = await inTenant(database.dataSource, TENANT, (manager) =>
            findPeoplePage(manager, list, {
              after: first ? positionOf(first, field) : null,
              limit: PEOPLE / 2,
            }),
          );
          const after = positionOf(middle.at(-1) ?? expect.fail("There are people in the middle."), field);
          // A page reads its first department or office from the beginning.
          const rows =
            field === "DEPARTMENT" || field === "OFFICE" ? PEOPLE / 10 + ROWS_OF_A_PAGE : ROWS_OF_A_PAGE;
          expectIndexed(await planOf((manager) => findPeoplePage(manager, list, { after, limit: 51 })), rows);
        },
      );
    },
  );

  test.each([
    ["a rare word", "surname77"],
    ["a word of many", "engineer"],
    ["a beginning that all people share", "s"],
    ["a rare word and one of many", "surname77 engineer"],
    ["a rare word and no other", "surname77 nonexistent"],
    ["an unknown word", "nonexistent"],
  ])("a search for %s reads words by their index", async (_, search) => {
    expectIndexed(await firstPage({ search }), ROWS_OF_A_PAGE);
  });

  test("a search that many people match is by name when sorted by relevance, and reads few rows", async () => {
    const order = { field: "RELEVANCE", direction: "ASC" } as const;
    const list: PeopleList = { filter: { search: "s" }, order, now: NOON };
    const page = (limit: number, after: Position | null = null) =>
      inTenant(database.dataSource, TENANT, (manager) => findPeoplePage(manager, list, { after, limit }));
    const people = await page(20);
    const byName = await inTenant(database.dataSource, TENANT, (manager) =>
      findPeoplePage(manager, { ...list, order: BY_NAME }, { after: null, limit: 20 }),
    );
    expect(people.map(({ id }) => id)).toEqual(byName.map(({ id }) => id));
    const [, , third] = people;
    const after = positionOf(third ?? expect.fail("Three people match."), "RELEVANCE");
    expect((await page(17, after)).map(({ id }) => id)).toEqual(people.slice(3).map(({ id }) => id));
    expectIndexed(await firstPage({ search: "s" }, "RELEVANCE"), ROWS_OF_A_PAGE);
    expectIndexed(await firstPage({ search: "surname77" }, "RELEVANCE"), ROWS_OF_A_PAGE);
  });

  test("a hire date range is read from its index", async () => {
    const plan = await firstPage({ hiredFrom: "2010-03-10", hiredTo: "2010-03-11" }, "HIRE_DATE");
    expectIndexed(plan, ROWS_OF_A_PAGE);
  });

  describe("batches", () => {
    const some = (column: string): Promise<string[]> =>
      inTenant(database.dataSource, TENANT, async (manager) => {
        const rows: { value: string }[] = await manager.query(
          `select distinct ${column} as value from (select * from people order by last_name limit 100) p where ${column} is not null`,
        );
        return rows.map(({ value }) => value);
      });

    test("a batch by id or email reads about one row for each key", async () => {
      const [ids, emails] = [await some("id"), await some("work_email")];
      expectIndexed(await planOf((manager) => findPeopleByIds(manager, ids)), 100);
      expectIndexed(await planOf((manager) => findEmploymentStates(manager, ids, NOON)), 100);
      expectIndexed(await planOf((manager) => findPeopleByEmails(manager, emails)), 100);
    });

    test("a batch of reporting lines uses indexes, up and down", async () => {
      const [ids, supervisors] = [await some("id"), await some("supervisor_id")];
      expectIndexed(await planOf((manager) => findReportingChains(manager, ids)), 3_000);
      expectIndexed(await planOf((manager) => countAllReports(manager, supervisors)), 5_000);
    });

    test("the tree below a person reads the people below by their index", async () => {
      const [supervisor] = await some("supervisor_id");
      const plan = await planOf((manager) => findLinks(manager, supervisor ?? null));
      expectIndexed(plan, 5_000);
    });

    test("a batch of direct reports reads only those reports", async () => {
      const groupIds = await some("supervisor_id");
      const page = { groupIds, list: ALL_PEOPLE, after: null, limit: 51 };
      expectIndexed(await planOf((manager) => findMembers(manager, "supervisor_id", page)), 2_000);
      expectIndexed(
        await planOf((manager) =>
          countMembers(manager, "supervisor_id", { groupIds, filter: {}, now: NOON }),
        ),
        1_000,
      );
    });

    test("a batch of departments reads a page of each", async () => {
      const groupIds = await some("department_id");
      const plan = await planOf((manager) =>
        findMembers(manager, "department_id", { groupIds, list: ALL_PEOPLE, after: null, limit: 11 }),
      );
      expectIndexed(plan, groupIds.length * 40);
    });

    test("the people of one department by hire date take one read of that department", async () => {
      const groupIds = (await some("department_id")).slice(0, 1);
      const list: PeopleList = { ...ALL_PEOPLE, order: { field: "HIRE_DATE", direction: "ASC" } };
      const page = { groupIds, list, after: null, limit: 51 };
      expectIndexed(
        await planOf((manager) => findMembers(manager, "department_id", page)),
        PEOPLE / 40 + 100,
      );
    });

    test("the people of several offices by hire date take one read of those offices", async () => {
      const groupIds = (await some("office_id")).slice(0, 3);
      const list: PeopleList = { ...ALL_PEOPLE, order: { field: "HIRE_DATE", direction: "DESC" } };
      const page = { groupIds, list, after: null, limit: 11 };
      const read = (await planOf((manager) => findMembers(manager, "office_id", page))).flatMap((plan) =>
        scansOf(plan, ["people"]),
      );
      expect(read.map(rowsRead).reduce((sum, rows) => sum + rows, 0)).toBeLessThanOrEqual(PEOPLE);
    });
  });

  describe("one legal entity that employs all", () => {
    test.each(["NAME", "HIRE_DATE", "DEPARTMENT", "OFFICE"] as const)(
      "a legal entity that employs all reads few rows outside of the page, by %s, at the start and in the middle",
      async (field) => {
        const legalEntityId = await inTenant(database.dataSource, TENANT, async (manager) => {
          const [row] = await manager.query<[{ id: string }]>("select id from legal_entities");
          return row.id;
        });
        const list: PeopleList = { ...ALL_PEOPLE, order: { field, direction: "ASC" } };
        const read = (after: Position | null, limit: number) => (manager: EntityManager) =>
          findMembers(manager, "legal_entity_id", { groupIds: [legalEntityId], list, after, limit });
        expectIndexed(await planOf(read(null, 51)), ROWS_OF_A_PAGE);
        const half = await inTenant(database.dataSource, TENANT, read(null, PEOPLE / 2));
        const after = positionOf(half.at(-1) ?? expect.fail("There are people in the middle."), field);
        const rows =
          field === "NAME" || field === "HIRE_DATE" ? ROWS_OF_A_PAGE : PEOPLE / 10 + ROWS_OF_A_PAGE;
        expectIndexed(await planOf(read(after, 51)), rows);
      },
    );
  });

  describe("a look-up of a thousand", () => {
    const known = (column: string): Promise<string[]> =>
      inTenant(database.dataSource, TENANT, async (manager) => {
        const rows: { value: string }[] = await manager.query(
          `select ${column} as value from people order by first_name, id limit 1000`,
        );
        return rows.map(({ value }) => value);
      });
    const unknown = {
      ids: () => crypto.randomUUID(),
      workEmails: () => `${crypto.randomUUID()}@elsewhere.example`,
      personioIds: () => crypto.randomUUID(),
    };

    describe.each([
      ["ids", "id"],
      ["workEmails", "work_email"],
      ["personioIds", "personio_id"],
    ] as const)("people are looked up by %s", (name, column) => {
      test.each(["NAME", "HIRE_DATE", "DEPARTMENT"] as const)(
        "a look-up reads a few rows for each person, in the order of %s",
        async (field) => {
          const filter = { [name]: await known(column) };
          expectIndexed(await firstPage(filter, field), 3_000);
          expectIndexed(await planOf((manager) => countPeople(manager, filter, NOON)), 3_000);
        },
      );

      test("a look-up of unknown values reads next to nothing", async () => {
        const filter = { [name]: Array.from({ length: 1_000 }, unknown[name]) };
        expectIndexed(await firstPage(filter), 100);
      });

      test("a look-up in all departments is read once", async () => {
        const filter = { [name]: await known(column) };
        const departments: { id: string }[] = await inTenant(database.dataSource, TENANT, (manager) =>
          manager.query("select id from departments"),
        );
        const groupIds = departments.map(({ id }) => id);
        const page = { groupIds, list: { ...ALL_PEOPLE, filter }, after: null, limit: 51 };
        expectIndexed(await planOf((manager) => findMembers(manager, "department_id", page)), 3_000);
      });
    });
  });
});
