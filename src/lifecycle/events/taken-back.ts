/**
 * SQL: whether what an event reported of a day was taken back later, because the date moved to another day or was withdrawn. Then the day
 * is open again: when the date comes back to it, it has another event. `event` is the alias of a row of `lifecycle_events`.
 */
export const isTakenBack = (event: string): string => `exists (
  select from lifecycle_events said
  join lifecycle_events later on later.person_id = said.person_id and later.kind = said.kind and later.supersedes = said.id
  where said.person_id = ${event}.person_id and said.kind = ${event}.kind and said.occurs_on = ${event}.occurs_on
    and said.offset_days = ${event}.offset_days and said.seq >= ${event}.seq
    and (later.change = 'CANCELLED' or later.occurs_on <> said.occurs_on))`;
