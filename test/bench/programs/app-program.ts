import "reflect-metadata";
import { type App, startApp } from "../../../src/app.ts";
import { NO_LIMITS } from "../../../src/config/limits.ts";
import { readConfig } from "../../../src/config.ts";
import { type DevelopmentIssuer, openDevelopmentIssuer } from "../../../src/identity/development-issuer.ts";
import { createLogger } from "../../../src/log.ts";
import { serveCalls } from "./program.ts";

/** A Postgres of its own, or one shared with other replicas. */
type Whose = { dataDir: string } | { databaseUrl: string; secretKeys: string };

let issuer: DevelopmentIssuer | undefined;
let app: App | undefined;

const calls = {
  /** The service as an operator runs it, only without limits on our requests and those of clients. */
  async start({
    personioUrl,
    tokens = false,
    keepsAnswers = true,
    ...database
  }: { personioUrl: string; tokens?: boolean; keepsAnswers?: boolean } & Whose) {
    issuer = tokens && "dataDir" in database ? await openDevelopmentIssuer(database.dataDir) : undefined;
    const config = readConfig({
      PORT: "0",
      ...("dataDir" in database
        ? { DATA_DIR: database.dataDir }
        : { DATABASE_URL: database.databaseUrl, SECRET_KEYS: database.secretKeys }),
      PERSONIO_API_URL: personioUrl,
      ...(!keepsAnswers && { KEPT_ANSWERS_MB: "0" }),
      LOG_LEVEL: "error",
      // Production refuses the issuer of developers.
      ...(issuer ? issuer.settings : { NODE_ENV: "production" }),
      ...NO_LIMITS,
    });
    const unlimited = { ...config, personio: { ...config.personio, requestsPerMinute: null } };
    app = await startApp(unlimited, createLogger(config.logLevel));
    return { url: `${app.url}/graphql`, databaseUrl: app.database.migrationUrl ?? app.database.url };
  },

  /** A token of an administrator, for a service that started with `tokens`. */
  async issueToken({ tenant }: { tenant: string }): Promise<string> {
    if (!issuer) throw new Error("This service has no issuer.");
    const scopes = ["people:read", "people:admin"] as const;
    return issuer.sign({ tenant, scopes, subject: "bench", email: undefined, minutes: 60 }, new Date());
  },
};

export type AppProgram = typeof calls;

serveCalls(calls, async () => app?.[Symbol.asyncDispose]());
