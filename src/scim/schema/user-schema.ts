import type { Attribute, ResourceKind, Schema } from "./attribute.ts";

export const USER_SCHEMA_ID = "urn:ietf:params:scim:schemas:core:2.0:User";
export const ENTERPRISE_SCHEMA_ID = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

type Traits = Partial<Omit<Attribute, "name" | "type" | "description">>;

const text = (name: string, description: string, traits: Traits = {}): Attribute => ({
  name,
  type: "string",
  description,
  ...traits,
});

const SHORT = { isShort: true } as const;

/** An attribute with several values, each with a type of its own. */
const values = (name: string, description: string, types: readonly string[] = []): Attribute => ({
  name,
  type: "complex",
  description,
  multiValued: true,
  subAttributes: [
    text("value", "The value.", name === "emails" ? SHORT : {}),
    text("display", "A name to show."),
    text("type", "What the value is for.", { ...SHORT, ...(types.length > 0 && { canonicalValues: types }) }),
    { name: "primary", type: "boolean", description: "Whether this is the preferred value; at most one is." },
    {
      name: "$ref",
      type: "reference",
      description: "The address of the value.",
      referenceTypes: ["external"],
    },
  ],
});

const ADDRESS: Attribute = {
  name: "addresses",
  type: "complex",
  description: "Postal addresses.",
  multiValued: true,
  subAttributes: [
    text("formatted", "The whole address."),
    text("streetAddress", "Street and number."),
    text("locality", "City."),
    text("region", "State or region."),
    text("postalCode", "Postal code."),
    text("country", "Country."),
    text("type", "What the address is for.", { ...SHORT, canonicalValues: ["work", "home", "other"] }),
    { name: "primary", type: "boolean", description: "Whether this is the preferred address." },
  ],
};

const NAME: Attribute = {
  name: "name",
  type: "complex",
  description: "The parts of the user's name.",
  subAttributes: [
    text("formatted", "The whole name."),
    text("familyName", "Last name.", SHORT),
    text("givenName", "First name.", SHORT),
    text("middleName", "Middle names."),
    text("honorificPrefix", "Title before the name."),
    text("honorificSuffix", "Suffix of the name."),
  ],
};

export const EXTERNAL_ID = text("externalId", "The identifier of the identity provider.", {
  ...SHORT,
  caseExact: true,
});

const USER_SCHEMA: Schema = {
  id: USER_SCHEMA_ID,
  name: "User",
  description: "User Account",
  attributes: [
    text("userName", "The login of the user; unique in the company.", {
      ...SHORT,
      required: true,
      unique: true,
    }),
    EXTERNAL_ID,
    NAME,
    text("displayName", "The name to show.", SHORT),
    text("nickName", "Casual name."),
    {
      name: "profileUrl",
      type: "reference",
      description: "Page about the user.",
      referenceTypes: ["external"],
    },
    text("title", "Job title.", SHORT),
    text("userType", "How the user relates to the company."),
    text("preferredLanguage", "Preferred language."),
    text("locale", "Locale."),
    text("timezone", "Time zone."),
    { name: "active", type: "boolean", description: "Whether the user may sign in. It removes no person." },
    values("emails", "Email addresses.", ["work", "home", "other"]),
    values("phoneNumbers", "Phone numbers.", ["work", "home", "mobile", "fax", "pager", "other"]),
    values("ims", "Instant messaging addresses."),
    values("photos", "Addresses of pictures.", ["photo", "thumbnail"]),
    ADDRESS,
    values("entitlements", "Entitlements."),
    values("roles", "Roles."),
    values("x509Certificates", "Certificates."),
  ],
};

const ENTERPRISE_SCHEMA: Schema = {
  id: ENTERPRISE_SCHEMA_ID,
  name: "EnterpriseUser",
  description: "Enterprise User",
  attributes: [
    text("employeeNumber", "Personnel number.", SHORT),
    text("costCenter", "Cost center."),
    text("organization", "Organization."),
    text("division", "Division."),
    text("department", "Name of the department.", SHORT),
    {
      name: "manager",
      type: "complex",
      description: "The user's manager.",
      subAttributes: [
        text("value", "The id of the manager's user.", SHORT),
        {
          name: "$ref",
          type: "reference",
          description: "The address of that user.",
          referenceTypes: ["User"],
        },
        text("displayName", "The manager's name."),
      ],
    },
  ],
};

export const USERS: ResourceKind = {
  name: "User",
  endpoint: "/Users",
  schema: USER_SCHEMA,
  extensions: [ENTERPRISE_SCHEMA],
};
