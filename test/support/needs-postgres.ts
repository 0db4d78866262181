import type { TestProject } from "vitest/node";

/** Files that use the Postgres of the run. */
export const WITH_POSTGRES = "test/**/*.pg.test.ts";

/** Whether one of the run's files may need it. */
export const needsPostgres = ({ vitest }: TestProject): boolean =>
  vitest.projects.some(({ config }) => !config.exclude.includes(WITH_POSTGRES));
