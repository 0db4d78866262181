import { type ActionableError, badUserInput } from "../errors.ts";
import { readExclusions } from "./check-exclusions.ts";
import type { PeopleSettings, PeopleSettingsInput } from "./people-settings.ts";

/**
 * The changes of an input; null means the same as leaving out, except where a setting itself may be null.
 * Throws BAD_USER_INPUT for a value that is not allowed.
 */
export function checkPeopleSettings(input: PeopleSettingsInput): Partial<PeopleSettings> {
  const { timeZone, syncedStatuses, leaverGuardPercent, leaverGuardPeople, leapDayRule } = input;
  if (timeZone != null && !isTimeZone(timeZone)) throw unknownTimeZone();
  if (syncedStatuses?.length === 0) {
    throw badUserInput(
      "`syncedStatuses` must name at least one status.",
      "Name the statuses of people who belong in the directory, such as ONBOARDING, ACTIVE and LEAVE.",
    );
  }
  if (syncedStatuses?.includes("INACTIVE")) {
    throw badUserInput(
      "`syncedStatuses` cannot name INACTIVE.",
      "Leave it out. People who become inactive stay in the directory as leavers. People who were already " +
        "inactive when the service first read them do not enter it.",
    );
  }
  if (leaverGuardPercent != null && (leaverGuardPercent < 0 || leaverGuardPercent > 100)) {
    throw badUserInput(
      `\`leaverGuardPercent\` must be from 0 to 100, not ${leaverGuardPercent}.`,
      "Give a percentage of the people in the directory; 10 is usual.",
    );
  }
  if (leaverGuardPeople != null && leaverGuardPeople < 0) {
    throw badUserInput(
      `\`leaverGuardPeople\` must be 0 or more, not ${leaverGuardPeople}.`,
      "Give a number of people; 5 is usual.",
    );
  }
  return {
    ...(timeZone != null && { timeZone }),
    ...(syncedStatuses != null && { syncedStatuses: [...new Set(syncedStatuses)] }),
    ...(leaverGuardPercent != null && { leaverGuardPercent }),
    ...(leaverGuardPeople != null && { leaverGuardPeople }),
    ...(leapDayRule != null && { leapDayRule }),
    ...readExclusions(input),
  };
}

export const unknownTimeZone = (): ActionableError =>
  badUserInput(
    "`timeZone` must be the IANA name of a time zone.",
    'Give a name such as "Europe/Berlin" or "UTC".',
    "TIME_ZONE_UNKNOWN",
  );

/** Whether it is the IANA name of a time zone in our list; the database may have fewer. */
export function isTimeZone(name: string): boolean {
  // Intl accepts offsets like "+02:00" too. They have no daylight saving, and Postgres reads them with the
  // opposite sign.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
