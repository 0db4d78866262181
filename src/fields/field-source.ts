import { registerEnumType } from "type-graphql";

export const FieldSource = { PERSONIO: "PERSONIO", IDP: "IDP" } as const;
export type FieldSource = (typeof FieldSource)[keyof typeof FieldSource];

registerEnumType(FieldSource, {
  name: "FieldSource",
  description: "Where a value of a person comes from.",
  valuesConfig: {
    PERSONIO: { description: "The HR system." },
    IDP: { description: "The company's identity provider, such as Okta or Entra ID, over SCIM." },
  },
});

/** The fields that an identity provider can offer. All other fields come only from Personio. */
export const IDP_FIELDS = [
  "displayName",
  "firstName",
  "lastName",
  "position",
  "department",
  "employeeId",
  "supervisor",
] as const;
export type IdpField = (typeof IDP_FIELDS)[number];

export const isIdpField = (name: string): name is IdpField => IDP_FIELDS.some((field) => field === name);

/** The sources that can have the field, in their default order: HR decides, if it has the field. */
export const possibleSources = (name: string): readonly FieldSource[] =>
  isIdpField(name) ? ["PERSONIO", "IDP"] : ["PERSONIO"];
