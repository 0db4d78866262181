import { createHash } from "node:crypto";
import { createOrgNames, type OrgNames } from "../../org/org-names.ts";
import { customAttributeField, type PersonRecord } from "../../people/write/person-record.ts";
import type { ComparisonRow, KnownPeople } from "./comparison.repository.ts";
import { recordFieldsOf } from "./hide-fields.ts";
import type { PlanItem } from "./plan.repository.ts";
import type { Decision, PlanRules } from "./plan-changes.ts";

/** The plan in numbers, with what is too little to need a table. The changes themselves are rows. */
export type PlanSummary = {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly left: number;
  readonly skipped: number;
  /** People who would be missed for the first time. The guard counts them as if they left. */
  readonly firstAbsences: number;
  /** Of those who would leave because the list misses them, how many were too many to be asked for by their ids. */
  readonly unconfirmed: number;
  /** How many people were current before the run. */
  readonly current: number;
  /** Equal for two plans that would change the same things in the same way. */
  readonly fingerprint: string;
  /** Fields that would be emptied, with of how many who have them. */
  readonly cleared: readonly FieldClearing[];
  /** What is new or renamed, or may be. */
  readonly org: OrgNames;
};

export type FieldClearing = {
  /** A field of the record, or `customAttributes.` and the key of one of the company's own. */
  readonly field: string;
  readonly cleared: number;
  readonly had: number;
};

/** What only we note of somebody: no attribute of Personio's can empty it. */
const OUR_NOTES = [
  "nextPersonioId",
  "continuesOn",
  "endedOn",
] as const satisfies readonly (keyof PersonRecord)[];

export type SummaryBuilder = ReturnType<typeof createSummaryBuilder>;

/** Counts decisions as they stream by, and keeps what is too little to need a table. What an admin hides is dropped on purpose. */
export function createSummaryBuilder({ customKeys, hidden }: Pick<PlanRules, "customKeys" | "hidden">) {
  const leftOut = new Set<string>([...OUR_NOTES, ...hidden.flatMap((field) => recordFieldsOf(field))]);
  const counts: Record<Decision["change"], number> = {
    ADD: 0,
    CHANGE: 0,
    LEAVE: 0,
    ABSENT: 0,
    UNCHANGED: 0,
    SKIP: 0,
    NOT_CURRENT: 0,
  };
  const hash = createHash("sha256");
  const clearings: Clearings = new Map();
  const org = createOrgNames();
  let current = 0;
  /** Leavers who were counted as unchanged before they lost their address. */
  let notUnchanged = 0;

  return {
    count({ change, after }: Decision, { stored, staged }: ComparisonRow): void {
      counts[change] += 1;
      if (stored && stored.status !== "INACTIVE") current += 1;
      if (staged && change !== "SKIP") org.note(staged.fields);
      // What another record lacks belonged to the one before it.
      if (stored && staged && after && stored.personioId === after.personioId)
        noteClearings(clearings, { stored, after, customKeys, leftOut });
    },
    /**
     * Items come in the order of their Personio ids, so two equal plans have one fingerprint. It speaks of who was read; who was not is
     * added when it is known who of them has left (`confirmDepartures`).
     */
    fingerprint({ personioId, change, after }: PlanItem): void {
      hash.update(JSON.stringify([personioId, change, after]));
    },
    /** Leavers whom the plan changes after all, because somebody else has their address. */
    countAddressLosses(losses: readonly { readonly wasRead: boolean }[]): void {
      counts.CHANGE += losses.length;
      notUnchanged += losses.filter(({ wasRead }) => wasRead).length;
    },
    /** Of people who did not stream by. */
    addOrg: org.add,
    /** Fields that somebody loses. */
    clearedFields: (): string[] =>
      [...clearings].flatMap(([field, { cleared }]) => (cleared > 0 ? field : [])),
    /** `known`: the people who did not stream by, because they are known to be unchanged. */
    build: (known: KnownPeople): PlanSummary => ({
      added: counts.ADD,
      changed: counts.CHANGE,
      unchanged: counts.UNCHANGED + counts.ABSENT + known.people - notUnchanged,
      left: counts.LEAVE,
      skipped: counts.SKIP,
      firstAbsences: counts.ABSENT,
      unconfirmed: 0,
      current: current + known.current,
      fingerprint: hash.digest("hex"),
      cleared: [...clearings].map(([field, { cleared, had }]) => ({
        field,
        cleared,
        had: had + (known.having[field] ?? 0),
      })),
      org: org.list(),
    }),
  };
}

type Clearings = Map<string, { cleared: number; had: number }>;

function noteClearings(
  clearings: Clearings,
  person: {
    readonly stored: PersonRecord;
    readonly after: PersonRecord;
    readonly customKeys: readonly string[];
    readonly leftOut: ReadonlySet<string>;
  },
): void {
  const { customAttributes: customBefore, ...before } = person.stored;
  const { customAttributes: customAfter, ...after } = person.after;
  for (const field of Object.keys(before) as (keyof typeof before)[])
    if (!person.leftOut.has(field)) noteClearing(clearings, field, before[field], after[field]);
  for (const key of person.customKeys)
    noteClearing(clearings, customAttributeField(key), customBefore[key], customAfter[key]);
}

function noteClearing(clearings: Clearings, field: string, before: unknown, after: unknown): void {
  if (isEmpty(before)) return;
  const counted = clearings.get(field) ?? { cleared: 0, had: 0 };
  counted.had += 1;
  if (isEmpty(after)) counted.cleared += 1;
  clearings.set(field, counted);
}

/** A name is never null: one that Personio sends empty is stored as no text. */
const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === "";
