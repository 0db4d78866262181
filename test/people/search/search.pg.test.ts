import type { EntityManager } from "typeorm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inTenant } from "../../../src/database/transaction.ts";
import { BY_NAME } from "../../../src/people/directory/people-order.ts";
import {
  countMembers,
  countPeople,
  findMembers,
  findPeoplePage,
} from "../../../src/people/directory/people-page.repository.ts";
import { searchWords, wordsToFind } from "../../../src/people/search/search-words.ts";
import { openWordIndex } from "../../../src/people/search/word-index.repository.ts";
import { createDice } from "../../../src/sandbox/company/dice.ts";
import { addDepartment, addPeople } from "../../support/factories.ts";
import { NOON, TENANT } from "../../support/read-context.ts";
import { createTestDatabase, type TestDatabase } from "../../support/test-database.ts";

/** More people than a statement reads by id. All share one word, and a third of them another one. */
const PEOPLE = 2_400;
const SEED = 4_217;

const FIRST = [
  "Anna",
  "Anna-Lena",
  "Zoë",
  "Łukasz",
  "İbrahim",
  "李小龙",
  "Владимир",
  "Νίκος",
  "محمد",
  "𠀀𠀁",
];
const LAST = [
  "Müller",
  "Mu\u0308ller",
  "Groß",
  "O'Brien",
  "da Cunha",
  "Ørsted",
  "山田",
  "Щербаков",
  "3M",
  "Annan",
];
const POSITION = [
  "Engineer",
  "Software Engineer",
  "Head of Sales",
  "R&D (Level 3)",
  "see bo.lang@acme.example",
];

const dice = createDice(SEED);
let rolls = 0;
const pick = <Value>(values: readonly Value[]): Value => values[dice(rolls++, 1, values.length)] as Value;

let database: TestDatabase;
let departmentIds: string[];
beforeAll(async () => {
  database = await createTestDatabase();
  await inTenant(database.dataSource, TENANT, async (manager) => {
    departmentIds = [(await addDepartment(manager)).id, (await addDepartment(manager)).id];
    for (let from = 0; from < PEOPLE; from += PEOPLE / 3)
      await addPeople(
        manager,
        Array.from({ length: PEOPLE / 3 }, (_, index) => randomPerson(from + index)),
      );
  });
  await inTenant(database.dataSource, "other", (manager) => addPeople(manager, [randomPerson(0)]));
});
afterAll(() => database[Symbol.asyncDispose]());

const randomPerson = (number: number) => ({
  firstName: pick(FIRST),
  lastName: number % 800 === 0 ? `Rare${number}` : pick(LAST),
  position: pick(POSITION),
  workEmail: `${pick(["anna", "bo.lang", "müller", "x_y"])}.${number}@acme.example`,
  status: number % 9 === 0 ? ("INACTIVE" as const) : ("ACTIVE" as const),
  departmentId: pick([...departmentIds, null]),
});

type Row = { id: string; departmentId: string | null; status: string; words: string[] };

/** The definition: each word of the search is the beginning of a word of the person. By name. */
async function foundByDefinition(manager: EntityManager, search: string): Promise<Row[]> {
  const people: Row[] = await manager.query(
    `select id, department_id as "departmentId", status, search_words as words from people
    where status <> 'INACTIVE' order by last_name, first_name, id`,
  );
  const wanted = wordsToFind(search);
  return people.filter(({ words }) => wanted.every((word) => words.some((own) => own.startsWith(word))));
}

async function found(manager: EntityManager, search: string) {
  const list = { filter: { search }, order: BY_NAME, now: NOON };
  const bounds = { after: null, limit: PEOPLE };
  const groups = { groupIds: departmentIds, filter: list.filter, now: NOON };
  const hired = { ...list, order: { field: "HIRE_DATE", direction: "ASC" } as const };
  const [people, sorted, members, counts] = [
    await findPeoplePage(manager, list, bounds),
    await findPeoplePage(manager, hired, bounds),
    await findMembers(manager, "department_id", { groupIds: departmentIds, list, ...bounds }),
    await countMembers(manager, "department_id", groups),
  ];
  const membersOf = (groupId: string) => members.filter((member) => member.groupId === groupId);
  return {
    people: people.map(({ id }) => id),
    // All of them have the same hire date.
    sorted: sorted.map(({ id }) => id),
    count: await countPeople(manager, list.filter, NOON),
    members: departmentIds.map((id) => membersOf(id).map((member) => member.id)),
    counts: departmentIds.map((id) => counts.find((group) => group.id === id)?.count ?? 0),
  };
}

async function expected(manager: EntityManager, search: string) {
  const people = await foundByDefinition(manager, search);
  const ids = people.map(({ id }) => id);
  const members = departmentIds.map((department) =>
    people.filter(({ departmentId }) => departmentId === department).map(({ id }) => id),
  );
  return {
    people: ids,
    sorted: ids,
    count: ids.length,
    members,
    counts: members.map(({ length }) => length),
  };
}

/** The beginnings of one to three words of one person. */
function randomSearch(words: readonly string[]): string {
  const beginning = (): string => {
    const letters = [...pick(words)];
    return letters.slice(0, 1 + dice(rolls++, 2, letters.length)).join("");
  };
  return Array.from({ length: 1 + dice(rolls++, 3, 3) }, beginning).join(" ");
}

const storedWords = (manager: EntityManager): Promise<{ id: string; words: string[] }[]> =>
  manager.query("select id, search_words as words from people order by personio_id");

const inCompany = <Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result> =>
  inTenant(database.dataSource, TENANT, work);

describe("the index of words", () => {
  test("a search finds the people of its definition, in their order", async () => {
    await inCompany(async (manager) => {
      const words = [...new Set((await storedWords(manager)).flatMap((person) => person.words))];
      // Few people, many, many by a word and by two, and none.
      const searches = [
        "rare",
        "a",
        "example",
        "engineer",
        "acme example",
        "example rare",
        "anna@",
        "q",
        "!",
      ];
      searches.push("bo.lang@acme", "x_y.1", "anna.7@acme.example m", "a@acme", "李", "щ anna", "محمد e");
      for (let count = 0; count < 40; count++) searches.push(randomSearch(words));
      for (const search of searches) {
        if (wordsToFind(search).length === 0) continue;
        expect(await found(manager, search), search).toEqual(await expected(manager, search));
      }
    });
  });

  test("it has each word of each person after any changes, once, and no others", async () => {
    await inCompany(async (manager) => {
      const index = openWordIndex(manager);
      for (let change = 0; change < 3; change++) {
        const people = (await storedWords(manager)).filter(() => dice(rolls++, 4, 10) === 0);
        for (const { id, words: before } of people) {
          const after = searchWords(pick(FIRST), pick(LAST), pick(POSITION), `n${rolls}@acme.example`);
          await manager.query("update people set search_words = $2 where id = $1", [id, after]);
          await index.change([{ id, before, after }]);
        }
        if (change === 0) await index.flush();
      }
      await index.flush();
      const rows: { id: string; words: string[] }[] = await manager.query(
        `select id::text, array_agg(word order by word collate "C") as words
        from indexed_words, unnest(person_ids) as id group by id order by id`,
      );
      const people = (await storedWords(manager)).map(({ id, words }) => ({
        id,
        words: words.filter((word) => !word.includes("@")).sort(byBytes),
      }));
      expect(rows).toEqual(people.sort((one, other) => byBytes(one.id, other.id)));
      const search = "engineer m";
      expect(await found(manager, search)).toEqual(await expected(manager, search));
    });
    const empty = "select count(*)::int as count from indexed_words where person_ids = '{}'";
    expect(await database.dataSource.query(empty)).toEqual([{ count: 0 }]);
  });

  test("newcomers who come one by one share the rows of a word", async () => {
    const rows = await inTenant(database.dataSource, "growing", async (manager) => {
      for (let count = 0; count < 70; count++) await addPeople(manager, [{ position: "Baker" }]);
      return manager.query(
        "select cardinality(person_ids) as people from indexed_words where word = 'baker' order by part",
      );
    });
    expect(rows).toEqual([{ people: 64 }, { people: 6 }]);
  });
});

/** The order of the collation "C". */
const byBytes = (one: string, other: string): number => Buffer.compare(Buffer.from(one), Buffer.from(other));
