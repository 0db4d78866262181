import { z } from "zod";
import { MAKE_A_KEY } from "./secret-keys.ts";
import { oneOf, url } from "./values.ts";

export type DatabaseConfig = {
  readonly url: string | undefined;
  /** The login that owns the tables, if it is not the one that serves. */
  readonly migrationUrl?: string | undefined;
  /** False for replicas that leave migrations to `npm run migrate`. */
  readonly migrates?: boolean;
  readonly dataDir: string;
};

export const DATA_DIR_DEFAULT = ".data";

const postgresUrl = url(["postgres:", "postgresql:"]).optional();

export const databaseSchema = {
  DATABASE_URL: postgresUrl,
  MIGRATION_DATABASE_URL: postgresUrl,
  MIGRATE: oneOf(["on", "off"]).default("on"),
  DATA_DIR: z.string().default(DATA_DIR_DEFAULT),
};

type Values = z.output<z.ZodObject<typeof databaseSchema>>;

export const readDatabase = (values: Values): DatabaseConfig => ({
  url: values.DATABASE_URL,
  migrationUrl: values.MIGRATION_DATABASE_URL,
  migrates: values.MIGRATE === "on",
  dataDir: values.DATA_DIR,
});

/** Conflicts among the variables, by their raw text. */
export function findDatabaseConflicts(given: Readonly<Record<string, string | undefined>>): string[] {
  if (given.DATABASE_URL !== undefined) {
    if (given.SECRET_KEYS !== undefined) return [];
    return [
      `SECRET_KEYS: required with DATABASE_URL, because stored secrets outlive this machine. ${MAKE_A_KEY}`,
    ];
  }
  return [
    given.MIGRATION_DATABASE_URL !== undefined &&
      "MIGRATION_DATABASE_URL: expected DATABASE_URL too, with the login that serves",
    given.MIGRATE === "off" &&
      "MIGRATE: off needs DATABASE_URL, because only the service itself migrates its embedded database",
  ].filter((problem) => problem !== false);
}
