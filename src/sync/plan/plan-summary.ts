import { createHash } from "node:crypto";
import { createOrgNames, type OrgNames } from "../../org/org-names.ts";
import { customAttributeField, type PersonRecord } from "../../people/write/person-record.ts";
import type { ComparisonRow, KnownPeople } from "./comparison.repository.ts";
import type { Decision, PlanRules } from "./comparison.ts";
import { recordFieldsOf } from "./hide-fields.ts";
import type { PlanItem } from "./plan.repository.ts";

/**
 * The plan in numbers, and other values that are too small to need a table. The changes themselves are rows.
 */
export type PlanSummary = {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly left: number;
  /** People with an entry of the ledger about the whole person. */
  readonly skipped: number;
  /** People missing from a complete run for the first time. The guard counts them as if they left. */
  readonly firstAbsences: number;
  /** How many missing people would leave without a look-up by id, because they are too many. */
  readonly unconfirmed: number;
  /** How many people were current before the run. */
  readonly current: number;
  /** Equal for two plans that would change the same things in the same way. */
  readonly fingerprint: string;
  /** How many people lose each field, and how many have it. */
  readonly cleared: readonly FieldClearing[];
  /** Departments, offices and legal entities that are, or may be, new or renamed. */
  readonly org: OrgNames;
};

export type FieldClearing = {
  /** A field of the record, or `customAttributes.` and the key of a custom attribute. */
  readonly field: string;
  readonly cleared: number;
  readonly had: number;
};

/** Fields that no source can empty: only the sync sets them, or a person always has one. */
const DERIVED_FIELDS = [
  "nextPersonioId",
  "continuesOn",
  "endedOn",
  "displayName",
] as const satisfies readonly (keyof PersonRecord)[];

export type SummaryBuilder = ReturnType<typeof createSummaryBuilder>;

/**
 * Counts decisions while they stream. Hidden fields are not counted as emptied: the admin empties them on
 * purpose.
 */
export function createSummaryBuilder(
  { customKeys, hidden }: Pick<PlanRules, "customKeys" | "hidden">,
  {
    choosesLegalEntities,
  }: {
    /** Whether the settings name legal entities: then excluded ones are listed too, to choose from. */
    readonly choosesLegalEntities: boolean;
  },
) {
  const leftOut = new Set<string>([...DERIVED_FIELDS, ...hidden.flatMap((field) => recordFieldsOf(field))]);
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
  let skipped = 0;
  /** Leavers that `count` counted as unchanged, and that lose their address. */
  let notUnchanged = 0;

  return {
    count({ change, after, skips }: Decision, { stored, staged }: ComparisonRow): void {
      const isSkipped = skips.some(({ field }) => field === "");
      if (isSkipped) skipped += 1;
      // The ledger lists leavers that the settings exclude, so they do not count as unchanged.
      counts[isSkipped && change === "UNCHANGED" ? "SKIP" : change] += 1;
      if (stored && stored.status !== "INACTIVE") current += 1;
      if (staged && change !== "SKIP") org.note(staged.fields);
      else if (staged?.excluded && choosesLegalEntities)
        org.note({ legalEntity: staged.fields.legalEntity ?? null });
      // A known person's new record empties no field: the missing value belonged to the former one.
      if (stored && staged && after && stored.personioId === after.personioId)
        noteClearings(clearings, { stored, after, customKeys, leftOut });
    },
    /**
     * Items come in the order of their Personio ids, so two equal plans have one fingerprint. It covers the
     * people who were read; `confirmDepartures` adds the missing people who have left.
     */
    fingerprint({ personioId, change, after }: PlanItem): void {
      hash.update(JSON.stringify([personioId, change, after]));
    },
    /** Counts leavers that the plan changes after all, because another person has their address. */
    countAddressLosses(losses: readonly { readonly wasRead: boolean }[]): void {
      counts.CHANGE += losses.length;
      notUnchanged += losses.filter(({ wasRead }) => wasRead).length;
    },
    /** Adds names of people who did not stream. */
    addOrg: org.add,
    /** Fields that at least one person loses. */
    clearedFields: (): string[] =>
      [...clearings].flatMap(([field, { cleared }]) => (cleared > 0 ? field : [])),
    /** `known`: the people who did not stream, because their hash is unchanged. */
    build: (known: KnownPeople): PlanSummary => ({
      added: counts.ADD,
      changed: counts.CHANGE,
      unchanged: counts.UNCHANGED + counts.ABSENT + known.people - notUnchanged,
      left: counts.LEAVE,
      skipped,
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

/** A name is never null: an empty one is stored as an empty text. */
const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === "";
