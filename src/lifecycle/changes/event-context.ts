import type { EntityManager } from "typeorm";
import type { DateRules } from "../due/date-rules.ts";
import { localDay } from "../due/zone-days.ts";
import type { LifecycleEventKind } from "../event-kind.ts";
import { listKindSwitches } from "../settings/kind-settings.repository.ts";
import { getDateRules } from "../settings/lifecycle-settings.repository.ts";
import { readZones } from "./changes.repository.ts";

/** What decides, besides the change itself, which events a sync emits. */
export type EventContext = {
  readonly now: Date;
  readonly rules: DateRules;
  /** Kinds that an admin has switched off. */
  readonly disabledKinds: ReadonlySet<LifecycleEventKind>;
  /** The zone and the current day of an office's people. */
  readonly todayFor: (officeId: string | null) => { readonly timeZone: string; readonly today: string };
};

/** Call it only for a company whose log has begun: others have no rules. */
export async function readEventContext(
  manager: EntityManager,
  { readNow }: { readonly readNow: (manager: EntityManager) => Promise<Date> },
): Promise<EventContext> {
  const now = await readNow(manager);
  const rules = await getDateRules(manager);
  if (!rules) throw new Error("The company has a log of events but no date rules.");
  const zones = await readZones(manager);
  const days = new Map<string, string>();
  const todayIn = (timeZone: string): string => {
    const today = days.get(timeZone) ?? localDay(now, timeZone);
    days.set(timeZone, today);
    return today;
  };
  const todayFor: EventContext["todayFor"] = (officeId) => {
    const timeZone = zones.of(officeId);
    return { timeZone, today: todayIn(timeZone) };
  };
  const switches = await listKindSwitches(manager);
  const disabledKinds = new Set(switches.filter(({ enabled }) => !enabled).map(({ kind }) => kind));
  return { now, rules, disabledKinds, todayFor };
}
