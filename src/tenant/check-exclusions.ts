import { type ActionableError, badUserInput } from "../errors.ts";
import { readOpaqueId } from "../request/opaque-id.ts";
import { type PeopleSettings, type PeopleSettingsInput, SETTING_IDS_MAX } from "./people-settings.ts";

/** The settings that exclude people. */
export type Exclusions = Pick<
  PeopleSettings,
  "syncedEmploymentTypes" | "syncedLegalEntityIds" | "excludedPersonioIds"
>;

/**
 * The changes of the settings that exclude people. In two of them null means "all", so only an absent
 * one stays unchanged. Pure.
 */
export function readExclusions(input: PeopleSettingsInput): Partial<Exclusions> {
  const { syncedEmploymentTypes, syncedLegalEntityIds, excludedPersonioIds } = input;
  if (syncedEmploymentTypes?.length === 0) throw nothingNamed("syncedEmploymentTypes", "employment type");
  if (syncedLegalEntityIds?.length === 0) throw nothingNamed("syncedLegalEntityIds", "legal entity");
  checkLength("syncedLegalEntityIds", syncedLegalEntityIds);
  checkLength("excludedPersonioIds", excludedPersonioIds);
  return {
    ...(syncedEmploymentTypes !== undefined && {
      syncedEmploymentTypes: syncedEmploymentTypes && [...new Set(syncedEmploymentTypes)],
    }),
    ...(syncedLegalEntityIds !== undefined && {
      syncedLegalEntityIds: syncedLegalEntityIds && [...new Set(syncedLegalEntityIds.map(readEntityId))],
    }),
    ...(excludedPersonioIds != null && {
      excludedPersonioIds: [...new Set(excludedPersonioIds.map(readPersonioId))],
    }),
  };
}

/** The fields of a person on which these settings depend, by the setting. Pure. */
export const decidingFields = (settings: Partial<Exclusions>) =>
  DECIDING.filter(({ setting }) => settings[setting] != null);

const DECIDING = [
  { setting: "syncedEmploymentTypes", field: "employmentType" },
  { setting: "syncedLegalEntityIds", field: "legalEntity" },
] as const;

export const decidingFieldHidden = (field: string): ActionableError =>
  badUserInput(
    `The field mapping hides ${field}, so the sync cannot exclude people by it.`,
    `Map ${field} to its Personio attribute first. Or exclude single records with \`excludedPersonioIds\`.`,
    "FIELD_IS_HIDDEN",
  );

/**
 * Checks that no setting excludes people by a field that is about to be hidden. Pure.
 *
 * @throws BAD_USER_INPUT
 */
export function checkHidden(hidden: readonly string[], settings: Exclusions): void {
  const decides = decidingFields(settings).find(({ field }) => hidden.includes(field));
  if (decides) throw hiddenFieldDecides(decides);
}

const hiddenFieldDecides = ({ field, setting }: (typeof DECIDING)[number]): ActionableError =>
  badUserInput(
    `The field "${field}" cannot be hidden: \`${setting}\` excludes people by it.`,
    `Set \`${setting}: null\` with \`setPeopleSettings\` first, then hide the field.`,
    "FIELD_DECIDES_WHO_COMES_IN",
  );

export const unknownLegalEntity = (id: string): ActionableError =>
  badUserInput(
    `\`syncedLegalEntityIds\` contains ${JSON.stringify(id.slice(0, SHOWN_LENGTH))}, which is not a legal entity of this company.`,
    "Give ids from the query `legalEntities { id name }`. They are not Personio's ids.",
    "LEGAL_ENTITY_UNKNOWN",
  );

/** An error shows this much of a text that a caller sent. */
const SHOWN_LENGTH = 50;

function readEntityId(value: string): string {
  const id = readOpaqueId(value);
  if (id === null) throw unknownLegalEntity(value);
  return id;
}

/** Personio's ids are numbers or uuids. A longer text, or one with other characters, is a mistake. */
const PERSONIO_ID = /^[\w:-]{1,64}$/;

function readPersonioId(value: string): string {
  const id = value.trim();
  if (PERSONIO_ID.test(id)) return id;
  throw badUserInput(
    `\`excludedPersonioIds\` contains ${JSON.stringify(id.slice(0, SHOWN_LENGTH))}, which is not the id of a Personio record.`,
    "Give the ids that Personio shows in the address of a profile, such as 1042. `Person.personioId` and " +
      "`skippedEmployees { personioId }` contain them too.",
    "RECORD_ID_INVALID",
  );
}

const nothingNamed = (setting: string, what: string): ActionableError =>
  badUserInput(
    `\`${setting}\` must name at least one ${what}, or be null.`,
    `Name what belongs in the directory, or give null, which means every ${what}.`,
  );

function checkLength(setting: string, ids: readonly string[] | null | undefined): void {
  if (!ids || ids.length <= SETTING_IDS_MAX) return;
  throw badUserInput(
    `\`${setting}\` contains ${ids.length} ids; at most ${SETTING_IDS_MAX} are allowed.`,
    "Exclude larger groups by employment type or by legal entity.",
  );
}
