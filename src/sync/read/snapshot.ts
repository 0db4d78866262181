import type { FieldSettings } from "../../fields/field-settings.ts";
import type { FieldMappingRow, MappedAttributes } from "../../integration/fields/field-mapping.ts";
import type { Rights } from "../../integration/rights.ts";
import type { OfficeCountries } from "../../org/guess-time-zone.ts";
import type { OrgNames } from "../../org/org-names.ts";
import type { UnreadEmployee, UnreadList } from "../../personio/employee.ts";
import type { Unread } from "./choose-pages.ts";
import type { ExclusionRules } from "./exclusion-rules.ts";
import type { HashRecord, HashSource } from "./source-hash.ts";

/** How a read turns Personio's attributes into our fields; fixed before the first page. */
export type ReadRules = {
  /** What the credential may read. */
  readonly rights: Rights;
  /** Lists apart from people that could not be read: the read goes on with what the service knows of them. */
  readonly unreadLists: readonly UnreadList[];
  /** The mapping as rows, with fields that this read decides. */
  readonly fieldMapping: readonly FieldMappingRow[];
  /** The same mapping, as `translate` and the plan use it. */
  readonly mapping: MappedAttributes;
  /** Which people the company's settings exclude; null for none. */
  readonly exclusions: ExclusionRules | null;
  /** In which order the sources of each field decide. */
  readonly fieldSettings: FieldSettings;
  /** Finds unchanged people by their hash; null for a read that compares all people in full. */
  readonly hashSource: HashSource | null;
  /** Finds records that need no translation; null to translate all. */
  readonly hashRecord: HashRecord | null;
};

export type SnapshotFacts = {
  /** How many different people were read. */
  readonly peopleRead: number;
  /** How many there are, as Personio announced it with the last page; null where it announces nothing. */
  readonly announced: number | null;
  /** Whether the read contained every person: only then does an absence mean anything. */
  readonly complete: boolean;
  /** Whether the run requested only some people. */
  readonly partial: boolean;
  /** Why a person may be missing although every page was read; null without such a reason. */
  readonly doubt: string | null;
};

/**
 * What one read of Personio found. The people are rows of `staged_employees` under `readId`, as
 * `TranslatedPerson`; the rest is small and is here.
 */
export type Snapshot = {
  readonly readId: string;
  readonly rules: ReadRules;
  readonly facts: SnapshotFacts;
  /** The departments, offices and legal entities of the people who were read. */
  readonly orgNames: OrgNames;
  /** Empty after a partial read: some people prove nothing about their offices. */
  readonly officeCountries: readonly OfficeCountries[];
  /** People whose record could not be read. They stay as they are, and the next run reads them again. */
  readonly unreadRecords: readonly UnreadEmployee[];
  /** The named people that the run could not read, or did not reach. */
  readonly unread: Unread;
  /** Ids of looked-up records for which Personio returned 404. */
  readonly gone: ReadonlySet<string>;
  /** The database's time at the end of the read. It decides which day it is for each person. */
  readonly now: Date;
};
