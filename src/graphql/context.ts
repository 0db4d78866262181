import { LRUCache } from "lru-cache";
import { type DataSource, type EntityManager, QueryFailedError } from "typeorm";
import type { Viewer } from "../access/viewer.ts";
import { isErrorCode, isOutage } from "../database/database-errors.ts";
import { createReadSnapshot, inTenant, type ReadSnapshot } from "../database/transaction.ts";
import { ActionableError } from "../errors.ts";
import { RAISED_FIELDS_SQL, type RaisedFields, readRaisedFields } from "../fields/raised-fields.ts";
import type { IdentityContext } from "../identity/service-token.resolver.ts";
import type { IntegrationContext } from "../integration/integration.resolver.ts";
import type { LifecycleContext } from "../lifecycle/feed/lifecycle-event.resolver.ts";
import type { Logger } from "../log.ts";
import { createOrgLoaders } from "../org/org.loader.ts";
import { type ApproverContext, createApproverLoaders } from "../people/approvers/candidates.loader.ts";
import {
  type CustomAttributeContext,
  createCustomAttributeLoaders,
} from "../people/custom-attributes/custom-attribute.loader.ts";
import { createDirectoryLoaders, type DirectoryContext } from "../people/directory/members.loader.ts";
import { createPersonLoaders } from "../people/person.loader.ts";
import { createReportingLoaders, type ReportingContext } from "../people/reporting/reporting.loader.ts";
import { type Cursors, createCursors } from "../request/cursors.ts";
import type { Read, RequestContext } from "../request/request-context.ts";
import type { ScimContext } from "../scim/tokens/scim-token.resolver.ts";
import { createFieldSourcesLoaders, type FieldSourcesContext } from "../setup/fields/field-sources.loader.ts";
import type { SetupContext } from "../setup/setup.resolver.ts";
import type { RunsContext } from "../sync/runs/sync-run.resolver.ts";
import { createTenantTurns, type EndTurn, shareTurn, type TakeTurn, type TurnKind } from "./tenant-turns.ts";

/** What resolvers receive. Each room declares the part that its resolvers need. */
export type GraphQLContext = DirectoryContext &
  ReportingContext &
  CustomAttributeContext &
  FieldSourcesContext &
  ApproverContext &
  IntegrationContext &
  IdentityContext &
  ScimContext &
  RunsContext &
  SetupContext &
  LifecycleContext;

/** The part of the context that every request shares. */
export type Services = Omit<GraphQLContext, keyof RequestContext | "loaders">;

/** One operation, or one event of a subscription. `close` releases its connection without waiting for it. */
export type OpenedRequest = {
  readonly context: GraphQLContext;
  /** The error that refused the request a turn in the database, if it got none. */
  readonly refusal: () => ActionableError | null;
  close(): void;
};

export type Requests = {
  /** All reads see the same snapshot of the directory. */
  open(viewer: Viewer, kind?: TurnKind): OpenedRequest;
  /** For a whole subscription: each read takes a new snapshot and releases its connection afterwards. */
  createSubscriberContext(viewer: Viewer): GraphQLContext;
};

type RequestsOptions = {
  dataSource: DataSource;
  services: Services;
  cursorKeys: readonly Buffer[];
  /** Shares the connections among tenants. */
  takeTurn?: TakeTurn;
  log: Logger;
};

/** Tenants whose keys of cursors are kept. They cost a few kilobytes, and deriving them again is cheap. */
const TENANTS_KEPT = 1_000;

export function createRequests(options: RequestsOptions): Requests {
  const { dataSource, services, cursorKeys, takeTurn = createTenantTurns(), log } = options;
  const cursorsBy = new LRUCache<string, Cursors>({ max: TENANTS_KEPT });
  const cursorsOf = ({ tenantId }: Viewer): Cursors => {
    const known = cursorsBy.get(tenantId);
    if (known) return known;
    const cursors = createCursors({ keys: cursorKeys, tenantId });
    cursorsBy.set(tenantId, cursors);
    return cursors;
  };
  const openSnapshot = ({ tenantId }: Viewer, holdTurn: HoldTurn) =>
    snapshotInTurn(() => createReadSnapshot(dataSource, tenantId, RAISED_FIELDS_SQL), holdTurn);
  const closeQuietly = (snapshot: Pick<ReadSnapshot, "close">): void => {
    snapshot.close().catch((error: unknown) => log.warn({ error: String(error) }, "snapshot close failed"));
  };

  const createContext = (
    viewer: Viewer,
    {
      read,
      raised,
      holdTurn,
      afterWrite,
    }: Pick<RequestContext, "read" | "raised"> & { holdTurn: HoldTurn; afterWrite: () => void },
  ): GraphQLContext => {
    const now = new Date();
    let loaders: Loaders | undefined;
    return {
      ...services,
      viewer,
      now,
      cursors: cursorsOf(viewer),
      read,
      raised,
      async write(work) {
        const endTurn = await holdTurn();
        try {
          const result = await inTenant(dataSource, viewer.tenantId, work);
          loaders = undefined;
          afterWrite();
          return result;
        } catch (error) {
          endTurn(!isOutage(error));
          throw error;
        } finally {
          endTurn();
        }
      },
      get loaders() {
        loaders ??= createLoaders(read, now);
        return loaders;
      },
    };
  };

  return {
    open(viewer, kind) {
      let refusal: ActionableError | null = null;
      const holdTurn = shareTurn(async () => {
        try {
          return await takeTurn(viewer.tenantId, kind);
        } catch (error) {
          if (error instanceof ActionableError) refusal = error;
          throw error;
        }
      });
      const snapshot = openSnapshot(viewer, holdTurn);
      let open = true;
      let failure: unknown;
      const read: Read = async (work) => {
        // Work that outlives its request would open a transaction that is never closed.
        if (!open) throw new Error("The request is over.");
        try {
          return await work(await snapshot.manager());
        } catch (error) {
          // A failed statement aborts the transaction, so later failures report the error of the first one.
          failure ??= error instanceof QueryFailedError ? error : undefined;
          snapshot.noteError(error);
          throw isErrorCode(error, TRANSACTION_ABORTED) ? failure : error;
        }
      };
      return {
        context: createContext(viewer, {
          read,
          raised: () => snapshot.raised() ?? read(async () => raisedIn(snapshot)),
          holdTurn,
          afterWrite: () => closeQuietly(snapshot),
        }),
        refusal: () => refusal,
        close() {
          open = false;
          closeQuietly(snapshot);
        },
      };
    },
    createSubscriberContext(viewer) {
      const holdTurn = () => takeTurn(viewer.tenantId, { isEvent: true, isExpensive: false });
      const within = async <Result>(
        work: (manager: EntityManager, snapshot: SnapshotInTurn) => Promise<Result>,
      ): Promise<Result> => {
        const snapshot = openSnapshot(viewer, holdTurn);
        try {
          return await work(await snapshot.manager(), snapshot);
        } catch (error) {
          snapshot.noteError(error);
          throw error;
        } finally {
          closeQuietly(snapshot);
        }
      };
      const read: Read = (work) => within((manager) => work(manager));
      const raised = () => within(async (_, snapshot) => raisedIn(snapshot));
      return createContext(viewer, { read, raised, holdTurn, afterWrite: () => undefined });
    },
  };
}

/** What an open snapshot says; without it nothing may be served. */
function raisedIn(snapshot: Pick<SnapshotInTurn, "raised">): RaisedFields {
  const raised = snapshot.raised();
  if (raised === null) throw new Error("The snapshot is closed.");
  return raised;
}

type HoldTurn = () => Promise<EndTurn>;

type SnapshotInTurn = Omit<ReadSnapshot, "firstRows"> & {
  /** The raised fields, once the snapshot is open; null before. */
  raised(): RaisedFields | null;
  /** An error of the work in this snapshot. After an outage, its turn ends unanswered. */
  noteError(error: unknown): void;
};

/** A snapshot that waits for a turn before it opens, and ends the turn when its connection is free again. */
function snapshotInTurn(create: () => ReadSnapshot, holdTurn: HoldTurn): SnapshotInTurn {
  type Opened = {
    readonly snapshot: ReadSnapshot;
    readonly turn: Promise<EndTurn>;
    readonly manager: Promise<EntityManager>;
    raised: RaisedFields | null;
  };
  let opened: Opened | undefined;
  let wasAnswered = true;
  return {
    raised: () => opened?.raised ?? null,
    noteError(error) {
      if (isOutage(error)) wasAnswered = false;
    },
    manager() {
      if (!opened) {
        const snapshot = create();
        const turn = holdTurn();
        const manager = turn.then(async () => {
          opening.raised = readRaisedFields(await snapshot.firstRows());
          return snapshot.manager();
        });
        const opening: Opened = { snapshot, turn, manager, raised: null };
        opened = opening;
      }
      return opened.manager;
    },
    async close() {
      const closing = opened;
      opened = undefined;
      if (!closing) return;
      const endTurn = await closing.turn.catch(() => null);
      try {
        await closing.snapshot.close();
      } finally {
        endTurn?.(wasAnswered);
      }
    },
  };
}

const TRANSACTION_ABORTED = "25P02";

type Loaders = GraphQLContext["loaders"];

/** The loaders of one request and its snapshot. Each folder creates its own. */
export function createLoaders(read: Read, now: Date): Loaders {
  const people = createPersonLoaders(read, now);
  const reporting = createReportingLoaders(read, now);
  return {
    ...createOrgLoaders(read),
    ...people,
    ...createDirectoryLoaders(read, now),
    ...reporting,
    ...createCustomAttributeLoaders(read),
    ...createFieldSourcesLoaders(read),
    ...createApproverLoaders(read, { now, ...people, ...reporting }),
  };
}
