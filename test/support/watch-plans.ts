import type pg from "pg";
import type { DataSource } from "typeorm";

type Step = {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly Plans?: readonly Step[];
};

/** How Postgres plans one statement: its nested loops, each with the table that it reads again and again. */
export type WatchedPlan = {
  readonly label: string;
  readonly loops: readonly string[];
};

/** A label, as every statement of a repository has one. */
const LABEL = /\/\* ([\w.]+) \*\//;

/**
 * Runs `work`, and lists the plans of the labelled statements that it sends through the data source's pool.
 */
export async function watchPlans<Result>(
  dataSource: DataSource,
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly plans: readonly WatchedPlan[] }> {
  const plans: WatchedPlan[] = [];
  const restorers: (() => void)[] = [];
  const watched = new Set<pg.PoolClient>();
  const watch = (client: pg.PoolClient): void => {
    if (watched.has(client)) return;
    watched.add(client);
    const { query } = client;
    const ask = query.bind(client) as (text: string, values?: unknown[]) => Promise<pg.QueryResult>;
    client.query = new Proxy(query, {
      apply(target, self, args: [unknown, unknown[]?]) {
        const [text, values] = args;
        const label = typeof text === "string" && LABEL.exec(text)?.[1];
        if (!label) return Reflect.apply(target, self, args);
        return ask(`explain (format json) ${text}`, values).then(({ rows }) => {
          plans.push({ label, loops: nestedLoops(rows[0]["QUERY PLAN"][0].Plan) });
          return ask(text, values);
        });
      },
    });
    restorers.push(() => {
      client.query = query;
    });
  };
  const pool = (dataSource.driver as unknown as { readonly master: pg.Pool }).master;
  pool.on("acquire", watch);
  try {
    return { result: await work(), plans };
  } finally {
    pool.off("acquire", watch);
    for (const restore of restorers) restore();
  }
}

const nestedLoops = (step: Step): string[] => [
  ...(step["Node Type"] === "Nested Loop" ? [tableOf(step.Plans?.[1])] : []),
  ...(step.Plans ?? []).flatMap(nestedLoops),
];

/** The table of the inner side, below steps that only pass rows on; empty for a function or a join. */
const tableOf = (step: Step | undefined): string =>
  step?.["Relation Name"] ?? (step?.Plans?.length === 1 ? tableOf(step.Plans[0]) : "");
