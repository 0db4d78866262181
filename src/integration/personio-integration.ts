import { GraphQLDateTime } from "graphql-scalars";
import { Field, ID, InputType, ObjectType, registerEnumType } from "type-graphql";
import { RequiresScope } from "../access/field-rules.ts";
import { ADMIN_SCOPE } from "../access/viewer.ts";
import type { ApiVersion } from "../personio/employee.ts";
import type { IntegrationStatus } from "./integration.ts";
import { PersonioProblem } from "./personio-problem.ts";
import type { Sample } from "./samples.ts";

export const PersonioIntegrationStatus = {
  AWAITING_REVIEW: "AWAITING_REVIEW",
  CONNECTED: "CONNECTED",
  BROKEN: "BROKEN",
  DISCONNECTED: "DISCONNECTED",
} as const satisfies Record<IntegrationStatus, IntegrationStatus>;

export const PersonioApiVersion = { V1: "V1", V2: "V2" } as const satisfies Record<ApiVersion, ApiVersion>;

registerEnumType(PersonioApiVersion, {
  name: "PersonioApiVersion",
  description: "The version of Personio's API that the sync reads an account with.",
  valuesConfig: {
    V1: {
      description:
        "Reads pages of a hundred people with all names: use it wherever the credential allows it.",
    },
    V2: {
      description:
        "Makes one request per person and has no sub-companies: use it for credentials that version 1 " +
        "refuses.",
    },
  },
});

registerEnumType(PersonioIntegrationStatus, {
  name: "PersonioIntegrationStatus",
  description: "State of the connection between this company and its Personio account.",
  valuesConfig: {
    AWAITING_REVIEW: {
      description: "The credential works; an admin must still review the import.",
    },
    CONNECTED: { description: "The sync keeps the directory up to date with Personio." },
    BROKEN: {
      description:
        "Syncs fail and need attention: see `problem`. A refused credential or a stored secret that cannot " +
        "be opened sets this status at once, other failures after three in a row. The last good directory is " +
        "still served. The timetable retries less and less often, but at least daily; the next success sets " +
        "CONNECTED.",
    },
    DISCONNECTED: {
      description: "The secret is deleted and no sync runs; the directory stays as it was.",
    },
  },
});

export const MissingAttributeReason = {
  NOT_TICKED: "NOT_TICKED",
  RIGHT_MISSING: "RIGHT_MISSING",
  OTHER_API_VERSION: "OTHER_API_VERSION",
} as const;
export type MissingAttributeReason = keyof typeof MissingAttributeReason;

registerEnumType(MissingAttributeReason, {
  name: "MissingAttributeReason",
  description: "Why the credential may not read an attribute.",
  valuesConfig: {
    NOT_TICKED: { description: "It is not ticked for the credential, or Personio does not have it." },
    RIGHT_MISSING: { description: "Personio refuses the whole list that contains it; see `missingRight`." },
    OTHER_API_VERSION: { description: "Only the other version of Personio's API has it." },
  },
});

@RequiresScope(ADMIN_SCOPE)
@ObjectType({
  simpleResolvers: true,
  description:
    "An attribute in Personio: whether the credential may read it, and which Person fields need it.",
})
export class PersonioAttribute {
  @Field(() => ID, { description: "Personio's key: `first_name`, or `dynamic_402118` for a company's own." })
  key!: string;

  @Field(() => String, { description: "The attribute's name in Personio; companies may rename it." })
  label!: string;

  @Field(() => Boolean, { description: "Whether the credential may read it." })
  granted!: boolean;

  @Field(() => String, {
    nullable: true,
    description:
      "The attribute's type in Personio's terms: `standard`, `date`, `integer`, `decimal`, `list`, `link`, " +
      "`tags` or `multiline`. Null while the credential may not read it.",
  })
  type!: string | null;

  @Field(() => [String], {
    description:
      "The current choices of a `list` or `tags` attribute; empty for other types, and with version 2 of " +
      "Personio's API.",
  })
  options!: readonly string[];

  @Field(() => [String], {
    description: "The Person fields that use this attribute; empty when none does.",
  })
  neededFor!: string[];

  @Field(() => String, {
    nullable: true,
    description:
      "What the directory lacks without this attribute, and how to grant it; null when it is granted.",
  })
  missingHelp!: string | null;

  @Field(() => MissingAttributeReason, {
    nullable: true,
    description:
      "Why the credential may not read it, as a stable code; null when it is granted. With `neededFor`, a client can show " +
      "`missingHelp` in another language.",
  })
  missingReason!: MissingAttributeReason | null;

  @Field(() => String, {
    nullable: true,
    description:
      "RIGHT_MISSING: the right to tick, in Personio's words, such as `Org Units: Read`; null if Personio does not name it.",
  })
  missingRight!: string | null;

  /** An example as stored, for every viewer alike; the graph redacts it. */
  storedSample?: Sample | null;
}

@RequiresScope(ADMIN_SCOPE)
@ObjectType({
  simpleResolvers: true,
  description:
    "Maps a Person field to the Personio attribute that supplies it. A field without a row is undecided: " +
    "the directory keeps its stored values. The next FULL sync adds a row once a matching attribute is " +
    "granted.",
})
export class FieldMapping {
  @Field(() => String, {
    description:
      "A field of Person, such as `hireDate`; or `customAttributes`, once for each custom attribute to " +
      "keep.",
  })
  personField!: string;

  @Field(() => ID, {
    nullable: true,
    description:
      "The attribute's key. Null when an admin has hidden the field: the sync does not read or store it, " +
      "and the API does not serve it.",
  })
  personioAttribute!: string | null;
}

@InputType({
  description:
    "A row of the mapping. In `finishPersonioSetup`, fields without a row keep the proposal, and hidden ones stay hidden. " +
    "Once any row there names `customAttributes`, the directory keeps only the custom attributes with a row. In " +
    "`setFieldMapping`, everything without a row stays as it is.",
})
export class FieldMappingInput {
  @Field(() => String, {
    description:
      "A field of Person, or `customAttributes`. In `setFieldMapping`, `customAttributes.` and a key names one custom " +
      "attribute, to leave it out with null.",
  })
  personField!: string;

  @Field(() => ID, {
    nullable: true,
    description:
      "The key of a granted attribute. Null hides the field: the next sync deletes its stored values and " +
      "no longer reads it.",
  })
  personioAttribute?: string | null;
}

@RequiresScope(ADMIN_SCOPE)
@ObjectType({
  simpleResolvers: true,
  description: "The Personio account that supplies the directory. [people:admin]",
})
export class PersonioIntegration {
  @Field(() => ID, { description: "Our id for this integration; reconnecting keeps it." })
  id!: string;

  @Field(() => PersonioIntegrationStatus, { description: "State of the connection." })
  status!: IntegrationStatus;

  @Field(() => PersonioApiVersion, {
    description: "The version of Personio's API chosen when connecting; see `setPersonioApiVersion`.",
  })
  apiVersion!: ApiVersion;

  @Field(() => String, { description: "The credential's client id. The API never serves the secret." })
  clientId!: string;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: "When an admin last finished the setup; null if never.",
  })
  connectedAt!: Date | null;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description:
      "When the last successful sync began to read Personio: the directory is as current as this time. " +
      "Null before the first success.",
  })
  lastSucceededAt!: Date | null;

  @Field(() => PersonioProblem, {
    nullable: true,
    description: "The current problem; null when there is none.",
  })
  problem!: PersonioProblem | null;

  @Field(() => [PersonioProblem], {
    description:
      "One ATTRIBUTE_NOT_READABLE for each mapped attribute that the credential may not read: what the directory lacks, " +
      "and the right to tick. The directory keeps the stored values.",
  })
  warnings!: PersonioProblem[];

  @Field(() => [PersonioAttribute], {
    description:
      "Every attribute that is granted or that the directory can use, as of our last check with Personio.",
  })
  attributes!: PersonioAttribute[];

  @Field(() => [FieldMapping], {
    description:
      "The proposed mapping while AWAITING_REVIEW, otherwise the current one. Finishing the setup without " +
      "a mapping accepts the proposal.",
  })
  fieldMapping!: readonly FieldMapping[];

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description:
      "When the timetable next starts a sync: after the back-off, and not before a time that Personio has " +
      "named. Null while no sync is due.",
  })
  nextSyncAt!: Date | null;
}
