import { GraphQLDateTime } from "graphql-scalars";
import { Field, ID, InputType, ObjectType, registerEnumType } from "type-graphql";
import type { ApiVersion } from "../personio/employee.ts";
import type { IntegrationStatus } from "./integration.ts";
import { PersonioProblem } from "./personio-problem.ts";

export const PersonioIntegrationStatus = {
  AWAITING_REVIEW: "AWAITING_REVIEW",
  CONNECTED: "CONNECTED",
  BROKEN: "BROKEN",
  DISCONNECTED: "DISCONNECTED",
} as const satisfies Record<IntegrationStatus, IntegrationStatus>;

export const PersonioApiVersion = { V1: "V1", V2: "V2" } as const satisfies Record<ApiVersion, ApiVersion>;

registerEnumType(PersonioApiVersion, {
  name: "PersonioApiVersion",
  description: "Which version of Personio's API an account is read with.",
  valuesConfig: {
    V1: { description: "A page brings a hundred people with all names: the choice wherever it is allowed." },
    V2: {
      description: "A request for each person, and no sub-companies: for credentials that version 1 refuses.",
    },
  },
});

registerEnumType(PersonioIntegrationStatus, {
  name: "PersonioIntegrationStatus",
  description: "Where the connection between this company and its Personio account stands.",
  valuesConfig: {
    AWAITING_REVIEW: {
      description: "The credential works; an admin has yet to review what would be imported.",
    },
    CONNECTED: { description: "The directory follows Personio." },
    BROKEN: {
      description:
        "Syncing fails and a human should look: see `problem`. At once when Personio refuses the credential or the stored secret cannot be " +
        "opened, after three failures " +
        "in a row otherwise. The last good directory is still served, it is tried again less and less often (at least daily), and " +
        "the next success heals it.",
    },
    DISCONNECTED: {
      description: "The secret is forgotten and nothing is synced; the directory stays as it was.",
    },
  },
});

@ObjectType({
  simpleResolvers: true,
  description: "One attribute of Personio: whether the credential may read it, and what it is needed for.",
})
export class PersonioAttribute {
  @Field(() => ID, { description: "Personio's key: `first_name`, or `dynamic_402118` for a company's own." })
  key!: string;

  @Field(() => String, { description: "The name the attribute has in Personio; companies may rename it." })
  label!: string;

  @Field(() => Boolean, { description: "Whether the credential may read it." })
  granted!: boolean;

  @Field(() => String, {
    nullable: true,
    description:
      "What it holds, in Personio's words: `standard`, `date`, `integer`, `decimal`, `list`, `link`, `tags` or `multiline`; null while it " +
      "may not be read.",
  })
  type!: string | null;

  @Field(() => [String], {
    description:
      "The choices of a `list` or of `tags`, as Personio names them now; empty for others, and with version 2 of its API.",
  })
  options!: readonly string[];

  @Field(() => [String], {
    description: "The Person fields that are read from it; empty when it is not used.",
  })
  neededFor!: string[];

  @Field(() => String, {
    nullable: true,
    description:
      "What the directory lacks because this attribute is not granted, and how to grant it; null while it is.",
  })
  missingHelp!: string | null;
}

@ObjectType({
  simpleResolvers: true,
  description:
    "Which Personio attribute one Person field is read from. A field that no row names is undecided: what is stored of it stays, and the " +
    "next FULL sync reads it once an attribute for it is granted.",
})
export class FieldMapping {
  @Field(() => String, {
    description:
      "A field of Person, such as `hireDate`; or `customAttributes`, once per custom attribute that is kept.",
  })
  personField!: string;

  @Field(() => ID, {
    nullable: true,
    description:
      "The attribute's key; null: an admin has hidden the field, which is not read, stored or served.",
  })
  personioAttribute!: string | null;
}

@InputType({
  description:
    "One row of the reviewed mapping. Fields that no row names keep the proposal; as soon as one row names " +
    "`customAttributes`, only the custom attributes named are kept.",
})
export class FieldMappingInput {
  @Field(() => String, { description: "A field of Person, or `customAttributes`." })
  personField!: string;

  @Field(() => ID, {
    nullable: true,
    description:
      "The key of a granted attribute; null: hide this field. It is not read, and what is stored of it goes with the next sync.",
  })
  personioAttribute?: string | null;
}

@ObjectType({
  simpleResolvers: true,
  description: "The Personio account that the directory follows. [people:admin]",
})
export class PersonioIntegration {
  @Field(() => ID, { description: "Our id of this integration; it survives reconnecting." })
  id!: string;

  @Field(() => PersonioIntegrationStatus, { description: "Where the connection stands." })
  status!: IntegrationStatus;

  @Field(() => PersonioApiVersion, {
    description:
      "The version of Personio's API that was chosen when connecting; see `setPersonioApiVersion`.",
  })
  apiVersion!: ApiVersion;

  @Field(() => String, { description: "The credential's client id. The secret is never served." })
  clientId!: string;

  @Field(() => GraphQLDateTime, { nullable: true, description: "When the setup was finished." })
  connectedAt!: Date | null;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description:
      "When the last sync that succeeded began to read Personio: this is how old the directory is.",
  })
  lastSucceededAt!: Date | null;

  @Field(() => PersonioProblem, { nullable: true, description: "Null while all is well." })
  problem!: PersonioProblem | null;

  @Field(() => [PersonioProblem], {
    description:
      "ATTRIBUTE_NOT_READABLE, once for each attribute that the mapping reads and that the credential may not read (any more): what that " +
      "costs, and which right to tick. Nobody loses a value by it.",
  })
  warnings!: PersonioProblem[];

  @Field(() => [PersonioAttribute], {
    description:
      "Every attribute that the directory can use or that was granted, as of the last look at Personio.",
  })
  attributes!: PersonioAttribute[];

  @Field(() => [FieldMapping], {
    description:
      "The mapping that is proposed (AWAITING_REVIEW) or in force. Finishing the setup without one accepts the proposal.",
  })
  fieldMapping!: readonly FieldMapping[];

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description:
      "When the timetable syncs next: after the back-off, and not before a time that Personio has named; null while nothing is synced.",
  })
  nextSyncAt!: Date | null;
}
