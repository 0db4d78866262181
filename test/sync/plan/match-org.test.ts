import { describe, expect, test } from "vitest";
import { planMoves } from "../../../src/sync/plan/match-org.ts";

const named = (names: Readonly<Record<string, string>>) =>
  Object.entries(names).map(([personioId, name]) => ({ personioId, name }));

/** From V1 to V2, each as names by id. */
const moves = (rows: Readonly<Record<string, string>>, read: Readonly<Record<string, string>>) =>
  Object.fromEntries(planMoves(named(rows), named(read), "V1"));

describe("planMoves", () => {
  test("gives each row the id that its name has now", () => {
    expect(moves({ 51: "AG", 58: "BV" }, { 902: "AG", 905: "BV" })).toEqual({ 51: "902", 58: "905" });
  });

  test("lets rows swap ids", () => {
    expect(moves({ 51: "AG", 58: "BV" }, { 58: "AG", 51: "BV" })).toEqual({ 51: "58", 58: "51" });
  });

  test("sets a row aside that has no match, for its number may be another one's now or later", () => {
    expect(moves({ 51: "AG", 58: "Closed" }, { 58: "AG" })).toEqual({ 51: "58", 58: "V1:58" });
    expect(moves({ 51: "AG", 58: "Closed" }, { 902: "AG" })).toEqual({ 51: "902", 58: "V1:58" });
    expect(moves({ 51: "Old" }, { 51: "New" })).toEqual({ 51: "V1:51" });
  });

  test("guesses at no name that stands twice, in the table or in what was read", () => {
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

  test("moves nothing where both versions number alike: what has another name was renamed", () => {
    expect(moves({ 1: "Research", 2: "Sales" }, { 1: "Research", 2: "Revenue", 3: "Legal" })).toEqual({});
    expect(moves({ 1: "Sales", 2: "Sales" }, { 1: "Sales", 2: "Sales" })).toEqual({});
  });

  test("brings back what was set aside, and sets nothing aside twice under one id", () => {
    expect(moves({ "V2:7": "AG", 7: "BV" }, { 51: "AG", 58: "BV" })).toEqual({ "V2:7": "51", 7: "58" });
    expect(moves({ "V1:5": "Closed", 5: "Shut", 6: "AG" }, { 9: "AG" })).toEqual({ 5: "V1:V1:5", 6: "9" });
  });
});
