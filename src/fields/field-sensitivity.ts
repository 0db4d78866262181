import { registerEnumType } from "type-graphql";
import { HR_SCOPE, READ_SCOPE, type Scope, SENSITIVE_SCOPE } from "../access/viewer.ts";

export const FieldSensitivity = { OPEN: "OPEN", HR: "HR", SENSITIVE: "SENSITIVE" } as const;
export type FieldSensitivity = (typeof FieldSensitivity)[keyof typeof FieldSensitivity];

registerEnumType(FieldSensitivity, {
  name: "FieldSensitivity",
  description: "Which scope a field of a person needs.",
  valuesConfig: {
    OPEN: { description: "`people:read`: everyone who may read the directory." },
    HR: { description: "`people:hr` as well." },
    SENSITIVE: { description: "`people:sensitive` as well." },
  },
});

/** The scope that a field of each sensitivity needs. */
export const SCOPE_OF = {
  OPEN: READ_SCOPE,
  HR: HR_SCOPE,
  SENSITIVE: SENSITIVE_SCOPE,
} as const satisfies Record<FieldSensitivity, Scope>;

/** From the lowest to the highest. */
const RANKS: readonly FieldSensitivity[] = ["OPEN", "HR", "SENSITIVE"];

/** Whether `sensitivity` protects less than `other`. */
export const isLower = (sensitivity: FieldSensitivity, other: FieldSensitivity): boolean =>
  RANKS.indexOf(sensitivity) < RANKS.indexOf(other);
