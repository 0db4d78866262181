import { readFile } from "node:fs/promises";

const MANUAL = "src/config/README.md";

/** The part of the operating manual below a heading. */
async function readSection(heading: string): Promise<string> {
  const [, section = ""] = (await readFile(MANUAL, "utf8")).split(`\n## ${heading}\n`);
  return section.split("\n## ")[0] ?? "";
}

const statementsIn = (section: string): readonly string[] => {
  const [, sql = ""] = /```sql\n([\s\S]*?)```/.exec(section) ?? [];
  return sql
    .split(";")
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "");
};

/** The statements that an administrator runs once, from the operating manual. */
export const readLoginStatements = async (): Promise<readonly string[]> =>
  statementsIn(await readSection("Database logins"));

/** A command of the manual: the login that it uses, and its options without files and addresses. */
export type ManualCommand = { readonly login: string; readonly options: readonly string[] };

/** How the operating manual makes a backup and restores it. */
export async function readBackupRecipe(): Promise<{
  readonly createRole: readonly string[];
  readonly dump: ManualCommand;
  readonly restore: ManualCommand;
}> {
  const section = await readSection("Backup and restore");
  const command = (program: string): ManualCommand => {
    const [, words = ""] = new RegExp(`^${program} (.*)$`, "m").exec(section) ?? [];
    const [, login = ""] = /postgres:\/\/(\w+)@/.exec(words) ?? [];
    const options = words.split(" ").filter((word) => /^--(?!file=|dbname=)/.test(word));
    return { login, options };
  };
  return { createRole: statementsIn(section), dump: command("pg_dump"), restore: command("pg_restore") };
}
