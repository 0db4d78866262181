import type { DateRules, KindRule, OffsetRule } from "../../../src/lifecycle/due/date-rules.ts";
import type { PersonDates } from "../../../src/lifecycle/due/person-dates.ts";
import type { DatedKind } from "../../../src/lifecycle/event-kind.ts";

/** A person in Berlin without any date except the given ones. */
export const aPersonWith = (dates: Partial<PersonDates> = {}): PersonDates => ({
  personId: "00000000-0000-4000-8000-000000000001",
  personioId: "1",
  status: "ACTIVE",
  hireDate: null,
  originalHireDate: null,
  probationEndDate: null,
  contractEndDate: null,
  terminationDate: null,
  dateOfBirth: null,
  movesOn: false,
  continuesOn: null,
  departmentId: null,
  officeId: null,
  timeZone: "Europe/Berlin",
  ...dates,
});

const ON: KindRule = { enabled: true, since: null, offsets: [{ days: 0, since: null }] };

/** Rules that have always been the same: every kind on, no offset registered. */
export const rulesWith = (
  kinds: Partial<Record<DatedKind, Partial<KindRule>>> = {},
  rules: Partial<DateRules> = {},
): DateRules => ({
  leapDayRule: "FEBRUARY_28",
  baselinedAt: new Date("0001-01-01T12:00:00Z"),
  ...rules,
  kinds: {
    HIRE_DATE: { ...ON, ...kinds.HIRE_DATE },
    PROBATION_END: { ...ON, ...kinds.PROBATION_END },
    CONTRACT_END_DATE: { ...ON, ...kinds.CONTRACT_END_DATE },
    TERMINATION_DATE: { ...ON, ...kinds.TERMINATION_DATE },
    WORK_ANNIVERSARY: { ...ON, ...kinds.WORK_ANNIVERSARY },
    BIRTHDAY: { ...ON, ...kinds.BIRTHDAY },
  },
});

/** Offset 0, and offsets that were registered long ago. */
export const offsets = (...days: number[]): OffsetRule[] => [
  { days: 0, since: null },
  ...days.map((day) => ({ days: day, since: new Date("0001-01-01T12:00:00Z") })),
];
