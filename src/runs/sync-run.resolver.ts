import { Arg, Ctx, ID, Int, Mutation, Query, Resolver, Root, Subscription } from "type-graphql";
import { readOpaqueId } from "../access/opaque-id.ts";
import type { RequestContext } from "../access/request-context.ts";
import { findIntegration } from "../integration/integration.repository.ts";
import { followed } from "../integration/open-account.ts";
import type { Queue } from "../jobs/queue.ts";
import { type Connection, createConnectionType, pageOf } from "../paging/connection.ts";
import { checkFirst } from "../paging/page-size.ts";
import { requestSyncRun } from "./request-sync-run.ts";
import { countSyncRuns, findSyncRun, listSyncRuns } from "./sync-run.repository.ts";
import { SyncMode, SyncRun } from "./sync-run.ts";

export type RunsContext = RequestContext & {
  readonly queue: Queue;
  readonly watchSyncRun: (run: {
    readonly tenantId: string;
    readonly id: string;
  }) => AsyncIterableIterator<SyncRun>;
};

const SyncRunConnection = createConnectionType({
  name: "SyncRun",
  node: () => SyncRun,
  entry: "run",
  entries: "runs",
});

const LIST = "syncRuns";
/** Runs are looked at to see the last few days. */
const FIRST = 20;

@Resolver(() => SyncRun)
export class SyncRunResolver {
  @Query(() => SyncRunConnection, { description: "The runs of the directory, newest first. [people:admin]" })
  async syncRuns(
    @Ctx() context: RunsContext,
    @Arg("first", () => Int, { nullable: true, defaultValue: FIRST, description: "How many, 1 to 100." })
    first: number | null,
    @Arg("after", () => String, { nullable: true, description: "A cursor: the runs older than it." }) after?:
      | string
      | null,
  ): Promise<Connection<SyncRun>> {
    const size = checkFirst(first, FIRST);
    const place = after ? context.cursors.decode(LIST, after) : null;
    const rows = await context.read((manager) =>
      listSyncRuns(manager, {
        limit: size + 1,
        after: place && { createdAt: String(place[0]), id: String(place[1]) },
      }),
    );
    return pageOf(rows, {
      first: size,
      after,
      cursorOf: (run) => context.cursors.encode(LIST, [run.createdAt.toISOString(), run.id]),
      countAll: () => context.read(countSyncRuns),
    });
  }

  @Query(() => SyncRun, {
    nullable: true,
    description: "One run; null when there is none of that id. [people:admin]",
  })
  async syncRun(
    @Ctx() context: RunsContext,
    @Arg("id", () => ID, { description: "The id of the run." }) id: string,
  ): Promise<SyncRun | null> {
    const runId = readOpaqueId(id);
    return runId === null ? null : context.read((manager) => findSyncRun(manager, runId));
  }

  @Mutation(() => SyncRun, {
    description:
      "Sync now. Queues a run and answers at once; while one is queued or running, that one is the answer. Where that one does less " +
      "(a webhook's, an incremental or a dry run), it is made a FULL one if it still waits, else a FULL one follows when it ends. " +
      "Watch it with `syncRun` or `syncRunProgress`. Fails with PERSONIO_NOT_CONNECTED before the setup is finished. [people:admin]",
  })
  async syncPersonio(
    @Ctx() context: RunsContext,
    @Arg("mode", () => SyncMode, {
      nullable: true,
      defaultValue: SyncMode.FULL,
      description:
        "INCREMENTAL is quicker, and finds nobody gone; before the first success, and the first time after setPersonioApiVersion, it is " +
        "a FULL run.",
    })
    mode: SyncMode | null,
  ): Promise<SyncRun> {
    return context.write(async (manager) => {
      followed(await findIntegration(manager));
      const { tenantId } = context.viewer;
      return requestSyncRun(manager, context.queue, {
        tenantId,
        trigger: "MANUAL",
        mode: mode ?? SyncMode.FULL,
      });
    });
  }

  @Subscription(() => SyncRun, {
    description:
      "A run as it stands, then again whenever something about it changes; completes when the run has ended. " +
      "An unknown id completes at once. [people:admin]",
    subscribe: ({ args, context }: { args: { id: string }; context: RunsContext }) =>
      context.watchSyncRun({ tenantId: context.viewer.tenantId, id: readOpaqueId(args.id) ?? NO_RUN }),
  })
  syncRunProgress(
    @Root() run: SyncRun,
    @Arg("id", () => ID, { description: "The id of the run." }) _id: string,
  ): SyncRun {
    return run;
  }
}

/** The nil UUID, which no run has. */
const NO_RUN = "00000000-0000-0000-0000-000000000000";
