import type { EntityManager } from "typeorm";

export type Plan = {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly Plans?: readonly Plan[];
};

/**
 * Postgres' plan of the one statement that `work` sends, as the role and tenant of the manager's transaction.
 */
export async function explain(
  manager: EntityManager,
  work: (manager: EntityManager) => Promise<unknown>,
): Promise<Plan> {
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
  const [plan, ...others] = plans;
  if (!plan || others.length > 0) throw new Error(`One statement was expected, not ${plans.length}.`);
  return plan;
}

/** Every step of a plan that reads one of the tables. */
export const scansOf = (plan: Plan, tables: readonly string[]): Plan[] => [
  ...(tables.includes(plan["Relation Name"] ?? "") ? [plan] : []),
  ...(plan.Plans ?? []).flatMap((step) => scansOf(step, tables)),
];

/** The number of rows that a step read, with those that it filtered out. */
export const rowsRead = (step: Plan): number =>
  (step["Actual Rows"] + (step["Rows Removed by Filter"] ?? 0)) * step["Actual Loops"];
