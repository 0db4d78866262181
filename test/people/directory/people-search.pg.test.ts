import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inTenant } from "../../../src/database/transaction.ts";
import { addPerson } from "../../support/factories.ts";
import { ask, TENANT } from "../../support/read-context.ts";
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
