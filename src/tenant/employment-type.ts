import { registerEnumType } from "type-graphql";

/** Here and not in `people/`, because the settings refer to employment types. */
export const EmploymentType = { INTERNAL: "INTERNAL", EXTERNAL: "EXTERNAL" } as const;
export type EmploymentType = (typeof EmploymentType)[keyof typeof EmploymentType];

registerEnumType(EmploymentType, {
  name: "EmploymentType",
  description: "Whether the company itself employs the person.",
  valuesConfig: {
    INTERNAL: { description: "Employed by the company." },
    EXTERNAL: {
      description: "Works here but is employed elsewhere, such as a freelancer or an agency worker.",
    },
  },
});
