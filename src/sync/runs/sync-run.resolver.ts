import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  ID,
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
  Subscription,
} from "type-graphql";
import { actorOf } from "../../access/actor.ts";
import { RequiresScope } from "../../access/field-rules.ts";
import { ADMIN_SCOPE } from "../../access/viewer.ts";
import { findIntegration } from "../../integration/integration.repository.ts";
import { assertConnected } from "../../integration/open-account.ts";
import type { Queue } from "../../jobs/queue.ts";
import { type Connection, createConnectionType } from "../../request/connection.ts";
import { NotKept } from "../../request/kept-rules.ts";
import { readOpaqueId } from "../../request/opaque-id.ts";
import { FIRST_ARGUMENT, PageArgs } from "../../request/page-args.ts";
import { readPage } from "../../request/read-page.ts";
import type { RequestContext } from "../../request/request-context.ts";
import { requestSyncRun } from "./request-sync-run.ts";
import { countSyncRuns, findSyncRun, listSyncRuns } from "./sync-run.repository.ts";
import { SyncMode, SyncRun, SyncRunStatus } from "./sync-run.ts";

export type RunsContext = RequestContext & {
  readonly queue: Queue;
  readonly watchSyncRun: (run: {
    readonly tenantId: string;
    /** Null for all runs. */
    readonly id: string | null;
  }) => AsyncIterableIterator<SyncRun>;
};

const SyncRunConnection = createConnectionType({
  name: "SyncRun",
  node: () => SyncRun,
  entry: "run",
  entries: "runs",
  scope: ADMIN_SCOPE,
});

const LIST = "syncRuns";
/** Enough to see the last few days. */
const FIRST = 20;

@ArgsType()
class SyncRunArgs extends PageArgs {
  @Field(() => Int, FIRST_ARGUMENT)
  override first?: number | null = FIRST;
}

@Resolver(() => SyncRun)
export class SyncRunResolver {
  @RequiresScope(ADMIN_SCOPE)
  @NotKept("STATE")
  @Query(() => SyncRunConnection, {
    description: "The sync runs, newest first: all, or only those with the given statuses. [people:admin]",
  })
  syncRuns(
    @Ctx() context: RunsContext,
    @Args(() => SyncRunArgs) args: SyncRunArgs,
    @Arg("statuses", () => [SyncRunStatus], {
      nullable: true,
      description: "Only runs with one of these statuses; null for all. An empty list matches no run.",
    })
    statuses: SyncRunStatus[] | null = null,
  ): Promise<Connection<SyncRun>> {
    return readPage(context, {
      list: LIST,
      args,
      defaultSize: FIRST,
      readRows: ({ limit, after }) =>
        context.read((queries) =>
          listSyncRuns(queries, {
            limit,
            statuses,
            after: after && { createdAt: String(after[0]), id: String(after[1]) },
          }),
        ),
      positionOf: ({ createdAt, id }) => [createdAt.toISOString(), id],
      countAll: () => context.read((manager) => countSyncRuns(manager, statuses)),
    });
  }

  @RequiresScope(ADMIN_SCOPE)
  @NotKept("STATE")
  @Query(() => SyncRun, {
    nullable: true,
    description: "A sync run by id; null if none has this id. [people:admin]",
  })
  async syncRun(
    @Ctx() context: RunsContext,
    @Arg("id", () => ID, { description: "The id of the run." }) id: string,
  ): Promise<SyncRun | null> {
    const runId = readOpaqueId(id);
    return runId === null ? null : context.read((manager) => findSyncRun(manager, runId));
  }

  @RequiresScope(ADMIN_SCOPE)
  @Mutation(() => SyncRun, {
    description:
      "Queues a sync run and returns at once; if one is queued or running, returns that one. If that run " +
      "does less (a webhook, incremental or dry run), it becomes FULL while it is still queued. If it is " +
      "already running, a FULL run follows it. Watch the run with `syncRun` or `syncRunProgress`. Fails " +
      "with PERSONIO_NOT_CONNECTED before the setup is finished. [people:admin]",
  })
  async syncPersonio(
    @Ctx() context: RunsContext,
    @Arg("mode", () => SyncMode, {
      nullable: true,
      defaultValue: SyncMode.FULL,
      description:
        "INCREMENTAL is quicker, but missing people do not become leavers. Before the first success, and the " +
        "first time after setPersonioApiVersion, it becomes FULL.",
    })
    mode: SyncMode | null,
  ): Promise<SyncRun> {
    return context.write(async (manager) => {
      assertConnected(await findIntegration(manager));
      const { tenantId } = context.viewer;
      return requestSyncRun(manager, context.queue, {
        tenantId,
        trigger: "MANUAL",
        requestedBy: actorOf(context.viewer),
        mode: mode ?? SyncMode.FULL,
      });
    });
  }

  @RequiresScope(ADMIN_SCOPE)
  @Subscription(() => SyncRun, {
    description:
      "The current state of a sync run, then each change of it; completes when the run ends. Completes at " +
      "once for an unknown id. Without an id: the state of the newest run, then each change of any run. That is its start, " +
      "its progress, its end, or a decision about its plan. This stream never completes. [people:admin]",
    subscribe: ({ args, context }: { args: { id?: string | null }; context: RunsContext }) =>
      context.watchSyncRun({
        tenantId: context.viewer.tenantId,
        id: args.id == null ? null : (readOpaqueId(args.id) ?? NO_RUN),
      }),
  })
  syncRunProgress(
    @Root() run: SyncRun,
    @Arg("id", () => ID, { nullable: true, description: "The id of the run; null for any run." })
    _id?: string | null,
  ): SyncRun {
    return run;
  }
}

/** The nil UUID, which no run has. */
const NO_RUN = "00000000-0000-0000-0000-000000000000";
