import { Arg, Args, Ctx, Directive, FieldResolver, ID, Mutation, Resolver, Root } from "type-graphql";
import { actorOf } from "../../access/actor.ts";
import { RequiresScope } from "../../access/field-rules.ts";
import { ADMIN_SCOPE, type Viewer } from "../../access/viewer.ts";
import { ActionableError, forbidden } from "../../errors.ts";
import type { RaisedFields } from "../../fields/raised-fields.ts";
import { findIntegration, showHoldProblem } from "../../integration/integration.repository.ts";
import { assertConnected } from "../../integration/open-account.ts";
import type { PeopleContext } from "../../people/person.loader.ts";
import { Person } from "../../people/person.ts";
import { hiddenPersonFields, scopeOfField } from "../../people/person-scopes.ts";
import { type Connection, pageOf } from "../../request/connection.ts";
import { readOpaqueId } from "../../request/opaque-id.ts";
import { checkFirst } from "../../request/page-size.ts";
import { searchPatterns } from "../../request/search-patterns.ts";
import { approveHeldRun, findWaitingHold, rejectHeldRun } from "../runs/held-run.repository.ts";
import { requestSyncRun } from "../runs/request-sync-run.ts";
import { keyOfRun, syncJob } from "../runs/sync.job.ts";
import { findSyncRun } from "../runs/sync-run.repository.ts";
import type { RunsContext } from "../runs/sync-run.resolver.ts";
import { SyncRun } from "../runs/sync-run.ts";
import { PlanArgs } from "./plan-args.ts";
import { redactFields } from "./redact-plan.ts";
import { countShownPlan, listShownPlan, removePlans, summarizePlan } from "./shown-plan.repository.ts";
import { SyncPlanConnection, SyncPlanItem, SyncPlanSummary } from "./sync-plan.ts";

const LIST = "syncPlan";

@Resolver(() => SyncRun)
export class SyncPlanResolver {
  @RequiresScope(ADMIN_SCOPE)
  @Mutation(() => SyncRun, {
    description:
      "Reads Personio and plans a sync run without changing anything: the run ends HELD, and its `plan` " +
      "can then be approved. If a run is queued or running, returns that one. A sync that is requested " +
      "before this run starts replaces the dry run. [people:admin]",
  })
  planSyncPersonio(@Ctx() context: RunsContext): Promise<SyncRun> {
    return context.write(async (manager) => {
      assertConnected(await findIntegration(manager));
      const { viewer, queue } = context;
      const request = { tenantId: viewer.tenantId, trigger: "MANUAL", dry: true } as const;
      return requestSyncRun(manager, queue, { ...request, requestedBy: actorOf(viewer) });
    });
  }

  @RequiresScope(ADMIN_SCOPE)
  @Mutation(() => SyncRun, {
    description:
      "Approves what the guard stopped: the people in the plan may leave, and its fields may be emptied. " +
      "The run reads Personio once more and also applies ordinary changes since then. It is held again " +
      "with SYNC_PLAN_OUTDATED if more people would leave, or lose a field, than the plan shows. If " +
      "Personio fails, it is held again with that problem. Fails with SYNC_RUN_NOT_HELD if a newer FULL " +
      "run has superseded it, and with SYNC_RUN_UNDER_WAY while another run is queued or running. " +
      "[people:admin]",
  })
  approveSyncRun(
    @Ctx() context: RunsContext,
    @Arg("id", () => ID, { description: "The id of a HELD run." }) id: string,
  ): Promise<SyncRun> {
    const { tenantId } = context.viewer;
    return context.write(async (manager) => {
      const runId = readOpaqueId(id);
      assertConnected(await findIntegration(manager));
      if (!runId) throw notHeld();
      const decision = { approvedAt: context.now, decidedBy: actorOf(context.viewer) };
      if (!(await approveHeldRun(manager, runId, decision)))
        throw isWaiting(await findSyncRun(manager, runId)) ? underWay() : notHeld();
      const run = getRun(await findSyncRun(manager, runId));
      await context.queue.enqueue(syncJob, { tenantId, runId }, { key: keyOfRun(run), manager });
      return run;
    });
  }

  @RequiresScope(ADMIN_SCOPE)
  @Mutation(() => SyncRun, {
    description:
      "Rejects a held run. The directory stays as it is; the next run makes a new plan. Settings stay, too. After a " +
      "rejected SETTINGS run, set the former order of sources with `setPeopleField`. Otherwise the next full run is " +
      "held for the same reason. [people:admin]",
  })
  rejectSyncRun(
    @Ctx() context: RunsContext,
    @Arg("id", () => ID, { description: "The id of a HELD run." }) id: string,
  ): Promise<SyncRun> {
    return context.write(async (manager) => {
      const runId = readOpaqueId(id);
      const held = runId ? await findSyncRun(manager, runId) : null;
      const decidedBy = actorOf(context.viewer);
      if (!held || !(await rejectHeldRun(manager, held.id, decidedBy))) throw notHeld();
      if (held.planReadId) await removePlans(manager, [held.planReadId]);
      await showHoldProblem(manager, await findWaitingHold(manager));
      return getRun(await findSyncRun(manager, held.id));
    });
  }

  @FieldResolver(() => SyncPlanConnection, {
    nullable: true,
    description:
      "The changes that a HELD run would make, person by person; null for every other run, including " +
      "SUPERSEDED ones.",
  })
  async plan(
    @Root() run: SyncRun,
    @Ctx() context: RunsContext,
    @Args(() => PlanArgs) { first, after, change = null, field = null, search }: PlanArgs,
  ): Promise<Connection<SyncPlanItem> | null> {
    const size = checkFirst(first);
    const readId = shownPlanOf(run);
    if (!readId) return null;
    const raised = await context.raised();
    if (field !== null) checkSeen(field, context.viewer, raised);
    const filter = { change, field, patterns: searchPatterns(search) };
    const list = `${LIST}:${readId}`;
    const place = after ? String(context.cursors.decode(list, after)[0]) : null;
    const items = await context.read((manager) =>
      listShownPlan(manager, readId, { filter, limit: size + 1, after: place }),
    );
    const rows = items.map((item) => redactFields(item, { viewer: context.viewer, raised }));
    return pageOf(rows, {
      first: size,
      after,
      cursorOf: (item) => context.cursors.encode(list, [item.personioId]),
      countAll: () => context.read((manager) => countShownPlan(manager, readId, filter)),
    });
  }

  // Compares both sides of each planned change: 85 ms of CPU for a plan of 3,000 people.
  @Directive("@cost(weight: 17000)")
  @FieldResolver(() => SyncPlanSummary, {
    nullable: true,
    description: "The plan in numbers; null for every run without a `plan`. Costly: it reads the whole plan.",
  })
  async planSummary(@Root() run: SyncRun, @Ctx() context: RunsContext): Promise<SyncPlanSummary | null> {
    const readId = shownPlanOf(run);
    if (!readId) return null;
    const guarded = hiddenPersonFields(context.viewer, await context.raised());
    const summary = await context.read((manager) => summarizePlan(manager, readId));
    return { ...summary, fields: summary.fields.filter(({ field }) => !guarded.includes(field)) };
  }
}

const shownPlanOf = (run: SyncRun): string | null => (run.status === "HELD" ? run.planReadId : null);

/** @throws FORBIDDEN: who is in a list of changes of a field shows something of its values. */
function checkSeen(field: string, viewer: Pick<Viewer, "scopes">, raised: RaisedFields): void {
  if (!hiddenPersonFields(viewer, raised).includes(field)) return;
  throw forbidden(`plan(field: "${field}")`, [scopeOfField(field, raised) ?? ADMIN_SCOPE]);
}

@Resolver(() => SyncPlanItem)
export class SyncPlanItemResolver {
  @FieldResolver(() => Person, {
    nullable: true,
    description: "The person as currently in the directory; null for an ADD.",
  })
  person(@Root() item: SyncPlanItem, @Ctx() context: PeopleContext) {
    return item.change === "ADD" ? null : context.loaders.personById.load(item.personId);
  }
}

const notHeld = (): ActionableError =>
  new ActionableError(
    "SYNC_RUN_NOT_HELD",
    "No held run with this id has a plan that can still be applied: the run has ended, or a newer FULL " +
      "run has superseded it.",
    "Find the newest run in syncRuns; sync or plan again if you need a new plan.",
  );

const underWay = (): ActionableError =>
  new ActionableError(
    "SYNC_RUN_UNDER_WAY",
    "Another run is queued or running, so the plan cannot be applied now. It is still held.",
    "Wait until that run has ended, then approve this one again. If that run was a full sync, look at " +
      "its outcome instead: it supersedes this plan.",
  );

/** Whether the run is held, with a plan that can still be approved. */
const isWaiting = (run: SyncRun | null): boolean => run?.status === "HELD" && run.planReadId !== null;

function getRun(run: SyncRun | null): SyncRun {
  if (!run) throw notHeld();
  return run;
}
