import type { Exclusion } from "../read/exclusion-rules.ts";
import type { ExplainedCause } from "../runs/skip-cause.ts";
import type { PlannedSkip, Subject } from "./explain-skip.ts";

/** `isLeaver`: the person was in the directory before. */
export function excludedBySettings(
  subject: Subject,
  excluded: Exclusion,
  { isLeaver }: { readonly isLeaver: boolean },
): PlannedSkip {
  const { found, help } = explainExclusion(excluded);
  const cause = causeOfExclusion(excluded, isLeaver ? 1 : 0);
  const result = isLeaver
    ? "so the directory has the person as a leaver"
    : "so the person is not in the directory";
  return { ...subject, reason: "EXCLUDED", field: "", cause, message: `${found}, ${result}.`, help };
}

function causeOfExclusion(excluded: Exclusion, isLeaver: 0 | 1): ExplainedCause {
  switch (excluded.by) {
    case "RECORD":
      return { kind: "EXCLUDED_RECORD", parameters: { isLeaver } };
    case "EMPLOYMENT_TYPE": {
      const { employmentType } = excluded;
      return { kind: "EXCLUDED_EMPLOYMENT_TYPE", parameters: { isLeaver, employmentType } };
    }
    case "LEGAL_ENTITY":
      return { kind: "EXCLUDED_LEGAL_ENTITY", parameters: { isLeaver, legalEntity: excluded.name } };
    case "UNKNOWN":
      return { kind: UNKNOWN[excluded.field].kind, parameters: { isLeaver } };
  }
}

function explainExclusion(excluded: Exclusion): { readonly found: string; readonly help: string } {
  const change = (setting: string, what: string): string =>
    `Nothing to do if this is intended. Otherwise ${what} with setPeopleSettings (${setting}), then sync with syncPersonio.`;
  switch (excluded.by) {
    case "RECORD":
      return {
        found: "The company's settings exclude this Personio record",
        help: change("excludedPersonioIds", "remove its id from the list"),
      };
    case "EMPLOYMENT_TYPE":
      return {
        found: `The company's settings exclude people with the employment type ${excluded.employmentType}`,
        help: change("syncedEmploymentTypes", `add ${excluded.employmentType}, or give null for all,`),
      };
    case "LEGAL_ENTITY":
      return {
        found: `The company's settings exclude people of the legal entity ${excluded.name}`,
        help: change("syncedLegalEntityIds", "add the legal entity, or give null for all,"),
      };
    case "UNKNOWN":
      return UNKNOWN[excluded.field];
  }
}

const UNKNOWN = {
  employmentType: {
    kind: "EMPLOYMENT_TYPE_UNKNOWN",
    found: "The company syncs people by employment type, and the sync does not know the type of this person",
    help:
      'In Personio, edit the credential and tick Employment type under "Readable employee attributes". The field mapping must ' +
      "not hide employmentType. Or give null for syncedEmploymentTypes with setPeopleSettings.",
  },
  legalEntity: {
    kind: "LEGAL_ENTITY_UNKNOWN",
    found:
      "The company syncs people by legal entity, and the sync does not know the legal entity of this person",
    help:
      'In Personio, edit the credential and tick Subcompany under "Readable employee attributes". The field mapping must not ' +
      "hide legalEntity. After a switch of the API version, wait for the second full sync. Or give null for " +
      "syncedLegalEntityIds with setPeopleSettings.",
  },
} as const;
