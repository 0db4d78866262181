import type { EntityManager } from "typeorm";
import { CHANGE_KINDS, DATED_KINDS } from "../event-kind.ts";
import { findStream } from "../events/event-log.repository.ts";
import { listKindOffsets, listKindSwitches } from "./kind-settings.repository.ts";
import type { LifecycleKindSetting } from "./lifecycle-kind-setting.ts";

/** The date itself, and the only offset of a change. */
const ON_THE_DAY = 0;

/** How every kind is set, the dated ones first; also for a company that has stored nothing yet. */
export async function listKindSettings(manager: EntityManager): Promise<LifecycleKindSetting[]> {
  const switches = await listKindSwitches(manager);
  const offsets = await listKindOffsets(manager);
  const unreadable = (await findStream(manager))?.unreadableKinds ?? [];
  const enabledByKind = new Map(switches.map(({ kind, enabled }) => [kind, enabled]));
  return [...DATED_KINDS, ...CHANGE_KINDS].map((kind) => ({
    kind,
    enabled: enabledByKind.get(kind) ?? true,
    granted: !unreadable.includes(kind),
    offsetDays: [
      ON_THE_DAY,
      ...offsets.filter((offset) => offset.kind === kind).map(({ offsetDays }) => offsetDays),
    ].sort((one, other) => one - other),
  }));
}
