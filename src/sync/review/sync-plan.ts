import { GraphQLJSON } from "graphql-scalars";
import { Field, ID, ObjectType, registerEnumType } from "type-graphql";
import { createConnectionType } from "../../paging/connection.ts";

export const SyncPlanChange = { ADD: "ADD", CHANGE: "CHANGE", LEAVE: "LEAVE" } as const;
export type SyncPlanChange = keyof typeof SyncPlanChange;

registerEnumType(SyncPlanChange, {
  name: "SyncPlanChange",
  description: "What a run would do with a person.",
  valuesConfig: {
    ADD: { description: "Take them into the directory." },
    CHANGE: { description: "Change what is stored of them." },
    LEAVE: { description: "Make them a leaver, because Personio says so or no longer lists them." },
  },
});

@ObjectType("SyncPlanItem", {
  simpleResolvers: true,
  description: "What a held run would change of one person.",
})
export class SyncPlanItem {
  @Field(() => ID, { description: "Personio's id of the record." })
  personioId!: string;

  /** Our id, under which `person` is found; somebody who would be added has none that is served yet. */
  personId!: string;

  @Field(() => SyncPlanChange, { description: "What would happen." })
  change!: SyncPlanChange;

  @Field(() => GraphQLJSON, {
    nullable: true,
    description:
      "The fields that would change, as they are now, by their names; null for an ADD. Beside Personio's id of a department, office, legal " +
      "entity or supervisor stands its name where we hold it. A value that needs a scope which you lack is `(hidden)`, and left out of an ADD.",
  })
  before!: Record<string, unknown> | null;

  @Field(() => GraphQLJSON, {
    nullable: true,
    description: "The same fields as they would be; for an ADD all of them.",
  })
  after!: Record<string, unknown> | null;
}

export const SyncPlanConnection = createConnectionType({
  name: "SyncPlan",
  node: () => SyncPlanItem,
  entry: "planned change",
  entries: "planned changes",
});
