import type { EntityManager } from "typeorm";

export type Plan = {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly Plans?: readonly Plan[];
};

type Work = (manager: EntityManager) => Promise<unknown>;

/**
 * Postgres' plan of the one statement that `work` sends, as the role and tenant of the manager's transaction.
 */
export async function explain(manager: EntityManager, work: Work): Promise<Plan> {
  const [plan, ...others] = await explainAll(manager, work);
  if (!plan || others.length > 0) throw new Error("The work must send exactly one statement.");
  return plan;
}

/** The plans of all statements, in their order. */
export async function explainAll(manager: EntityManager, work: Work): Promise<Plan[]> {
  const plans: Plan[] = [];
  const explaining = new Proxy(manager, {
    get(target, property) {
      if (property !== "query") return Reflect.get(target, property, target);
      return async (statement: string, parameters: unknown[]) => {
        const [row] = await target.query(`explain (analyze, format json) ${statement}`, parameters);
        plans.push(row["QUERY PLAN"][0].Plan);
        return target.query(statement, parameters);
      };
    },
  });
  await work(explaining);
  return plans;
}

/** Every step of a plan that reads one of the tables. */
export const scansOf = (plan: Plan, tables: readonly string[]): Plan[] => [
  ...(tables.includes(plan["Relation Name"] ?? "") ? [plan] : []),
  ...(plan.Plans ?? []).flatMap((step) => scansOf(step, tables)),
];

/** The number of rows that a step read, with those that it filtered out. */
export const rowsRead = (step: Plan): number =>
  (step["Actual Rows"] + (step["Rows Removed by Filter"] ?? 0)) * step["Actual Loops"];

/** The number of rows that a plan reads of all tables. */
export const rowsOfTables = (plan: Plan): number =>
  (plan["Relation Name"] === undefined ? 0 : rowsRead(plan)) +
  (plan.Plans ?? []).reduce((sum, step) => sum + rowsOfTables(step), 0);
