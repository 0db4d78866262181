import type { Queries } from "../../database/queries.ts";
import type { LeapDayRule } from "../../tenant/people-settings.ts";
import type { DateRules, KindRule } from "../due/date-rules.ts";
import { DATED_KINDS, type DatedKind } from "../event-kind.ts";

type RulesRow = {
  readonly leapDayRule: LeapDayRule;
  readonly baselinedAt: Date;
  /** The kinds that an admin has ever switched. Instants are milliseconds, because JSON has no instants. */
  readonly switches: readonly { readonly kind: string; readonly enabled: boolean; readonly since: number }[];
  readonly offsets: readonly { readonly kind: string; readonly days: number; readonly since: number }[];
};

/**
 * The settings of the company that decide about its dates; null before its first sync, when nothing fires.
 */
export async function getDateRules(manager: Queries): Promise<DateRules | null> {
  const [row] = await manager.query<RulesRow[]>(
    `/* lifecycle.getDateRules */
    select t.leap_day_rule as "leapDayRule", s.baselined_at as "baselinedAt",
      coalesce((select jsonb_agg(jsonb_build_object('kind', k.kind, 'enabled', k.enabled, 'since', ${millis("k.since")}))
        from lifecycle_kinds k), '[]') as switches,
      coalesce((select jsonb_agg(jsonb_build_object('kind', o.kind, 'days', o.offset_days, 'since', ${millis("o.since")})
          order by o.offset_days)
        from lifecycle_offsets o), '[]') as offsets
    from tenants t cross join lifecycle_streams s`,
  );
  if (!row) return null;
  const { leapDayRule, baselinedAt } = row;
  const rules = DATED_KINDS.map((kind) => [kind, kindRule(kind, row)] as const);
  return { leapDayRule, baselinedAt, kinds: Object.fromEntries(rules) as Record<DatedKind, KindRule> };
}

const millis = (instant: string): string => `floor(extract(epoch from ${instant}) * 1000)`;

function kindRule(kind: DatedKind, { switches, offsets }: RulesRow): KindRule {
  const switched = switches.find((row) => row.kind === kind);
  const registered = offsets.filter((row) => row.kind === kind);
  return {
    enabled: switched?.enabled ?? true,
    since: switched?.enabled ? new Date(switched.since) : null,
    offsets: [
      { days: 0, since: null },
      ...registered.map(({ days, since }) => ({ days, since: new Date(since) })),
    ],
  };
}
