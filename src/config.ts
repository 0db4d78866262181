import { z } from "zod";
import { type AuthConfig, authVariables, findAuthConflicts, readAuth } from "./config/auth.ts";
import { parseGatewaySecrets } from "./config/gateway-secrets.ts";
import { type LimitsConfig, limitsSchema, readLimits } from "./config/limits.ts";
import { isConfidential, isLoopback } from "./config/loopback.ts";
import { reachSchema } from "./config/reach.ts";
import {
  MAKE_A_KEY,
  openSecretKeysFile,
  parseSecretKeys,
  renewSecretKeysFile,
  type SecretKey,
} from "./config/secret-keys.ts";

/** Everything that an operator decides. Each room gets the few options that it needs, never the whole. */
export type Config = {
  readonly http: {
    readonly host: string;
    readonly port: number;
    readonly publicUrl: string | undefined;
    readonly production: boolean;
    /** Names in `Host` beside those of loopback and of the public URL. */
    readonly allowedHosts: readonly string[];
    /** Pages of these origins may use the graph. */
    readonly allowedOrigins: readonly string[];
    /** Proxies whose `X-Forwarded-For` contains the address of the client. */
    readonly trustProxy: readonly string[];
  };
  /** Each of them opens what only gateways may ask; without one, every client may ask it. */
  readonly gatewaySecrets: readonly string[];
  readonly database: {
    readonly url: string | undefined;
    /** The login that owns the tables, if it is not the one that serves. */
    readonly migrationUrl?: string | undefined;
    /** False for replicas that leave migrations to `npm run migrate`. */
    readonly migrates?: boolean;
    readonly dataDir: string;
  };
  /** `requestsPerMinute: null` removes the limit; only programs against a sandbox use it. */
  readonly personio: { readonly apiUrl: string; readonly requestsPerMinute: number | null };
  readonly syncEveryHours: number;
  /** Without a port the service offers no metrics. It serves them on `http.host`. */
  readonly metrics: { readonly port: number | undefined };
  /** Without an endpoint the service sends no traces. */
  readonly tracing: { readonly endpoint: string | undefined };
  /** The first key seals, each key opens. */
  readonly secretKeys: readonly SecretKey[];
  readonly limits: LimitsConfig;
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
    http: {
      host: values.HOST,
      port: values.PORT,
      publicUrl: values.PUBLIC_URL,
      production: values.NODE_ENV === "production",
      allowedHosts: values.ALLOWED_HOSTS,
      allowedOrigins: values.ALLOWED_ORIGINS,
      trustProxy: values.TRUST_PROXY,
    },
    gatewaySecrets: values.GATEWAY_SECRETS,
    database: {
      url: values.DATABASE_URL,
      migrationUrl: values.MIGRATION_DATABASE_URL,
      migrates: values.MIGRATE === "on",
      dataDir: values.DATA_DIR,
    },
    personio: { apiUrl: values.PERSONIO_API_URL, requestsPerMinute: values.PERSONIO_REQUESTS_PER_MINUTE },
    syncEveryHours: values.SYNC_EVERY_HOURS,
    metrics: { port: values.METRICS_PORT },
    tracing: { endpoint: values.OTEL_EXPORTER_OTLP_ENDPOINT },
    secretKeys: values.SECRET_KEYS ?? openKeysOrExplain(values.DATA_DIR, openKeysFile),
    limits: readLimits(values),
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
  production: environment.NODE_ENV === "production",
});

const DATA_DIR_DEFAULT = ".data";

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * The numbers of hours that divide a day, so that the syncs of a tenant are due at the same times every day.
 */
const HOURS = ["1", "2", "3", "4", "6", "8", "12", "24"] as const;

const PORT_MAX = 65_535;
const PORT_DEFAULT = 4000;
const REQUESTS_PER_MINUTE_MAX = 100_000;

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .refine((text) => /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max, {
      error: ({ input }) => `expected a whole number from ${min} to ${max}, found ${JSON.stringify(input)}`,
    })
    .transform(Number);

const oneOf = <const Choices extends readonly [string, ...string[]]>(choices: Choices) =>
  z.enum(choices, {
    error: ({ input }) => `expected one of ${choices.join(", ")}, found ${JSON.stringify(input)}`,
  });

/** A problem never quotes the value: it may contain user and password. */
const url = (protocols: readonly string[]) =>
  z
    .string()
    .refine(
      (text) => protocols.some((protocol) => URL.canParse(text) && new URL(text).protocol === protocol),
      {
        error:
          `expected a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(" or ")}; ` +
          "percent-encode special characters in the user and the password",
      },
    );

const environmentSchema = z.object({
  ...reachSchema,
  ...limitsSchema,
  PORT: wholeNumber(0, PORT_MAX).default(PORT_DEFAULT),
  DATABASE_URL: url(["postgres:", "postgresql:"]).optional(),
  MIGRATION_DATABASE_URL: url(["postgres:", "postgresql:"]).optional(),
  MIGRATE: oneOf(["on", "off"]).default("on"),
  DATA_DIR: z.string().default(DATA_DIR_DEFAULT),
  PUBLIC_URL: url(["https:", "http:"]).optional(),
  PERSONIO_API_URL: url(["https:", "http:"])
    .refine(isConfidential, {
      error:
        "expected https, because the service sends a credential there; http is only for a loopback address",
    })
    .default("https://api.personio.de"),
  PERSONIO_REQUESTS_PER_MINUTE: wholeNumber(1, REQUESTS_PER_MINUTE_MAX).default(300),
  SYNC_EVERY_HOURS: oneOf(HOURS).transform(Number).default(4),
  METRICS_PORT: wholeNumber(0, PORT_MAX).optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: url(["https:", "http:"]).optional(),
  SECRET_KEYS: z
    .string()
    .transform((text, context) => {
      const { keys, problems } = parseSecretKeys(text);
      for (const message of problems) context.addIssue({ code: "custom", message });
      return keys;
    })
    .optional(),
  GATEWAY_SECRETS: z
    .string()
    .transform((text, context) => {
      const { secrets, problems } = parseGatewaySecrets(text);
      for (const message of problems) context.addIssue({ code: "custom", message });
      return secrets;
    })
    .default([]),
  AUTH: oneOf(["off", "jwt"]).default("off"),
  ...authVariables,
  LOG_LEVEL: oneOf(LOG_LEVELS).default("info"),
  NODE_ENV: z.string().optional(),
});

const describe = (issue: z.core.$ZodIssue): string => `${issue.path.join(".")}: ${issue.message}`;

/**
 * Conflicts between values. Checked on the raw text, so that they are listed beside the problems of single
 * values.
 */
function findConflicts(given: Environment): string[] {
  const { AUTH, HOST, PORT, METRICS_PORT, DATABASE_URL, SECRET_KEYS } = given;
  const problems = findAuthConflicts(given);
  const port = Number(PORT ?? PORT_DEFAULT);
  if (METRICS_PORT !== undefined && port !== 0 && Number(METRICS_PORT) === port) {
    problems.push(`METRICS_PORT: expected a port of its own, found ${port}, which serves the graph`);
  }
  if (AUTH !== "jwt" && HOST !== undefined && !isLoopback(HOST)) {
    problems.push(
      `AUTH: off makes every request an administrator, so it needs a loopback HOST such as 127.0.0.1, found ${JSON.stringify(HOST)}`,
    );
  }
  if (DATABASE_URL !== undefined && SECRET_KEYS === undefined) {
    problems.push(
      `SECRET_KEYS: required with DATABASE_URL, because stored secrets outlive this machine. ${MAKE_A_KEY}`,
    );
  }
  if (DATABASE_URL === undefined && given.MIGRATION_DATABASE_URL !== undefined) {
    problems.push("MIGRATION_DATABASE_URL: expected DATABASE_URL too, with the login that serves");
  }
  if (DATABASE_URL === undefined && given.MIGRATE === "off") {
    problems.push(
      "MIGRATE: off needs DATABASE_URL, because only the service itself migrates its embedded database",
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
