import type { SkippedEmployee } from "./skipped-employee.ts";

/** The fields whose value the entry of an excluded person quotes. */
export const SHOWN_BY_EXCLUSIONS: readonly string[] = ["employmentType", "legalEntity"];

type Entry = Pick<SkippedEmployee, "reason" | "message" | "help" | "storedCause">;

const EXCLUDED = "The company's settings exclude the person.";

const NOT_QUOTED = {
  message: EXCLUDED,
  storedCause: { kind: "EXCLUDED_BY_SETTINGS", message: EXCLUDED },
  help:
    "Nothing to do if this is intended. Otherwise change syncedEmploymentTypes, syncedLegalEntityIds or " +
    "excludedPersonioIds with setPeopleSettings, then sync with syncPersonio. To see which of them decides, you need the " +
    "scope that the company demands for the employment type and the legal entity.",
} as const;

/**
 * An entry as a viewer without the scope of these fields may see it. Other entries quote no value that a
 * company can protect. Pure.
 */
export const redactEntry = <Row extends Entry>(entry: Row, guarded: readonly string[]): Row =>
  entry.reason === "EXCLUDED" && SHOWN_BY_EXCLUSIONS.some((field) => guarded.includes(field))
    ? { ...entry, ...NOT_QUOTED }
    : entry;
