import { hkdfSync } from "node:crypto";
import { PeopleDirectory1764000000001 } from "../migrations/0001-people-directory.ts";
import { TrustedSync1764000000002 } from "../migrations/0002-trusted-sync.ts";
import { Tenant } from "./access/tenant.ts";
import type { Config } from "./config.ts";
import { type Database, openDatabase } from "./database/open-database.ts";
import { buildSubgraph } from "./graphql/build-schema.ts";
import { rooms } from "./graphql/resolvers.ts";
import { startServer } from "./graphql/server.ts";
import { Integration } from "./integration/integration.ts";
import type { SecretKey } from "./integration/secret.ts";
import { openQueue } from "./jobs/queue.ts";
import { startWorker } from "./jobs/worker.ts";
import type { Logger } from "./log.ts";
import { Department } from "./org/department.ts";
import { LegalEntity } from "./org/legal-entity.ts";
import { Office } from "./org/office.ts";
import { CustomAttributeDefinition } from "./people/custom-attributes/custom-attribute.ts";
import { FormerEmail, FormerEmployment } from "./people/changes/former.ts";
import { Person } from "./people/person.ts";
import { PersonWord } from "./people/search/person-word.ts";
import { createPersonio } from "./personio/personio.ts";
import { SkippedEmployee } from "./runs/skipped-employee.ts";
import { syncDueJob, syncJob } from "./runs/sync.job.ts";
import { SyncRun } from "./runs/sync-run.ts";
import { watchSyncRun } from "./runs/watch-sync-run.ts";
import { previewJob } from "./setup/preview.job.ts";
import { createPreviewJob } from "./setup/preview-company.ts";
import { AbsentPerson, PlannedSkipRow, StagedEmployee, SyncPlanItem } from "./sync/read/staging.ts";
import { createSyncDueJob, createSyncJob, refreshTimetable } from "./sync/sync-jobs.ts";

export const MIGRATIONS = [PeopleDirectory1764000000001, TrustedSync1764000000002];

/** Every table that we have, by the class that declares it. */
export const ENTITIES = [
  Tenant,
  Department,
  Office,
  LegalEntity,
  CustomAttributeDefinition,
  Person,
  PersonWord,
  FormerEmail,
  FormerEmployment,
  Integration,
  SyncRun,
  StagedEmployee,
  SyncPlanItem,
  PlannedSkipRow,
  AbsentPerson,
  SkippedEmployee,
];

export type App = AsyncDisposable & { readonly url: string; readonly database: Database };

/**
 * Builds every room once, in order, and closes them in reverse; also when starting fails half-way. Whoever starts us
 * passes the config and decides nothing else: the service, the demo, the bench and the tests are the same app.
 */
export async function startApp(config: Config, log: Logger): Promise<App> {
  await using rooming = new AsyncDisposableStack();

  const database = rooming.use(
    await openDatabase({ ...config.database, entities: ENTITIES, migrations: MIGRATIONS, log }),
  );
  const jobs = [previewJob, syncDueJob, syncJob];
  const queue = rooming.use(await openQueue({ url: database.url, jobs, log }));
  const personio = createPersonio({ ...config.personio, log });

  const { dataSource } = database;
  const { secretKeys, syncEveryHours } = config;
  const deps = { dataSource, personio, secretKeys, queue, log, clock: () => new Date() };
  await refreshTimetable(queue, syncEveryHours);
  rooming.use(
    await startWorker({
      queue,
      jobs: [createPreviewJob(deps), createSyncDueJob(deps), createSyncJob(deps)],
      log,
    }),
  );

  const { schema } = await buildSubgraph(rooms);
  const server = rooming.use(
    await startServer({
      ...config.http,
      schema,
      database,
      services: {
        syncEveryHours,
        queue,
        setup: { personio, secretKeys, queue, syncEveryHours },
        watchSyncRun: (run) => watchSyncRun(database, run),
      },
      cursorKeys: secretKeys.map(cursorKey),
      log,
    }),
  );

  const opened = rooming.move();
  return { url: server.url, database, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/** A key of its own for every purpose, all from the one ring that an operator has to keep. */
const cursorKey = ({ key }: SecretKey): Buffer => Buffer.from(hkdfSync("sha256", key, "", "cursors", 32));
