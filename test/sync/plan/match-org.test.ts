import { describe, expect, test } from "vitest";
import { planMoves } from "../../../src/sync/plan/match-org.ts";

const named = (names: Readonly<Record<string, string>>) =>
  Object.entries(names).map(([personioId, name]) => ({ personioId, name }));

/** From V1 to V2, each as names by id. */
const moves = (rows: Readonly<Record<string, string>>, read: Readonly<Record<string, string>>) =>
  Object.fromEntries(planMoves(named(rows), named(read), "V1"));

describe("planMoves", () => {
  test("each row gets the id that its name has now", () => {
    expect(moves({ 51: "AG", 58: "BV" }, { 902: "AG", 905: "BV" })).toEqual({ 51: "902", 58: "905" });
  });

  test("rows may swap ids", () => {
    expect(moves({ 51: "AG", 58: "BV" }, { 58: "AG", 51: "BV" })).toEqual({ 51: "58", 58: "51" });
  });

  test("a row without a match is set aside, because its number may belong to another row now or later", () => {
    expect(moves({ 51: "AG", 58: "Closed" }, { 58: "AG" })).toEqual({ 51: "58", 58: "V1:58" });
    expect(moves({ 51: "AG", 58: "Closed" }, { 902: "AG" })).toEqual({ 51: "902", 58: "V1:58" });
    expect(moves({ 51: "Old" }, { 51: "New" })).toEqual({ 51: "V1:51" });
  });

  test("a name that occurs twice, in the table or in the read, matches nothing", () => {
    expect(moves({ 1: "AG", 2: "Sales", 3: "Sales" }, { 7: "AG", 8: "Sales" })).toEqual({
      1: "7",
      2: "V1:2",
      3: "V1:3",
    });
    expect(moves({ 1: "AG", 2: "Sales" }, { 7: "AG", 2: "Sales", 9: "Sales" })).toEqual({
      1: "7",
      2: "V1:2",
    });
  });

  test("no row moves if both versions number alike: a row with another name was renamed", () => {
    expect(moves({ 1: "Research", 2: "Sales" }, { 1: "Research", 2: "Revenue", 3: "Legal" })).toEqual({});
    expect(moves({ 1: "Sales", 2: "Sales" }, { 1: "Sales", 2: "Sales" })).toEqual({});
  });

  test("a row that was set aside comes back, and no two rows are set aside under one id", () => {
    expect(moves({ "V2:7": "AG", 7: "BV" }, { 51: "AG", 58: "BV" })).toEqual({ "V2:7": "51", 7: "58" });
    expect(moves({ "V1:5": "Closed", 5: "Shut", 6: "AG" }, { 9: "AG" })).toEqual({ 5: "V1:V1:5", 6: "9" });
  });
});
