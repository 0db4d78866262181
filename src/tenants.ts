import "./check-node.ts";
import "reflect-metadata";
import { parseArgs } from "node:util";
import type { EntityManager } from "typeorm";
import { SYSTEM } from "./access/actor.ts";
import { isTenantId } from "./access/tenant-id.ts";
import { SCOPES } from "./access/viewer.ts";
import { ENTITIES, MIGRATIONS } from "./app.ts";
import { ConfigError, readConfig } from "./config.ts";
import { type Database, openDatabase } from "./database/open-database.ts";
import { inTenant } from "./database/transaction.ts";
import { ActionableError } from "./errors.ts";
import { checkServiceToken, type NewServiceToken } from "./identity/check-service-token.ts";
import { issueServiceToken } from "./identity/issue-service-token.ts";
import { createLogger } from "./log.ts";
import { runProgram } from "./start-failure.ts";
import { listTenants } from "./tenant/list-tenants.ts";
import { ensureTenant, hasTenant } from "./tenant/tenant.repository.ts";

const USAGE = `Usage: npm run tenant -- <command>

  create <id>   creates a tenant and prints its first service token
  token <id>    prints a further service token of a tenant, for example after the first one was lost
  list          prints the ids of all tenants

  --scope "<scopes>"   scopes of the token, separated by spaces (default: all)
  --name "<name>"      what the token is for (default: operator, with the time)
  --expires <time>     when the token ends, such as 2027-01-31T00:00:00Z (default: never)`;

/**
 * `npm run tenant`: an operator creates tenants, and tokens with which their first requests are made. Only
 * the result is on stdout, so that a script can store it; explanations are on stderr.
 */
async function main(args: readonly string[]): Promise<void> {
  const { values, positionals } = readArguments(args);
  if (values.help) return console.log(USAGE);
  const [command, tenantId, ...others] = positionals;
  if (command === "list" && tenantId === undefined) return list();
  if ((command !== "create" && command !== "token") || tenantId === undefined || others.length > 0)
    throw new ConfigError([USAGE]);
  if (!isTenantId(tenantId))
    throw new ConfigError([
      'The id of a tenant is a letter or digit, then at most 62 letters, digits, ".", "_" or "-".',
    ]);
  const now = new Date();
  const token = readToken(values, now);
  await using database = await open();
  const work = command === "create" ? create : add;
  console.log(
    await inTenant(database.dataSource, tenantId, (manager) => work(manager, { ...token, tenantId, now })),
  );
}

const OPTIONS = {
  scope: { type: "string" },
  name: { type: "string" },
  expires: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

type Values = { readonly scope?: string; readonly name?: string; readonly expires?: string };

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new ConfigError([error instanceof Error ? error.message : "", USAGE]);
  }
}

/** The operator grants what the operator likes: all scopes. */
function readToken({ scope, name, expires }: Values, now: Date): NewServiceToken {
  const expiresAt = expires === undefined ? null : new Date(expires);
  if (Number.isNaN(expiresAt?.getTime()))
    throw new ConfigError(["--expires: expected a time such as 2027-01-31T00:00:00Z"]);
  const scopes = scope?.split(/[\s,]+/).filter(Boolean) ?? [...SCOPES];
  const given = { name: name ?? `operator ${now.toISOString()}`, scopes, expiresAt };
  return explained(() => checkServiceToken(given, { granted: new Set(SCOPES), now }));
}

type Issue = NewServiceToken & { readonly tenantId: string; readonly now: Date };

async function create(manager: EntityManager, issue: Issue): Promise<string> {
  if (!(await ensureTenant(manager)))
    throw new ConfigError([
      `The tenant ${issue.tenantId} exists already. For a further token run: npm run tenant -- token ${issue.tenantId}`,
    ]);
  console.error(`Tenant ${issue.tenantId} created.`);
  return issueText(manager, issue);
}

async function add(manager: EntityManager, issue: Issue): Promise<string> {
  if (!(await hasTenant(manager)))
    throw new ConfigError([
      `No tenant ${issue.tenantId} exists. To create it run: npm run tenant -- create ${issue.tenantId}`,
    ]);
  return issueText(manager, issue);
}

async function issueText(manager: EntityManager, issue: Issue): Promise<string> {
  const { token } = await issueServiceToken(manager, { ...issue, createdBy: SYSTEM }).catch(explain);
  console.error(
    `The service token "${issue.name}" has the scopes ${issue.scopes.join(" ")}. Store it now, because it is ` +
      "shown only once. Programs send it as `Authorization: Bearer …`.",
  );
  return token;
}

async function list(): Promise<void> {
  await using database = await open();
  for (const id of await listTenants(database.dataSource)) console.log(id);
}

function open(): Promise<Database> {
  const config = readConfig();
  return openDatabase({
    ...config.database,
    entities: ENTITIES,
    migrations: MIGRATIONS,
    log: createLogger("error"),
  });
}

function explained<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    return explain(error);
  }
}

/** An argument that the graph refuses too. */
function explain(error: unknown): never {
  if (!(error instanceof ActionableError) || error.code === "UNAVAILABLE") throw error;
  throw new ConfigError([`${error.message} ${error.help}`]);
}

await runProgram(() => main(process.argv.slice(2)));
