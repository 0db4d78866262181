/**
 * SQL: whether a later event revoked this one, because the date moved to another day or was withdrawn. The
 * day is then open again: a date that comes back to it gets another event. `event` is the alias of a row of
 * `lifecycle_events`.
 */
export const isTakenBack = (event: string): string => `exists (
  select from lifecycle_events reported
  join lifecycle_events later on later.person_id = reported.person_id and later.kind = reported.kind and later.supersedes = reported.id
  where reported.person_id = ${event}.person_id and reported.kind = ${event}.kind and reported.occurs_on = ${event}.occurs_on
    and reported.offset_days = ${event}.offset_days and reported.seq >= ${event}.seq
    and (later.change = 'CANCELLED' or later.occurs_on <> reported.occurs_on))`;
