import { Ctx, FieldResolver, Int, Query, Resolver } from "type-graphql";
import { RequiresScope } from "../access/field-rules.ts";
import { ADMIN_SCOPE } from "../access/viewer.ts";
import { nextDueTime } from "../jobs/timetable.ts";
import { NotKept } from "../request/kept-rules.ts";
import type { RequestContext } from "../request/request-context.ts";
import { describeIntegration } from "./describe-integration.ts";
import { isDue } from "./health/back-off.ts";
import { findIntegration } from "./integration.repository.ts";
import type { Integration } from "./integration.ts";
import { isConnected } from "./open-account.ts";
import { PersonioIntegration } from "./personio-integration.ts";

export type IntegrationContext = RequestContext & {
  /** How often the timetable syncs each tenant. */
  readonly syncEveryHours: number;
};

@Resolver(() => PersonioIntegration)
export class IntegrationResolver {
  @RequiresScope(ADMIN_SCOPE)
  @NotKept("STATE")
  @Query(() => PersonioIntegration, {
    nullable: true,
    description:
      "The Personio account of this company; null if the company never connected one. [people:admin]",
  })
  async personioIntegration(@Ctx() context: IntegrationContext): Promise<PersonioIntegration | null> {
    const integration = await context.read(findIntegration);
    return integration && serveIntegration(integration, context);
  }

  @NotKept("STATE")
  @FieldResolver(() => Int, {
    description:
      "How many hours are between two scheduled syncs. The operator of the service sets it for all companies.",
  })
  syncEveryHours(@Ctx() { syncEveryHours }: IntegrationContext): number {
    return syncEveryHours;
  }
}

export function serveIntegration(integration: Integration, context: IntegrationContext): PersonioIntegration {
  const { tenantId } = context.viewer;
  return describeIntegration(
    integration,
    isConnected(integration) ? nextDueSlot(integration, tenantId, context) : null,
  );
}

/** The next slot of the timetable that is due: a BROKEN integration skips some. */
function nextDueSlot(
  integration: Integration,
  tenantId: string,
  { syncEveryHours, now }: Pick<IntegrationContext, "syncEveryHours" | "now">,
): Date {
  let slot = nextDueTime(tenantId, syncEveryHours, now);
  while (!isDue(integration, slot)) slot = nextDueTime(tenantId, syncEveryHours, slot);
  return slot;
}
