import "reflect-metadata";
import { type App, startApp } from "../../../src/app.ts";
import { NO_LIMITS } from "../../../src/config/limits.ts";
import { readConfig } from "../../../src/config.ts";
import { createLogger } from "../../../src/log.ts";
import { watchMemory } from "./memory.ts";
import { serveCalls } from "./program.ts";

/** A Postgres of its own, or one shared with other replicas. */
type Whose = { dataDir: string } | { databaseUrl: string; secretKeys: string };

const readPeak = watchMemory();
let app: App | undefined;

const calls = {
  /** The service as an operator runs it, only without limits on our requests and those of clients. */
  async start({ personioUrl, ...database }: { personioUrl: string } & Whose) {
    const config = readConfig({
      PORT: "0",
      ...("dataDir" in database
        ? { DATA_DIR: database.dataDir }
        : { DATABASE_URL: database.databaseUrl, SECRET_KEYS: database.secretKeys }),
      PERSONIO_API_URL: personioUrl,
      LOG_LEVEL: "error",
      NODE_ENV: "production",
      ...NO_LIMITS,
    });
    const unlimited = { ...config, personio: { ...config.personio, requestsPerMinute: null } };
    app = await startApp(unlimited, createLogger(config.logLevel));
    return { url: `${app.url}/graphql`, databaseUrl: app.database.migrationUrl ?? app.database.url };
  },

  /** The peak memory of the service since the last call, in bytes. */
  async readPeak(_nothing: undefined): Promise<number> {
    return readPeak();
  },
};

export type AppProgram = typeof calls;

serveCalls(calls, async () => app?.[Symbol.asyncDispose]());
