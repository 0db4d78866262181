import { type FieldSource, IDP_FIELDS, type IdpField } from "../../fields/field-source.ts";
import { displayNameOf, type PersonRecord } from "../write/person-record.ts";

/** In which property of a record each field is; the display name is derived. */
const RECORD_FIELD = {
  displayName: "displayName",
  firstName: "firstName",
  lastName: "lastName",
  position: "position",
  department: "departmentPersonioId",
  employeeId: "employeeId",
  supervisor: "supervisorPersonioId",
} as const satisfies Record<IdpField, keyof PersonRecord>;

/**
 * The identity provider's values for a person, in the terms of a record: the department and the supervisor
 * as Personio's ids. A missing field: it does not have it. Null: it has it, and it is empty.
 */
export type IdpValues = Readonly<Partial<Record<IdpField, string | null>>>;

/** Personio's values in fields that another source wins; the person's row has all others. */
export type LosingValues = Readonly<
  Partial<
    Pick<
      PersonRecord,
      "firstName" | "lastName" | "position" | "departmentPersonioId" | "employeeId" | "supervisorPersonioId"
    >
  >
>;

export type IdpMatch = { readonly userId: string; readonly version: number };

/** Which source wins a field, and since when (an ISO instant). */
export type Winner = { readonly source: FieldSource; readonly since: string };

/** What the service stores of a person's sources. */
export type PersonSources = {
  /** The matched user of the identity provider, and the version that the person was merged with. */
  readonly idp: IdpMatch | null;
  readonly personio: LosingValues;
  /** A field without an entry comes from Personio since the directory has the person. */
  readonly winners: Readonly<Partial<Record<IdpField, Winner>>>;
};

export type SourceRules = {
  readonly sourcesOf: (field: IdpField) => readonly FieldSource[];
  /** The fields of a record that the credential may read. */
  readonly readable: ReadonlySet<string>;
  /** Fields that an admin has hidden: no source fills them, and no value of them is stored. */
  readonly hidden: readonly string[];
};

export type MergeTask = {
  /** Personio's values: the person as they would be without another source. */
  readonly personio: PersonRecord;
  /** The matched user; null without a match. */
  readonly idp: (IdpMatch & { readonly values: IdpValues }) | null;
  /** As it was stored before; null for a person with one source so far. */
  readonly former: PersonSources | null;
  readonly at: Date;
};

export type Merged = {
  readonly record: PersonRecord;
  /** Null if only Personio decides, and always did. */
  readonly sources: PersonSources | null;
};

/**
 * The one place that decides between sources: the first source that has the field wins. An absent field falls
 * through to the next source, an empty one does not. Pure.
 */
export function mergeSources({ personio, idp, former, at }: MergeTask, rules: SourceRules): Merged {
  const values = idp?.values ?? {};
  const won: Partial<Record<string, string | null>> = {};
  const losing: Partial<Record<string, string | null>> = {};
  const winners: Partial<Record<IdpField, Winner>> = {};
  for (const field of IDP_FIELDS) {
    if (rules.hidden.includes(field)) continue;
    const source = findWinner(field, { personio, values }, rules);
    const winner = keepWinner(former?.winners[field], source, at);
    if (winner) winners[field] = winner;
    if (source === "PERSONIO") continue;
    won[field] = values[field] ?? null;
    if (field !== "displayName") losing[RECORD_FIELD[field]] = personio[RECORD_FIELD[field]] ?? null;
  }
  const match = idp && { userId: idp.userId, version: idp.version };
  const isPlain = !match && Object.keys({ ...losing, ...winners }).length === 0;
  return {
    record: overlay(personio, won),
    sources: isPlain ? null : { idp: match, personio: losing, winners },
  };
}

/** Personio keeps a field that no source has: it may read it one day, and the field is empty until then. */
function findWinner(
  field: IdpField,
  { personio, values }: { readonly personio: PersonRecord; readonly values: IdpValues },
  { sourcesOf, readable }: SourceRules,
): FieldSource {
  const sources = sourcesOf(field);
  const has: Record<FieldSource, boolean> = {
    // A value that the credential may no longer read stays Personio's.
    PERSONIO:
      field === "displayName" ||
      readable.has(RECORD_FIELD[field]) ||
      !isEmpty(personio[RECORD_FIELD[field]] ?? null),
    IDP: values[field] !== undefined,
  };
  return sources.find((source) => has[source]) ?? (sources.includes("PERSONIO") ? "PERSONIO" : "IDP");
}

const isEmpty = (value: string | null): boolean => value === null || value === "";

function keepWinner(former: Winner | undefined, source: FieldSource, at: Date): Winner | undefined {
  if ((former?.source ?? "PERSONIO") === source) return former;
  return { source, since: at.toISOString() };
}

/**
 * Puts the values of the identity provider over Personio's record. A name is never null. A person always has
 * a name to show, so an empty display name is derived from the names that won.
 */
function overlay(personio: PersonRecord, won: Partial<Record<string, string | null>>): PersonRecord {
  if (Object.keys(won).length === 0) return personio;
  const { displayName: shown, ...others } = won;
  const record: PersonRecord = { ...personio };
  const merged = Object.entries(others).map(([field, value]) => [
    RECORD_FIELD[field as IdpField],
    field === "firstName" || field === "lastName" ? (value ?? "") : value,
  ]);
  Object.assign(record, Object.fromEntries(merged));
  const derived = displayNameOf(record);
  const displayName = shown === undefined ? displayNameOf(personio) : shown || derived;
  return displayName === derived ? record : { ...record, displayName };
}

/** The record with only Personio's values. Pure. */
export function personioRecord(
  served: PersonRecord,
  sources: Pick<PersonSources, "personio"> | null,
): PersonRecord {
  if (!sources) return served;
  const { displayName: _, ...record } = served;
  return { ...record, ...sources.personio };
}

/** Whether storing would change anything. Pure. */
export const isSameSources = (one: PersonSources | null, other: PersonSources | null): boolean =>
  canonical(one) === canonical(other);

const canonical = (sources: PersonSources | null): string =>
  sources
    ? JSON.stringify([
        sources.idp?.userId,
        sources.idp?.version,
        Object.entries(sources.personio).toSorted(byKey),
        IDP_FIELDS.map((field) => [sources.winners[field]?.source, sources.winners[field]?.since]),
      ])
    : "";

const byKey = ([one]: [string, unknown], [other]: [string, unknown]): number => (one < other ? -1 : 1);
