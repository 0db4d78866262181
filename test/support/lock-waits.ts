/**
 * Selects a row for each session of this database that waits for a lock on the table. In all databases of the
 * test run, which are copies, the table has the same id.
 */
export const lockWaits = (table: string): string =>
  `select from pg_locks where not granted and relation = '${table}'::regclass
   and database = (select oid from pg_database where datname = current_database())`;
