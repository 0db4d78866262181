import { GraphQLJSON } from "graphql-scalars";
import { Field, ID, ObjectType, registerEnumType } from "type-graphql";
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
      "The current values of the fields that would change, by field name; null for an ADD. Beside " +
      "Personio's id of a department, office, legal entity or supervisor stands its name, if known. A " +
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
