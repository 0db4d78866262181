import type { EntityManager } from "typeorm";
import { ensureTenant } from "../../tenant/tenant.repository.ts";
import type { DatedKind, LifecycleEventKind } from "../event-kind.ts";

export type KindSwitch = { readonly kind: LifecycleEventKind; readonly enabled: boolean };

/** The kinds that were ever switched; every other one is on. */
export const listKindSwitches = (manager: EntityManager): Promise<KindSwitch[]> =>
  manager.query("/* lifecycle.listKindSwitches */ select kind, enabled from lifecycle_kinds");

export type KindOffset = { readonly kind: LifecycleEventKind; readonly offsetDays: number };

/** The offsets that are registered beside the day itself. */
export const listKindOffsets = (manager: EntityManager): Promise<KindOffset[]> =>
  manager.query(
    `/* lifecycle.listKindOffsets */
    select kind, offset_days as "offsetDays" from lifecycle_offsets order by kind, offset_days`,
  );

/**
 * Switches a kind. Since when it is so is told by the database's clock, which is the one that dates come due by; a kind that is
 * switched as it was already keeps its moment.
 */
export async function switchKind(manager: EntityManager, { kind, enabled }: KindSwitch): Promise<void> {
  await ensureTenant(manager);
  await manager.query(
    // A kind without a row is on since ever: switching it on writes nothing.
    `/* lifecycle.switchKind */
    insert into lifecycle_kinds as k (tenant_id, kind, enabled, since)
    select current_setting('app.tenant'), $1, $2, now()
    where not $2 or exists (select from lifecycle_kinds where kind = $1)
    on conflict (tenant_id, kind) do update set enabled = excluded.enabled, since = excluded.since
      where k.enabled <> excluded.enabled`,
    [kind, enabled],
  );
}

/** Makes the offsets of a kind exactly these, beside the day itself. Those that stay keep since when they are registered. */
export async function replaceOffsets(
  manager: EntityManager,
  kind: DatedKind,
  offsetDays: readonly number[],
): Promise<void> {
  await ensureTenant(manager);
  // Two admins at once would otherwise each keep what the other adds, and more than are allowed.
  await manager.query("/* lifecycle.lockSettings */ select from tenants for no key update");
  await manager.query(
    `/* lifecycle.removeOffsets */
    delete from lifecycle_offsets where kind = $1 and offset_days <> all ($2::integer[])`,
    [kind, offsetDays],
  );
  await manager.query(
    `/* lifecycle.addOffsets */
    insert into lifecycle_offsets (tenant_id, kind, offset_days, since)
    select current_setting('app.tenant'), $1, days, now() from unnest($2::integer[]) as days
    on conflict do nothing`,
    [kind, offsetDays],
  );
}
