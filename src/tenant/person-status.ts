import { registerEnumType } from "type-graphql";

/**
 * Whether a person works here, according to HR. Here and not in `people/`, because the settings refer to
 * statuses.
 */
export const PersonStatus = {
  ONBOARDING: "ONBOARDING",
  ACTIVE: "ACTIVE",
  LEAVE: "LEAVE",
  INACTIVE: "INACTIVE",
} as const;
export type PersonStatus = (typeof PersonStatus)[keyof typeof PersonStatus];

/** All statuses except that of leavers: the default of lists and counts. */
export const CURRENT_STATUSES = ["ONBOARDING", "ACTIVE", "LEAVE"] as const satisfies readonly PersonStatus[];

registerEnumType(PersonStatus, {
  name: "PersonStatus",
  description: "Whether a person works here, according to HR.",
  valuesConfig: {
    ONBOARDING: { description: "Hired, but not started yet." },
    ACTIVE: { description: "Works here." },
    LEAVE: { description: "Employed, but away for a longer time, such as parental leave or a sabbatical." },
    INACTIVE: {
      description:
        "Has left, or is excluded by the company's settings: a leaver. Kept for history; lists contain leavers " +
        "only on request.",
    },
  },
});
