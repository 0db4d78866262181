import type { GraphQLSchema } from "graphql";
import { LRUCache } from "lru-cache";
import type { DataSource } from "typeorm";
import type { Viewer } from "../access/viewer.ts";
import { createReadSnapshot, type ReadSnapshot } from "../database/read-snapshot.ts";
import { inTenant } from "../database/transaction.ts";
import type { ActionableError } from "../errors.ts";
import type { RaisedFields } from "../fields/raised-fields.ts";
import type { IdentityContext } from "../identity/service-token.resolver.ts";
import type { IntegrationContext } from "../integration/integration.resolver.ts";
import type { LifecycleContext } from "../lifecycle/feed/lifecycle-event.resolver.ts";
import type { Logger } from "../log.ts";
import type { ApproverContext } from "../people/approvers/candidates.loader.ts";
import type { CustomAttributeContext } from "../people/custom-attributes/custom-attribute.loader.ts";
import type { DirectoryContext } from "../people/directory/members.loader.ts";
import type { ReportingContext } from "../people/reporting/reporting.loader.ts";
import { type Cursors, createCursors } from "../request/cursors.ts";
import type { Selected } from "../request/look-ahead.ts";
import type { RequestContext } from "../request/request-context.ts";
import type { ScimContext } from "../scim/tokens/scim-token.resolver.ts";
import type { FieldSourcesContext } from "../setup/fields/field-sources.loader.ts";
import type { SetupContext } from "../setup/setup.resolver.ts";
import type { RunsContext } from "../sync/runs/sync-run.resolver.ts";
import { createErrorBudget, type ErrorBudget } from "./error-budget.ts";
import { createLoaders, type Loaders } from "./loaders.ts";
import { createReadVersion, type ReadVersion } from "./read-version.ts";
import { createRequestTurn, takeBeforeOthers, writeInTurn } from "./request-turn.ts";
import { createSlicer, type Rest, type Slices } from "./slices.ts";
import {
  createReads,
  createSnapshotReads,
  type HoldTurn,
  SNAPSHOT_START_SQL,
  snapshotInTurn,
} from "./snapshot-in-turn.ts";
import { createTenantTurns, isOrdinary, ORDINARY, type TakeTurn, type TurnKind } from "./tenant-turns.ts";

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
  LifecycleContext & { readonly slices: Slices };

/** The part of the context that every request shares. */
export type Services = Omit<GraphQLContext, keyof RequestContext | "loaders" | "slices">;

/** One operation, or one event of a subscription. `close` releases its connection without waiting for it. */
export type OpenedRequest = {
  readonly context: GraphQLContext;
  /** Resolves when the answer would contain too many errors. */
  readonly exceeded: ErrorBudget["exceeded"];
  /** The error that refused a turn in the database to the request, if it got none. */
  readonly refusal: () => ActionableError | null;
  /** The version of the directory that the request reads, with the raised fields; null until it reads. */
  readonly seen: () => { readonly version: string; readonly raised: RaisedFields } | null;
  close(): void;
};

/** What is known before a request reads. */
export type Known = {
  /** See `createSnapshotReads`. */
  readonly raised?: RaisedFields | undefined;
  /** The error with which each read fails, because the directory cannot be read. */
  readonly failure?: unknown;
  /** See `RequestContext.selected`. */
  readonly selected?: Selected | null | undefined;
};

export type Requests = {
  /** Divides the work after a request too: the answer's text and its bytes. */
  readonly rest: Rest;
  /**
   * All reads see the same snapshot of the directory. When `left` aborts, the client is gone, and the request
   * waits for no turn.
   */
  open(viewer: Viewer, kind?: TurnKind, known?: Known, left?: AbortSignal): OpenedRequest;
  readonly readVersion: ReadVersion;
  /** For a whole subscription: each read takes a new snapshot and releases its connection afterwards. */
  createSubscriberContext(viewer: Viewer): GraphQLContext;
  /** The service stops: requests that wait for a turn, or would have to wait, are UNAVAILABLE at once. */
  stop(): void;
};

/** The schema, and what opens a request of it. */
export type Graph = { readonly schema: GraphQLSchema; readonly requests: Requests };

type RequestsOptions = {
  dataSource: DataSource;
  services: Services;
  cursorKeys: readonly Buffer[];
  looksAhead?: boolean;
  /** Shares the connections among tenants. */
  takeTurn?: TakeTurn;
  clock?: () => Date;
  log: Logger;
};

/** Tenants whose keys of cursors are kept. They cost a few kilobytes, and deriving them again is cheap. */
const TENANTS_KEPT = 1_000;

/** How one request reaches the database. */
type Access = Pick<
  GraphQLContext,
  "read" | "raised" | "expectOneRead" | "slices" | "selected" | "countErrors"
> & {
  readonly holdTurn: HoldTurn;
  /** Ends what was read before, and resolves when its connection is free. */
  beforeWrite(): Promise<void>;
};

export function createRequests(options: RequestsOptions): Requests {
  const { dataSource, looksAhead = true, log } = options;
  const stopping = new AbortController();
  const { takeTurn = createTenantTurns({ stopping: stopping.signal }) } = options;
  const openSlices = createSlicer();
  const createContext = contextsOf(options);
  const openSnapshot = ({ tenantId }: Viewer, holdTurn: HoldTurn) =>
    snapshotInTurn(() => createReadSnapshot(dataSource, tenantId, SNAPSHOT_START_SQL), holdTurn);
  const closeQuietly = (snapshot: Pick<ReadSnapshot, "close">): Promise<void> =>
    snapshot.close().catch((error: unknown) => log.warn({ error: String(error) }, "snapshot close failed"));

  return {
    rest: openSlices.rest,
    open(viewer, kind = ORDINARY, { raised: raisedBefore, failure, selected = null } = {}, left) {
      const slices = openSlices(viewer.tenantId, kind.isExpensive);
      const takeOwn = () => takeTurn(viewer.tenantId, kind, left);
      const { holdTurn, refusal } = createRequestTurn(
        () => (isOrdinary(kind) ? takeBeforeOthers(takeOwn, slices) : takeOwn()),
        failure,
      );
      const snapshot = openSnapshot(viewer, holdTurn);
      const errors = createErrorBudget();
      const { close, ...reads } = createSnapshotReads(snapshot, slices, raisedBefore);
      return {
        context: createContext(viewer, {
          ...reads,
          slices,
          selected: looksAhead ? selected : null,
          countErrors: errors.countErrors,
          holdTurn,
          beforeWrite: () => closeQuietly(snapshot),
        }),
        exceeded: errors.exceeded,
        refusal,
        seen() {
          const [version, known] = [snapshot.version(), snapshot.raised()];
          return version === null || known === null ? null : { version, raised: known };
        },
        close() {
          close();
          void closeQuietly(snapshot);
        },
      };
    },
    readVersion: createReadVersion(dataSource, takeTurn),
    createSubscriberContext(viewer) {
      const holdTurn = () => takeTurn(viewer.tenantId, { isEvent: true, isExpensive: false });
      const openOne = () => openSnapshot(viewer, holdTurn);
      const reads = createReads(openOne, closeQuietly);
      return createContext(viewer, {
        ...reads,
        slices: openSlices(viewer.tenantId),
        selected: null,
        countErrors: () => null,
        holdTurn,
        beforeWrite: async () => undefined,
      });
    },
    stop: () => stopping.abort(),
  };
}

/** Creates the contexts of resolvers. */
function contextsOf(options: RequestsOptions): (viewer: Viewer, access: Access) => GraphQLContext {
  const { dataSource, services, cursorKeys, looksAhead = true, clock = () => new Date() } = options;
  const cursorsOf = keepCursors(cursorKeys);
  return (viewer, access) => {
    const { holdTurn, beforeWrite, ...shown } = access;
    const now = clock();
    let loaders: Loaders | undefined;
    return {
      ...services,
      ...shown,
      viewer,
      now,
      cursors: cursorsOf(viewer),
      looksAhead,
      write: (work) =>
        writeInTurn(holdTurn, async () => {
          // With two connections for each operation, five that wait for a lock would take all ten.
          await beforeWrite();
          const result = await inTenant(dataSource, viewer.tenantId, work);
          loaders = undefined;
          return result;
        }),
      get loaders() {
        loaders ??= createLoaders({ ...shown, schedule: shown.slices.schedule }, now);
        return loaders;
      },
    };
  };
}

function keepCursors(keys: readonly Buffer[]): (viewer: Viewer) => Cursors {
  const kept = new LRUCache<string, Cursors>({ max: TENANTS_KEPT });
  return ({ tenantId }) => {
    const known = kept.get(tenantId);
    if (known) return known;
    const cursors = createCursors({ keys, tenantId });
    kept.set(tenantId, cursors);
    return cursors;
  };
}
