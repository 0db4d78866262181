import { expect, test } from "vitest";
import { createPreviewBuilder } from "../../src/setup/build-preview.ts";
import { missingWorkEmail, statusExcluded } from "../../src/sync/plan/explain-skip.ts";
import type { PlanSummary } from "../../src/sync/plan/plan-summary.ts";

const SUMMARY: PlanSummary = {
  added: 0,
  changed: 0,
  unchanged: 0,
  left: 0,
  skipped: 2,
  firstAbsences: 0,
  unconfirmed: 0,
  current: 0,
  fingerprint: "",
  cleared: [],
  org: { departments: [], offices: [], legal_entities: [] },
};

test("a record that the preview leaves out has the cause of its sentence, as an entry of the ledger has", () => {
  const preview = createPreviewBuilder();
  const subject = { personioId: "7", name: "Ada Kite", workEmail: null, hasLeft: false };
  const skips = [missingWorkEmail(subject), statusExcluded(subject, "LEAVE")];
  preview.onDecision(
    { change: "SKIP", after: null, skips },
    {
      personioId: "7",
      staged: null,
      personId: null,
      stored: null,
      absentBefore: false,
      former: false,
      nextRead: false,
    },
  );
  const seenAt = new Date("2026-11-29T12:00:00Z");
  const { skipped } = preview.build(SUMMARY, { names: new Map(), seenAt, tenantId: "acme" });
  expect(skipped.map(({ storedCause }) => storedCause)).toEqual([
    { kind: "NO_WORK_EMAIL", message: skips[0]?.message },
    { kind: "STATUS_NOT_SYNCED", parameters: { status: "LEAVE" }, message: skips[1]?.message },
  ]);
});
