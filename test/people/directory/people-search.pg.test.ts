import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inTenant } from "../../../src/database/transaction.ts";
import { addDepartment, addPerson } from "../../support/factories.ts";
import { ask, codeOf, TENANT } from "../../support/read-context.ts";
import { createTestDatabase, type TestDatabase } from "../../support/test-database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await inTenant(database.dataSource, TENANT, async (manager) => {
    const position = "Head of Sales";
    await addPerson(manager, { firstName: "Anna", lastName: "Müller", workEmail: "am@firma.de", position });
    await addPerson(manager, { firstName: "Anna-Lena", lastName: "Groß", workEmail: "anna.lena@firma.de" });
    await addPerson(manager, { firstName: "Jürgen", lastName: "O'Brien", workEmail: "job@gmail.com" });
    await addPerson(manager, { firstName: "Mullah", lastName: "Annan", status: "INACTIVE" });
  });
  await inTenant(database.dataSource, "other", (manager) => addPerson(manager, { firstName: "Anna" }));
});
afterAll(() => database[Symbol.asyncDispose]());

const found = async (search: string, filter: object = {}) => {
  const query =
    "query ($filter: PeopleFilter) { people(filter: $filter) { totalCount edges { node { firstName } } } }";
  const { data, errors } = await ask(database.dataSource, query, {
    variables: { filter: { ...filter, search } },
  });
  expect(errors).toBeUndefined();
  const names: string[] = data.people.edges.map(
    (edge: { node: { firstName: string } }) => edge.node.firstName,
  );
  expect(data.people.totalCount).toBe(names.length);
  return names;
};

describe("searches", () => {
  test.each([
    ["the beginning of a word", "mül", ["Anna"]],
    ["a whole word", "Müller", ["Anna"]],
    ["a word without its accents", "muller", ["Anna"]],
    ["a word in capitals", "MÜLLER", ["Anna"]],
    ["a word with decomposed accents", "mu\u0308ller", ["Anna"]],
    ["ss for ß", "gross", ["Anna-Lena"]],
    ["half of a double name", "lena", ["Anna-Lena"]],
    ["what follows an apostrophe", "brien", ["Jürgen"]],
    ["the position", "sales", ["Anna"]],
    ["the beginning of the email", "anna.lena@fir", ["Anna-Lena"]],
    ["a part of the email", "gmail", ["Jürgen"]],
    ["several words in any order", "head mull ann", ["Anna"]],
    ["a word that several people have", "anna", ["Anna-Lena", "Anna"]],
  ])("a search finds people by %s", async (_, search, names) => {
    expect(await found(search)).toEqual(names);
  });

  test.each([
    ["the middle of a word", "üller"],
    ["words of different people", "anna brien"],
    ["one word too many", "anna müller nurse"],
    ["a longer word", "annabelle"],
    ["only signs", "%_!"],
    ["a pattern", "a_na%"],
    ["a NUL byte", "\u0000"],
    ["an unpaired surrogate", "\uD800"],
    ["the last character of Unicode", "\u{10FFFF}"],
  ])("a search finds no person by %s", async (_, search) => {
    expect(await found(search)).toEqual([]);
  });

  test("a search ignores NUL bytes and unpaired surrogates between words", async () => {
    expect(await found("anna\u0000mü\uDC00")).toEqual(["Anna"]);
  });

  test("a blank search has no effect", async () => {
    expect(await found(" \t ")).toHaveLength(3);
    expect(await found("")).toHaveLength(3);
  });

  test("a search with a very long text ends", async () => {
    expect(await found("anna ".repeat(200_000))).toEqual(["Anna-Lena", "Anna"]);
  });

  test("a search finds leavers only with their status in the filter", async () => {
    expect(await found("annan")).toEqual([]);
    expect(await found("annan", { statuses: ["INACTIVE"] })).toEqual(["Mullah"]);
  });
});

describe("the order by relevance", () => {
  const TENANT_OF_RANKS = "ranks";
  const PAGE = `query ($search: String, $direction: SortDirection!, $after: String, $first: Int) {
    people(filter: { search: $search }, orderBy: { field: RELEVANCE, direction: $direction }, after: $after, first: $first) {
      nodes { displayName } pageInfo { hasNextPage endCursor } } }`;

  beforeAll(() =>
    inTenant(database.dataSource, TENANT_OF_RANKS, async (manager) => {
      const { id: departmentId } = await addDepartment(manager, { name: "Sales" });
      const add = (displayName: string, position: string, workEmail: string) => {
        const [firstName = "", lastName = ""] = displayName.split(" ");
        return addPerson(manager, { firstName, lastName, position, workEmail, departmentId });
      };
      await add("Bea Young", "Annotator", "bea@firma.de");
      await add("Cem Xu", "Ann's assistant", "cem@firma.de");
      await add("Dora Willis", "Nurse", "ann.dora@firma.de");
      await add("Annika Berg", "Nurse", "annika@firma.de");
      await add("Ann Zeta", "Nurse", "zeta@firma.de");
      await add("Eva Annen", "Ann's assistant", "eva@firma.de");
    }),
  );

  const ranked = async (variables: Record<string, unknown>) => {
    const { data, errors } = await ask(database.dataSource, PAGE, { tenantId: TENANT_OF_RANKS, variables });
    expect(errors).toBeUndefined();
    return data.people as {
      nodes: { displayName: string }[];
      pageInfo: { hasNextPage: boolean; endCursor: string };
    };
  };
  const BEST_FIRST = ["Dora Willis", "Ann Zeta", "Eva Annen", "Annika Berg", "Cem Xu", "Bea Young"];

  test("whole words of names and emails come first, then beginnings, then the position; equal ones by name", async () => {
    const { nodes } = await ranked({ search: "ann", direction: "ASC" });
    expect(nodes.map(({ displayName }) => displayName)).toEqual(BEST_FIRST);
    const worst = await ranked({ search: "ann", direction: "DESC" });
    expect(worst.nodes).toEqual([...nodes].reverse());
    const both = await ranked({ search: "ann eva", direction: "ASC" });
    expect(both.nodes.map(({ displayName }) => displayName)).toEqual(["Eva Annen"]);
  });

  test("pages by relevance contain every person once, also in a department", async () => {
    const read: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const { nodes, pageInfo } = await ranked({ search: "ann", direction: "ASC", after, first: 2 });
      read.push(...nodes.map(({ displayName }) => displayName));
      after = pageInfo.endCursor;
      more = pageInfo.hasNextPage;
    }
    expect(read).toEqual(BEST_FIRST);
    const query =
      '{ departments { people(filter: { search: "ann" }, orderBy: { field: RELEVANCE, direction: ASC }) { nodes { displayName } } } }';
    const { data } = await ask(database.dataSource, query, { tenantId: TENANT_OF_RANKS });
    const listed: { displayName: string }[] = data.departments[0].people.nodes;
    expect(listed.map(({ displayName }) => displayName)).toEqual(read);
  });

  test("an order by relevance without a search is refused", async () => {
    for (const search of [null, " "])
      expect(
        codeOf(
          await ask(database.dataSource, PAGE, {
            tenantId: TENANT_OF_RANKS,
            variables: { search, direction: "ASC" },
          }),
        ),
      ).toBe("BAD_USER_INPUT");
  });
});
