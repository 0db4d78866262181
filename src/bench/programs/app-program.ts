import "reflect-metadata";
import { type App, startApp } from "../../app.ts";
import { readConfig } from "../../config.ts";
import { createLogger } from "../../log.ts";
import { watchMemory } from "./memory.ts";
import { serveCalls } from "./program.ts";

const readPeak = watchMemory();
let app: App | undefined;

const calls = {
  /** The service as an operator runs it, with a Postgres of its own. Only the limit on our own requests is lifted. */
  async start({ dataDir, personioUrl }: { dataDir: string; personioUrl: string }) {
    const config = readConfig({
      PORT: "0",
      DATA_DIR: dataDir,
      PERSONIO_API_URL: personioUrl,
      LOG_LEVEL: "error",
      NODE_ENV: "production",
    });
    const unlimited = { ...config, personio: { ...config.personio, requestsPerMinute: null } };
    app = await startApp(unlimited, createLogger(config.logLevel));
    return { url: `${app.url}/graphql`, databaseUrl: app.database.url };
  },

  /** The most memory that the service held since the last call, in bytes. */
  async readPeak(_nothing: undefined): Promise<number> {
    return readPeak();
  },
};

export type AppProgram = typeof calls;

serveCalls(calls, async () => app?.[Symbol.asyncDispose]());
