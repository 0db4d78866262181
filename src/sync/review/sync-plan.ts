import { GraphQLJSON } from "graphql-scalars";
import { Field, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import { RequiresScope } from "../../access/field-rules.ts";
import { ADMIN_SCOPE } from "../../access/viewer.ts";
import { createConnectionType } from "../../request/connection.ts";

export const SyncPlanChange = { ADD: "ADD", CHANGE: "CHANGE", LEAVE: "LEAVE" } as const;
export type SyncPlanChange = keyof typeof SyncPlanChange;

registerEnumType(SyncPlanChange, {
  name: "SyncPlanChange",
  description: "What a sync run would do with a person.",
  valuesConfig: {
    ADD: { description: "Adds the person to the directory." },
    CHANGE: { description: "Changes stored values of the person." },
    LEAVE: {
      description:
        "Makes the person a leaver, because they are inactive in Personio, no longer in its list, or excluded by the " +
        "company's settings.",
    },
  },
});

@RequiresScope(ADMIN_SCOPE)
@ObjectType("SyncPlanItem", {
  simpleResolvers: true,
  description: "The change that a held run would make to one person.",
})
export class SyncPlanItem {
  @Field(() => ID, { description: "Personio's id of the record." })
  personioId!: string;

  /** Our id, by which `person` is loaded; for an ADD, the directory does not serve it yet. */
  personId!: string;

  @Field(() => SyncPlanChange, { description: "The kind of change." })
  change!: SyncPlanChange;

  @Field(() => GraphQLJSON, {
    nullable: true,
    description:
      "The current values of the fields that would change, by field name; null for an ADD. " +
      "Personio's id of a department, office, legal entity or supervisor comes with the name, if known. A " +
      "value is `(hidden)` if you lack its scope, and left out of an ADD.",
  })
  before!: Record<string, unknown> | null;

  @Field(() => GraphQLJSON, {
    nullable: true,
    description: "The new values of the same fields; for an ADD, of all fields.",
  })
  after!: Record<string, unknown> | null;
}

export const SyncPlanConnection = createConnectionType({
  name: "SyncPlan",
  node: () => SyncPlanItem,
  entry: "planned change",
  entries: "planned changes",
  scope: ADMIN_SCOPE,
});

@RequiresScope(ADMIN_SCOPE)
@ObjectType({ simpleResolvers: true, description: "How many people a plan changes in one field." })
export class SyncPlanFieldCount {
  @Field(() => String, {
    description:
      "A field of Person, such as `position`; or `customAttributes.` and the key of an attribute. Pass it as " +
      "`plan(field:)` to see the people.",
  })
  field!: string;

  @Field(() => Int, { description: "Number of people whose value would change." })
  people!: number;

  @Field(() => Int, { description: "Number of people among them who would lose their value." })
  cleared!: number;
}

@RequiresScope(ADMIN_SCOPE)
@ObjectType({ simpleResolvers: true, description: "A plan in numbers." })
export class SyncPlanSummary {
  @Field(() => Int, { description: "Number of people that the run would add." })
  adds!: number;

  @Field(() => Int, { description: "Number of people whose values it would change." })
  changes!: number;

  @Field(() => Int, { description: "Number of people who would become leavers." })
  leaves!: number;

  @Field(() => [SyncPlanFieldCount], {
    description:
      "The fields that would change for people in the directory, most people first. Leaves out fields that you may not see.",
  })
  fields!: readonly SyncPlanFieldCount[];
}
