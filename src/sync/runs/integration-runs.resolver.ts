import { Ctx, FieldResolver, Resolver } from "type-graphql";
import { PersonioIntegration } from "../../integration/personio-integration.ts";
import type { RequestContext } from "../../request/request-context.ts";
import { findHeldRun, findSyncRunUnderWay } from "./sync-run.repository.ts";
import { SyncRun } from "./sync-run.ts";

/** What an admin has to know about runs on every page, in one query with the state of the connection. */
@Resolver(() => PersonioIntegration)
export class IntegrationRunsResolver {
  @FieldResolver(() => SyncRun, {
    nullable: true,
    description:
      "The held run that waits for a decision: approve or reject it. Null if none waits. A dry run does not count.",
  })
  heldRun(@Ctx() { read }: RequestContext): Promise<SyncRun | null> {
    return read(findHeldRun);
  }

  @FieldResolver(() => SyncRun, {
    nullable: true,
    description: "The run that is queued or running; null if there is none. A company has at most one.",
  })
  runUnderWay(@Ctx() { read }: RequestContext): Promise<SyncRun | null> {
    return read(findSyncRunUnderWay);
  }
}
