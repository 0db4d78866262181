import type { EntityManager } from "typeorm";
import type { Queries } from "../../database/queries.ts";
import { ensureTenant } from "../../tenant/tenant.repository.ts";
import type { DatedKind, LifecycleEventKind } from "../event-kind.ts";

export type KindSwitch = { readonly kind: LifecycleEventKind; readonly enabled: boolean };

/** The kinds that an admin has ever switched; every other kind is on. */
export const listKindSwitches = (manager: Queries): Promise<KindSwitch[]> =>
  manager.query("/* lifecycle.listKindSwitches */ select kind, enabled from lifecycle_kinds");

export type KindOffset = { readonly kind: LifecycleEventKind; readonly offsetDays: number };

/** The registered offsets, without 0. */
export const listKindOffsets = (manager: Queries): Promise<KindOffset[]> =>
  manager.query(
    `/* lifecycle.listKindOffsets */
    select kind, offset_days as "offsetDays" from lifecycle_offsets order by kind, offset_days`,
  );

/**
 * Switches a kind. The database's clock gives the time of the switch, because due dates follow that clock. A
 * kind that has the requested state already keeps its time.
 */
export async function switchKind(manager: EntityManager, { kind, enabled }: KindSwitch): Promise<void> {
  await ensureTenant(manager);
  await manager.query(
    // A kind without a row has always been on: switching it on writes nothing.
    `/* lifecycle.switchKind */
    insert into lifecycle_kinds as k (tenant_id, kind, enabled, since)
    select current_setting('app.tenant'), $1, $2, now()
    where not $2 or exists (select from lifecycle_kinds where kind = $1)
    on conflict (tenant_id, kind) do update set enabled = excluded.enabled, since = excluded.since
      where k.enabled <> excluded.enabled`,
    [kind, enabled],
  );
}

/** Replaces the offsets of a kind, without 0. Offsets that stay keep the time of their registration. */
export async function replaceOffsets(
  manager: EntityManager,
  kind: DatedKind,
  offsetDays: readonly number[],
): Promise<void> {
  await ensureTenant(manager);
  // Without the lock, two admins at once would keep both lists, and more offsets than allowed.
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
