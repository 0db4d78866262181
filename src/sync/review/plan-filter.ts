import type { SyncPlanChange } from "./sync-plan.ts";

/** Which changes of a plan to list; null for all. `patterns` are those of a search. */
export type PlanFilter = {
  readonly change: SyncPlanChange | null;
  readonly field: string | null;
  readonly patterns: readonly string[] | null;
};

export const WHOLE_PLAN: PlanFilter = { change: null, field: null, patterns: null };

/** The name that the directory would show, as `shownNameOf` has it. */
const shownName = (side: string): string =>
  `coalesce(${side}->>'displayName', ${side}->>'preferredName',
    nullif(btrim(concat(${side}->>'firstName', ' ', ${side}->>'lastName')), ''), ${side}->>'workEmail', ${side}->>'personioId')`;

/** A record stores Personio's id of a department; its field in `Person` is `department`. */
const FIELD_OF_KEY = "regexp_replace(key, '(department|office|legalEntity|supervisor)PersonioId$', '\\1')";

/** Missing and null are the same, and so is an empty name. */
const presentOf = (json: string): string => `nullif(nullif(${json}, 'null'), '""')`;

/**
 * The fields that an item changes for a person of the directory, as rows `(field, cleared)`: those that the
 * plan shows as before and after. A new person changes no field. For a `from` clause after the item.
 *
 * `offset 0` parses each side once: otherwise Postgres would parse it again for each of its fields.
 */
export const CHANGED_FIELDS = `lateral (
  select field.name as field, field.cleared
  from (select before::jsonb as was, after::jsonb as will where before is not null offset 0) side, lateral (
    select ${FIELD_OF_KEY} as name, ${presentOf("value")} is null as cleared
    from jsonb_each(side.will)
    where key not in ('customAttributes', 'displayName') and value is distinct from side.was->key and ${presentOf("value")} is distinct from ${presentOf("side.was->key")}
    union all
    select 'displayName', false
    where side.was->>'displayName' is distinct from side.will->>'displayName'
      and ${shownName("side.was")} is distinct from ${shownName("side.will")}
    union all
    select 'customAttributes.' || key, ${presentOf("new.value")} is null
    from jsonb_each(coalesce(side.was->'customAttributes', '{}')) old
      full join jsonb_each(coalesce(side.will->'customAttributes', '{}')) new using (key)
    where side.was->'customAttributes' is distinct from side.will->'customAttributes'
      and ${presentOf("old.value")} is distinct from ${presentOf("new.value")}
  ) field
) changed`;

/** The changes of items that one change of the graph shows. SOURCES change nothing that a reader sees. */
const STORED_AS: Readonly<Record<SyncPlanChange, readonly string[]>> = {
  ADD: ["ADD"],
  CHANGE: ["CHANGE"],
  LEAVE: ["LEAVE", "ABSENT"],
};

const SHOWN = Object.values(STORED_AS).flat();

/** The texts of a side that a search looks at. As a record, because `->>` would parse the side for each. */
const searchedIn = (side: string): string =>
  `(select concat_ws(' ', "displayName", "preferredName", "firstName", "lastName", "workEmail") from json_to_record(${side}) as s
    ("displayName" text, "preferredName" text, "firstName" text, "lastName" text, "workEmail" text))`;

/** The conditions of a filter on `sync_plan_items`, with values for placeholders from `first` on. */
export function planConditions(
  { change, field, patterns }: PlanFilter,
  first: number,
): { readonly conditions: string; readonly values: readonly unknown[] } {
  const sides = ["before", "after"].map(searchedIn);
  return {
    conditions: `change = any ($${first})
      and ($${first + 1}::text is null or exists (select from ${CHANGED_FIELDS} where changed.field = $${first + 1}))
      and ($${first + 2}::text[] is null
        or lower(normalize(concat_ws(' ', personio_id, ${sides.join(", ")}))) like all ($${first + 2}))`,
    values: [change === null ? SHOWN : STORED_AS[change], field, patterns],
  };
}
