import { readdir } from "node:fs/promises";
import type { MigrationInterface } from "typeorm";

type MigrationClass = new () => MigrationInterface;

/** The migrated database that every test file copies. */
export const TEMPLATE = "people_template";

const FOLDER = new URL("../../migrations/", import.meta.url);

/** Every migration in `migrations/`, in the order of their file names. */
export async function loadMigrations(): Promise<MigrationClass[]> {
  const files = (await readdir(FOLDER)).filter((file) => file.endsWith(".ts")).sort();
  const modules: Record<string, MigrationClass>[] = await Promise.all(
    files.map((file) => import(new URL(file, FOLDER).href)),
  );
  return modules.flatMap((module) => Object.values(module));
}
