export type StoredSettings = {
  readonly timeZone: string;
  readonly leapDayRule: "FEBRUARY_28" | "MARCH_1";
  readonly syncedStatuses: readonly ("ACTIVE" | "ONBOARDING" | "LEAVE" | "INACTIVE")[];
  readonly syncedEmploymentTypes?: readonly ("INTERNAL" | "EXTERNAL")[] | null;
  readonly syncedLegalEntityIds?: readonly string[] | null;
  readonly excludedPersonioIds: readonly string[];
  readonly leaverGuardPeople: number;
  readonly leaverGuardPercent: number;
};

export type LegalEntities = readonly { readonly id: string; readonly name: string }[];

/** What is sent: only what changes. */
type Changes = { -readonly [Name in keyof StoredSettings]?: Mutable<StoredSettings[Name]> };
type Mutable<Value> = Value extends readonly (infer Item)[] ? Item[] : Value;

export const SYNCED_STATUSES = ["ACTIVE", "ONBOARDING", "LEAVE"] as const;
export const EMPLOYMENT_TYPES = ["INTERNAL", "EXTERNAL"] as const;

/** What the form has that is not stored. Numbers and lists stay as they were typed. */
export type Draft = {
  readonly timeZone?: string;
  readonly leapDayRule?: StoredSettings["leapDayRule"];
  readonly syncedStatuses?: StoredSettings["syncedStatuses"];
  readonly syncedEmploymentTypes?: readonly (typeof EMPLOYMENT_TYPES)[number][];
  readonly syncedLegalEntityIds?: readonly string[];
  readonly excludedPersonioIds?: string;
  readonly leaverGuardPeople?: string;
  readonly leaverGuardPercent?: string;
};

type Refusal = "oneStatus" | "one" | "wholeNumber" | "percent" | "recordIds" | "tooManyRecords";

/** Why a field cannot be sent, as the name of a text. Pure. */
export function refusalsOf(draft: Draft): { readonly [Name in keyof Draft]?: Refusal } {
  const { leaverGuardPeople: people, leaverGuardPercent: percent, excludedPersonioIds: excluded } = draft;
  return {
    ...(idsIn(excluded).length > RECORDS_MAX && { excludedPersonioIds: "tooManyRecords" as const }),
    ...(wrongIdsIn(excluded).length > 0 && { excludedPersonioIds: "recordIds" as const }),
    ...(draft.syncedStatuses?.length === 0 && { syncedStatuses: "oneStatus" as const }),
    ...(draft.syncedEmploymentTypes?.length === 0 && { syncedEmploymentTypes: "one" as const }),
    ...(draft.syncedLegalEntityIds?.length === 0 && { syncedLegalEntityIds: "one" as const }),
    ...(people !== undefined &&
      !/^\d{1,9}$/.test(people.trim()) && { leaverGuardPeople: "wholeNumber" as const }),
    ...(percent !== undefined && !isPercent(percent) && { leaverGuardPercent: "percent" as const }),
  };
}

/** The ids that the service accepts: Personio's are numbers or UUIDs. */
const RECORD_ID = /^[\w:-]{1,64}$/;
const RECORDS_MAX = 1_000;

/** The entries of the list of excluded records that are not record ids. */
export const wrongIdsIn = (text: string | undefined): string[] =>
  idsIn(text).filter((id) => !RECORD_ID.test(id));

/** German numbers have a decimal comma. */
const numberOf = (text: string): number => Number(text.trim().replace(",", "."));

const isPercent = (text: string): boolean =>
  text.trim() !== "" && numberOf(text) >= 0 && numberOf(text) <= 100;

/** What of the draft differs from what is stored. Only that is sent: two administrators keep both changes. */
export function changesOf(stored: StoredSettings, draft: Draft, entities: LegalEntities): Changes {
  const wanted: Changes = {
    ...(draft.timeZone !== undefined && { timeZone: draft.timeZone.trim() }),
    ...(draft.leapDayRule && { leapDayRule: draft.leapDayRule }),
    ...(draft.syncedStatuses && { syncedStatuses: [...draft.syncedStatuses] }),
    ...(draft.syncedEmploymentTypes && {
      syncedEmploymentTypes: unlessAll(draft.syncedEmploymentTypes, EMPLOYMENT_TYPES),
    }),
    ...(draft.syncedLegalEntityIds && {
      syncedLegalEntityIds: unlessAll(
        draft.syncedLegalEntityIds,
        entities.map(({ id }) => id),
      ),
    }),
    ...(draft.excludedPersonioIds !== undefined && { excludedPersonioIds: idsIn(draft.excludedPersonioIds) }),
    ...(draft.leaverGuardPeople !== undefined && { leaverGuardPeople: numberOf(draft.leaverGuardPeople) }),
    ...(draft.leaverGuardPercent !== undefined && { leaverGuardPercent: numberOf(draft.leaverGuardPercent) }),
  };
  return Object.fromEntries(
    Object.entries(wanted).filter(([name, value]) => !isSame(value, stored[name as keyof StoredSettings])),
  );
}

/** Settings that another administrator has changed since the form read them. */
type Outrun = {
  readonly read: StoredSettings;
  readonly now: StoredSettings;
  readonly entities: LegalEntities;
};

/** The service replaces whole lists, so this keeps ids that others have added or removed meanwhile. Pure. */
export function rebased(draft: Draft, { read, now, entities }: Outrun): Draft {
  const { syncedLegalEntityIds: chosen, excludedPersonioIds: excluded } = draft;
  const listed = ({ syncedLegalEntityIds }: StoredSettings): readonly string[] =>
    syncedLegalEntityIds ?? entities.map(({ id }) => id);
  return {
    ...draft,
    ...(chosen && { syncedLegalEntityIds: merged(listed(read), chosen, listed(now)) }),
    ...(excluded !== undefined && {
      excludedPersonioIds: merged(read.excludedPersonioIds, idsIn(excluded), now.excludedPersonioIds).join(
        "\n",
      ),
    }),
  };
}

const merged = (read: readonly string[], wanted: readonly string[], now: readonly string[]): string[] => [
  ...now.filter((id) => wanted.includes(id) || !read.includes(id)),
  ...wanted.filter((id) => !read.includes(id) && !now.includes(id)),
];

/** Null means no exclusion, also for values that Personio adds later. */
const unlessAll = <Value extends string>(chosen: readonly Value[], all: readonly Value[]): Value[] | null =>
  all.every((one) => chosen.includes(one)) ? null : [...chosen];

const idsIn = (text = ""): string[] => [...new Set(text.split(/[\s,;]+/).filter((id) => id !== ""))];

const isSame = (one: unknown, other: unknown): boolean =>
  Array.isArray(one) && Array.isArray(other)
    ? JSON.stringify(one.toSorted()) === JSON.stringify(other.toSorted())
    : one === other;
