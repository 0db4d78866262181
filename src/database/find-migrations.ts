import { readdir } from "node:fs/promises";
import type { Migrations } from "./migrate.ts";

/** Next to `src/`, in the sources as well as in `dist/`. */
const FOLDER = new URL("../../migrations/", import.meta.url);

/** Every migration in `migrations/`, ordered by file name. A new file needs no entry anywhere. */
export async function findMigrations(): Promise<Migrations> {
  const files = (await readdir(FOLDER)).filter((file) => /^\d{4}-[a-z0-9-]+\.(ts|js)$/.test(file)).sort();
  const modules: Record<string, Migrations[number]>[] = await Promise.all(
    files.map((file) => import(new URL(file, FOLDER).href)),
  );
  return modules.flatMap((module) => Object.values(module));
}
