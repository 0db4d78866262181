import { LRUCache } from "lru-cache";
import type { DataSource, EntityManager } from "typeorm";
import { ADMIN_SCOPE, type Viewer } from "../access/viewer.ts";
import { inTenant } from "../database/transaction.ts";
import { ActionableError } from "../errors.ts";
import type { Logger } from "../log.ts";
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
  return async (viewer) => {
    const { tenantId } = viewer;
    if (known.has(tenantId)) return;
    const open = (manager: EntityManager) => openIn(manager, mayCreate(viewer));
    const opened = await inTenant(dataSource, tenantId, open);
    if (opened === "unknown") throw tenantUnknown();
    if (opened === "created") log.info({ tenantId }, "tenant created");
    known.set(tenantId, true);
  };
}

async function openIn(manager: EntityManager, create: boolean): Promise<"exists" | "created" | "unknown"> {
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
