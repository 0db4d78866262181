import { badUserInput } from "../../errors.ts";
import type { Days } from "../due/due-dates.ts";
import { daysBetween, isCalendarDay } from "../due/zone-days.ts";

/** Three years, of which one may be a leap year: further ahead nobody's contract says much. */
export const FORECAST_DAYS_MAX = 1_096;

/** The days as they are asked for. Throws BAD_USER_INPUT where nothing can be forecast for them. */
export function checkDays({ from, to }: Days): Days {
  if (!isCalendarDay(from) || !isCalendarDay(to)) {
    throw badUserInput(
      "`from` and `to` must be days of the years 1 to 9999.",
      'Give days such as "2027-01-31".',
    );
  }
  if (to < from) {
    throw badUserInput(
      "`to` must not be before `from`.",
      "Give the earlier day as `from` and the later one as `to`; both are included.",
    );
  }
  if (daysBetween(from, to) >= FORECAST_DAYS_MAX) {
    throw badUserInput(
      `\`from\` and \`to\` may be at most ${FORECAST_DAYS_MAX} days apart, both included.`,
      "Request three years or less at a time.",
    );
  }
  return { from, to };
}
