import { expect, test } from "vitest";
import { type Explanation, explainMissing, type Found } from "../../../src/sync/review/explain-missing.ts";

const nothing: Found = {
  person: null,
  rows: [],
  account: null,
  lastSucceededAt: new Date("2026-06-15T08:00:00Z"),
};
const row = { reason: "INVALID_RECORD", message: "Found.", help: "Do.", hasLeft: false } as const;
const excluded = { ...row, reason: "EXCLUDED", message: "Excluded." } as const;
const current = { status: "ACTIVE" };
const leaver = { status: "INACTIVE" };
const open = { active: true, isMatching: true };
const closed = { active: false, isMatching: true };
const foreign = { active: true, isMatching: false };

test.each<[string, Partial<Found>, Partial<Explanation>]>([
  ["a complete person", { person: current }, { state: "IN_DIRECTORY", accountIsActive: null }],
  ["an incomplete person", { person: current, rows: [row] }, { state: "INCOMPLETE" }],
  ["a leaver", { person: leaver }, { state: "LEAVER", accountIsActive: null }],
  ["a leaver whose account is open", { person: leaver, account: open }, { accountIsActive: true }],
  ["a leaver whose account is closed", { person: leaver, account: closed }, { accountIsActive: null }],
  ["a leaver that the settings exclude", { person: leaver, rows: [excluded] }, { state: "SKIPPED" }],
  ["a skipped record", { rows: [row] }, { state: "SKIPPED", message: "Found.", help: "Do." }],
  [
    "a skipped leaver whose account is open",
    { rows: [{ ...row, hasLeft: true }], account: open },
    { state: "SKIPPED", accountIsActive: true },
  ],
  ["any record before the first sync", { lastSucceededAt: null, account: open }, { state: "NEVER_SYNCED" }],
  ["only an open account", { account: open }, { state: "ACCOUNT_ONLY", accountIsActive: true }],
  ["only a closed account", { account: closed }, { state: "ACCOUNT_ONLY", accountIsActive: false }],
  [
    "an account with another email",
    { account: foreign },
    { state: "ACCOUNT_WITH_OTHER_EMAIL", accountIsActive: true },
  ],
  ["nothing", {}, { state: "NOT_IN_PERSONIO", accountIsActive: null }],
])("the answer about %s has its code", (_what, found, expected) => {
  expect(explainMissing({ ...nothing, ...found })).toMatchObject(expected);
});
