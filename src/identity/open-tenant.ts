import { LRUCache } from "lru-cache";
import type { DataSource, EntityManager } from "typeorm";
import { ADMIN_SCOPE, type Viewer, viewerInLog } from "../access/viewer.ts";
import { inTenant } from "../database/transaction.ts";
import { ActionableError } from "../errors.ts";
import { createLogOnce, type Logger } from "../log.ts";
import { ensureTenant, hasTenant } from "../tenant/tenant.repository.ts";

/** Companies in use at a time; beyond that, each request costs a lookup. */
const KNOWN_MAX = 10_000;

/** A company that was deleted is unknown on every replica after this time. */
const KNOWN_MS = 60_000;

export type OpenTenantDeps = {
  readonly dataSource: DataSource;
  readonly log: Logger;
  /** A clock that is never set back, for the age of answers. */
  readonly elapsedMs?: () => number;
};

/**
 * Makes sure that the viewer's tenant exists. The first administrator with a token of the issuer creates it.
 *
 * @throws FORBIDDEN if it does not exist and the viewer may not create it.
 */
export type OpenTenant = (viewer: Viewer) => Promise<void>;

export function createOpenTenant(deps: OpenTenantDeps): OpenTenant {
  const { dataSource, log, elapsedMs = () => performance.now() } = deps;
  const known = new LRUCache<string, true>({
    max: KNOWN_MAX,
    ttl: KNOWN_MS,
    ttlResolution: 0,
    perf: { now: elapsedMs },
  });
  const running = new Map<string, Promise<Opened>>();
  const look = async (tenantId: string, create: boolean): Promise<Opened> => {
    const opened = await inTenant(dataSource, tenantId, (manager) => openIn(manager, create));
    if (opened === "created") log.info({ tenantId }, "tenant created");
    if (opened !== "unknown") known.set(tenantId, true);
    return opened;
  };
  const logOnce = createLogOnce(log);
  return async (viewer) => {
    const { tenantId } = viewer;
    if (known.has(tenantId)) return;
    const create = mayCreate(viewer);
    // Requests that come together share one lookup: after a restart, thousands of one company come at once.
    const key = `${tenantId} ${create}`;
    const opening = running.get(key) ?? look(tenantId, create).finally(() => running.delete(key));
    running.set(key, opening);
    if ((await opening) === "unknown") {
      logOnce({ code: "FORBIDDEN", ...viewerInLog(viewer) }, "access refused: unknown company");
      throw tenantUnknown();
    }
  };
}

type Opened = "exists" | "created" | "unknown";

async function openIn(manager: EntityManager, create: boolean): Promise<Opened> {
  if (await hasTenant(manager)) return "exists";
  if (!create) return "unknown";
  return (await ensureTenant(manager)) ? "created" : "exists";
}

/** A service token belongs to a tenant that exists, so it creates none: its tenant was deleted. */
const mayCreate = ({ kind, scopes }: Viewer): boolean => kind === "USER" && scopes.has(ADMIN_SCOPE);

const tenantUnknown = (): ActionableError =>
  new ActionableError(
    "FORBIDDEN",
    "This company does not use the service yet.",
    `An administrator begins: with the first request of a user who has the scope ${ADMIN_SCOPE}, or with ` +
      "the command npm run tenant -- create <id>.",
  );
