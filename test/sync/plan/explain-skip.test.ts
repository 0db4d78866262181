import { expect, test } from "vitest";
import { excludedBySettings } from "../../../src/sync/plan/explain-exclusion.ts";
import {
  ambiguousRehire,
  causeToStore,
  duplicateWorkEmail,
  missingWorkEmail,
  type PlannedSkip,
  requiredNotSent,
  statusExcluded,
  unreadableField,
  unreadableRecord,
  workEmailRemoved,
} from "../../../src/sync/plan/explain-skip.ts";

const ada = { personioId: "7", name: "Ada Lind", workEmail: null, hasLeft: false };
const [newcomer, leaver] = [{ isLeaver: false }, { isLeaver: true }];

const ENTRIES: readonly (readonly [PlannedSkip, PlannedSkip["cause"]])[] = [
  [missingWorkEmail(ada), { kind: "NO_WORK_EMAIL" }],
  [workEmailRemoved(ada), { kind: "WORK_EMAIL_REMOVED" }],
  [
    requiredNotSent(ada, [
      { field: "workEmail", personioName: "Email" },
      { field: "status", personioName: "Status" },
    ]),
    { kind: "REQUIRED_NOT_SENT", parameters: { attributes: ["Email", "Status"] } },
  ],
  [statusExcluded(ada, "INACTIVE"), { kind: "LEFT_BEFORE_FIRST_SYNC" }],
  [statusExcluded(ada, "LEAVE"), { kind: "STATUS_NOT_SYNCED", parameters: { status: "LEAVE" } }],
  [
    excludedBySettings(ada, { by: "RECORD" }, newcomer),
    { kind: "EXCLUDED_RECORD", parameters: { isLeaver: 0 } },
  ],
  [
    excludedBySettings(ada, { by: "EMPLOYMENT_TYPE", employmentType: "EXTERNAL" }, leaver),
    { kind: "EXCLUDED_EMPLOYMENT_TYPE", parameters: { isLeaver: 1, employmentType: "EXTERNAL" } },
  ],
  [
    excludedBySettings(ada, { by: "LEGAL_ENTITY", name: "Nordlicht BV" }, newcomer),
    { kind: "EXCLUDED_LEGAL_ENTITY", parameters: { isLeaver: 0, legalEntity: "Nordlicht BV" } },
  ],
  [
    excludedBySettings(ada, { by: "UNKNOWN", field: "employmentType" }, newcomer),
    { kind: "EMPLOYMENT_TYPE_UNKNOWN", parameters: { isLeaver: 0 } },
  ],
  [
    excludedBySettings(ada, { by: "UNKNOWN", field: "legalEntity" }, leaver),
    { kind: "LEGAL_ENTITY_UNKNOWN", parameters: { isLeaver: 1 } },
  ],
  [duplicateWorkEmail(ada, "9", ""), { kind: "WORK_EMAIL_SHARED", parameters: { record: "9" } }],
  [ambiguousRehire(ada, "3"), { kind: "PERHAPS_A_REHIRE", parameters: { record: "3" } }],
  [
    unreadableField(ada, "hireDate", "expected a date"),
    { kind: "VALUE_UNREADABLE", parameters: { field: "hireDate" } },
  ],
  [
    unreadableRecord(ada, "status", "it is empty"),
    { kind: "RECORD_UNREADABLE", parameters: { field: "status" } },
  ],
];

test.each(ENTRIES.map(([entry, cause]) => ({ kind: cause.kind, entry, cause })))(
  "an entry has the cause $kind, with what its message names",
  ({ entry, cause }) => {
    expect(entry.cause).toEqual(cause);
    const texts = Object.values(cause.parameters ?? {})
      .flat()
      .filter((value) => typeof value === "string");
    expect(texts.filter((text) => !entry.message.includes(text))).toEqual([]);
    // Else the cause of an earlier entry would explain a later message.
    expect(JSON.parse(causeToStore(entry))).toEqual({ ...cause, message: entry.message });
  },
);
