import type { Step } from "./batch.ts";
import type { DatabaseClient } from "./database-client.ts";
import { APP_ROLE, SETTINGS, WATCH_CLIENT } from "./transaction.ts";

/** A statement of a read transaction. */
export type Read = Step & { readonly isPlannedOnce: boolean };

const BEGIN = "begin isolation level repeatable read read only";

/** A statement of a request runs in one process; parallel workers would take the others' CPU. */
const READ_SETTINGS = { role: APP_ROLE, ...SETTINGS, max_parallel_workers_per_gather: "0" };

/** Role, tenant and limits, until the end of the transaction. */
const SETTINGS_SQL = `select ${Object.entries(READ_SETTINGS)
  .map(([name, value]) => `set_config('${name}', '${value}', true)`)
  .join(
    ", ",
  )}, set_config('statement_timeout', $1, true), set_config('app.tenant', $2, true), set_config('plan_cache_mode', $3, true), ${WATCH_CLIENT}`;

const PLAN_MODE_SQL = "select set_config('plan_cache_mode', $1, true)";
const PLAN_ONCE = "force_generic_plan";
const PLAN_BY_VALUES = "auto";

/** The statement that sets role, tenant, limits and plan mode. */
export const settingsOf = (
  { statementTimeoutMs }: DatabaseClient,
  tenantId: string,
  { plannedOnce }: { readonly plannedOnce: boolean },
) => ({
  text: SETTINGS_SQL,
  values: [`${statementTimeoutMs}ms`, tenantId, plannedOnce ? PLAN_ONCE : PLAN_BY_VALUES],
});

/** A statement whose error reaches the statements behind it. */
export const control = (
  text: string,
  values: readonly unknown[] = [],
  resolve = (): void => undefined,
): Read => ({ text, values, isPlannedOnce: true, resolve, reject: () => undefined });

/** Prepares the statements of one transaction: its begin, the names of kept plans, and their plan mode. */
export function createPreparer(tenantId: string) {
  let planMode = PLAN_BY_VALUES;
  return {
    /** What the transaction begins with. */
    begin(client: DatabaseClient, onBegun: () => void): Read[] {
      const plannedOnce = client.kept !== null;
      planMode = plannedOnce ? PLAN_ONCE : PLAN_BY_VALUES;
      const { text, values } = settingsOf(client, tenantId, { plannedOnce });
      return [control(BEGIN), control(text, values, onBegun)];
    },
    /**
     * The statement, with a name if its plan is kept. If the plan mode changes, a statement before it sets
     * the mode.
     */
    prepare(step: Read, { kept }: DatabaseClient): Step[] {
      if (!kept) return [step];
      const { isPlannedOnce } = step;
      const named = isPlannedOnce ? { ...step, kept: kept.of(step.text) } : step;
      const wanted = isPlannedOnce ? PLAN_ONCE : PLAN_BY_VALUES;
      if (wanted === planMode) return [named];
      planMode = wanted;
      return [{ ...control(PLAN_MODE_SQL, [wanted]), kept: kept.of(PLAN_MODE_SQL) }, named];
    },
  };
}
