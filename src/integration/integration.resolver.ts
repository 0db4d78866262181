import { Ctx, Query, Resolver } from "type-graphql";
import type { RequestContext } from "../access/request-context.ts";
import { nextSlot } from "../jobs/timetable.ts";
import { describeIntegration } from "./describe-integration.ts";
import { findIntegration } from "./integration.repository.ts";
import type { Integration } from "./integration.ts";
import { isFollowed } from "./open-account.ts";
import { PersonioIntegration } from "./personio-integration.ts";

export type IntegrationContext = RequestContext & {
  /** How often the timetable syncs each tenant. */
  readonly syncEveryHours: number;
};

@Resolver(() => PersonioIntegration)
export class IntegrationResolver {
  @Query(() => PersonioIntegration, {
    nullable: true,
    description: "The Personio account of this company; null when none was ever connected. [people:admin]",
  })
  async personioIntegration(@Ctx() context: IntegrationContext): Promise<PersonioIntegration | null> {
    const integration = await context.read(findIntegration);
    return integration && serveIntegration(integration, context);
  }
}

export function serveIntegration(integration: Integration, context: IntegrationContext): PersonioIntegration {
  const { tenantId } = context.viewer;
  return describeIntegration(
    integration,
    isFollowed(integration) ? nextSlot(tenantId, context.syncEveryHours, context.now) : null,
  );
}
