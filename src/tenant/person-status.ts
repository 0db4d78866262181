import { registerEnumType } from "type-graphql";

/**
 * Whether somebody works here, as HR says it. Here and not in `people/`, because the settings choose among
 * them.
 */
export const PersonStatus = {
  ONBOARDING: "ONBOARDING",
  ACTIVE: "ACTIVE",
  LEAVE: "LEAVE",
  INACTIVE: "INACTIVE",
} as const;
export type PersonStatus = (typeof PersonStatus)[keyof typeof PersonStatus];

/** Everybody but leavers: what lists and counts mean where nobody asks for a status. */
export const CURRENT_STATUSES = ["ONBOARDING", "ACTIVE", "LEAVE"] as const satisfies readonly PersonStatus[];

registerEnumType(PersonStatus, {
  name: "PersonStatus",
  description: "Whether a person works here, according to HR.",
  valuesConfig: {
    ONBOARDING: { description: "Hired, but not started yet." },
    ACTIVE: { description: "Works here." },
    LEAVE: { description: "Employed, but away for a longer time, such as parental leave or a sabbatical." },
    INACTIVE: {
      description: "Has left: a leaver. Kept for history; lists contain leavers only on request.",
    },
  },
});
