import { readFile } from "node:fs/promises";

/** The statements that an administrator runs once, from the operating manual. */
export async function readLoginStatements(): Promise<readonly string[]> {
  const manual = await readFile("src/config/README.md", "utf8");
  const [, sql = ""] = /## Database logins\n[\s\S]*?```sql\n([\s\S]*?)```/.exec(manual) ?? [];
  const statements = sql.split(";").map((statement) => statement.trim());
  return statements.filter((statement) => statement !== "");
}
