import { z } from "zod";
import { type AuthConfig, findAuthConflicts, identityVariables, readAuth } from "./config/auth.ts";
import {
  DATA_DIR_DEFAULT,
  type DatabaseConfig,
  databaseSchema,
  findDatabaseConflicts,
  readDatabase,
} from "./config/database.ts";
import { type LimitsConfig, limitsSchema, readLimits } from "./config/limits.ts";
import { isLoopback } from "./config/loopback.ts";
import { type PersonioConfig, personioSchema, readPersonio } from "./config/personio.ts";
import { isProduction, PORT_DEFAULT, PORT_MAX, type Reach, reachSchema, readReach } from "./config/reach.ts";
import {
  openSecretKeysFile,
  parseSecretKeys,
  renewSecretKeysFile,
  type SecretKey,
} from "./config/secret-keys.ts";
import { oneOf, secrets, url, wholeNumber } from "./config/values.ts";

/** Everything that an operator decides. Each room gets the few options that it needs, never the whole. */
export type Config = {
  readonly reach: Reach;
  readonly database: DatabaseConfig;
  readonly personio: PersonioConfig;
  readonly syncEveryHours: number;
  /** Without a port the service offers no metrics. It serves them on `reach.host`. */
  readonly metrics: { readonly port: number | undefined };
  /** Without an endpoint the service sends no traces. */
  readonly tracing: { readonly endpoint: string | undefined };
  /** The first key seals, each key opens. */
  readonly secretKeys: readonly SecretKey[];
  readonly limits: LimitsConfig;
  /** False reads what an answer shows only by loaders. */
  readonly looksAhead: boolean;
  /** What answers that are kept until the directory changes may take of the memory; 0: none is kept. */
  readonly keptAnswersBytes: number;
  readonly auth: AuthConfig;
  readonly logLevel: LogLevel;
};

export type Environment = Readonly<Record<string, string | undefined>>;

/** The configuration is unusable. One line per problem; none quotes a value that might be a secret. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/**
 * Reads the configuration; no other code reads the environment. Without SECRET_KEYS, and with the embedded
 * database, the keys are in a file beside that database. The first start creates it.
 *
 * @throws {ConfigError} with every problem.
 */
export function readConfig(
  environment: Environment = process.env,
  { openKeysFile = openSecretKeysFile }: { readonly openKeysFile?: OpenKeysFile } = {},
): Config {
  // A line like `PORT=` in an env file means that the operator chose no value.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = environmentSchema.safeParse(given);
  const problems = [...(parsed.error?.issues ?? []).map(describe), ...findConflicts(given)];
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  const values = parsed.data;
  return {
    reach: readReach(values),
    database: readDatabase(values),
    personio: readPersonio(values),
    syncEveryHours: values.SYNC_EVERY_HOURS,
    metrics: { port: values.METRICS_PORT },
    tracing: { endpoint: values.OTEL_EXPORTER_OTLP_ENDPOINT },
    secretKeys: values.SECRET_KEYS ?? openKeysOrExplain(values.DATA_DIR, openKeysFile),
    limits: readLimits(values),
    looksAhead: values.LOOK_AHEAD === "on",
    keptAnswersBytes: values.KEPT_ANSWERS_MB * BYTES_PER_MB,
    auth: readAuth(values),
    logLevel: values.LOG_LEVEL,
  };
}

/**
 * The same for the programs beside `main`: with their own defaults, and with values that override the
 * operator's.
 */
export const readConfigWith = (own: {
  readonly defaults: Environment;
  readonly overrides: Environment;
}): Config => readConfig({ ...own.defaults, ...process.env, ...own.overrides });

/** What `npm run token` needs, beside any other variable. */
export const readTokenConfig = (environment: Environment = process.env) => ({
  dataDir: environment.DATA_DIR || DATA_DIR_DEFAULT,
  production: isProduction(environment.NODE_ENV ?? ""),
});

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

/** Room for some 1,300 pages of 50 people, of 24 KB each. */
const KEPT_ANSWERS_MB_DEFAULT = 32;
const KEPT_ANSWERS_MB_MAX = 4_096;
const BYTES_PER_MB = 1_048_576;

const environmentSchema = z.object({
  ...reachSchema,
  ...limitsSchema,
  KEPT_ANSWERS_MB: wholeNumber(0, KEPT_ANSWERS_MB_MAX).default(KEPT_ANSWERS_MB_DEFAULT),
  ...databaseSchema,
  ...personioSchema,
  METRICS_PORT: wholeNumber(0, PORT_MAX).optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: url(["https:", "http:"]).optional(),
  SECRET_KEYS: secrets(parseSecretKeys).optional(),
  LOOK_AHEAD: oneOf(["on", "off"]).default("on"),
  AUTH: oneOf(["off", "jwt"]).default("off"),
  ...identityVariables,
  LOG_LEVEL: oneOf(LOG_LEVELS).default("info"),
});

const describe = (issue: z.core.$ZodIssue): string => `${issue.path.join(".")}: ${issue.message}`;

/**
 * Conflicts between values. Checked on the raw text, so that they are listed beside the problems of single
 * values.
 */
function findConflicts(given: Environment): string[] {
  const { AUTH = "off", HOST, PORT, METRICS_PORT } = given;
  const problems = [...findAuthConflicts(given), ...findDatabaseConflicts(given)];
  const port = Number(PORT ?? PORT_DEFAULT);
  if (METRICS_PORT !== undefined && port !== 0 && Number(METRICS_PORT) === port) {
    problems.push(`METRICS_PORT: expected a port of its own, found ${port}, which serves the graph`);
  }
  if (AUTH === "off" && HOST !== undefined && !isLoopback(HOST)) {
    problems.push(
      `AUTH: off makes every request an administrator, so it needs a loopback HOST such as 127.0.0.1, found ${JSON.stringify(HOST)}`,
    );
  }
  return problems;
}

type OpenKeysFile = (dataDir: string) => readonly SecretKey[];

/**
 * For `keys:reset`, which gives up the former keys: it creates the file again if it is lost or unreadable.
 */
export const readConfigWithNewKeys = (): Config =>
  readConfig(process.env, { openKeysFile: renewSecretKeysFile });

function openKeysOrExplain(dataDir: string, openKeysFile: OpenKeysFile): readonly SecretKey[] {
  try {
    return openKeysFile(dataDir);
  } catch (error) {
    throw new ConfigError([`DATA_DIR: ${error instanceof Error ? error.message : "cannot be used"}`]);
  }
}
