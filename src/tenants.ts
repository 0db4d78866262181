import "./check-node.ts";
import "reflect-metadata";
import type { EntityManager } from "typeorm";
import { SYSTEM } from "./access/actor.ts";
import { ConfigError, readConfig } from "./config.ts";
import { inTenant } from "./database/transaction.ts";
import { ActionableError } from "./errors.ts";
import type { NewServiceToken } from "./identity/check-service-token.ts";
import { issueServiceToken } from "./identity/issue-service-token.ts";
import { readTenantCommand, USAGE } from "./identity/tenant-command.ts";
import { createLogger } from "./log.ts";
import { openServiceDatabase } from "./service-database.ts";
import { runProgram } from "./start-failure.ts";
import { ensureTenant, hasTenant, listTenants } from "./tenant/tenant.repository.ts";

/**
 * `npm run tenant`: an operator creates tenants, and the tokens of their first requests. Only the result is
 * on stdout, so that a script can store it; explanations are on stderr.
 */
async function main(args: readonly string[]): Promise<void> {
  const now = new Date();
  const command = readTenantCommand(args, now);
  if (command.do === "nothing") throw new ConfigError(command.problems);
  if (command.do === "help") return console.log(USAGE);
  await using database = await openServiceDatabase(readConfig(), createLogger("error"));
  const { dataSource } = database;
  if (command.do === "list") {
    for (const id of await database.asOwner(listTenants)) console.log(id);
    return;
  }
  const { tenantId, token } = command;
  const text = await inTenant(dataSource, tenantId, async (manager) => {
    await (command.do === "create" ? create : requireTenant)(manager, tenantId);
    return issue(manager, { ...token, tenantId, now });
  });
  console.log(text);
}

async function create(manager: EntityManager, tenantId: string): Promise<void> {
  if (!(await ensureTenant(manager)))
    throw new ConfigError([
      `The tenant ${tenantId} exists already. For a further token run: npm run tenant -- token ${tenantId}`,
    ]);
  console.error(`Tenant ${tenantId} created.`);
}

async function requireTenant(manager: EntityManager, tenantId: string): Promise<void> {
  if (!(await hasTenant(manager)))
    throw new ConfigError([
      `No tenant ${tenantId} exists. To create it run: npm run tenant -- create ${tenantId}`,
    ]);
}

async function issue(
  manager: EntityManager,
  token: NewServiceToken & { readonly tenantId: string; readonly now: Date },
): Promise<string> {
  const created = await issueServiceToken(manager, { ...token, createdBy: SYSTEM }).catch(explain);
  console.error(
    `The service token "${token.name}" has the scopes ${token.scopes.join(" ")}. Store it now, because it is ` +
      "shown only once. Programs send it as `Authorization: Bearer …`.",
  );
  return created.token;
}

/** The graph refuses it too: the name is in use, or there are too many. */
function explain(error: unknown): never {
  if (!(error instanceof ActionableError) || error.code === "UNAVAILABLE") throw error;
  throw new ConfigError([`${error.message} ${error.help}`]);
}

await runProgram(() => main(process.argv.slice(2)));
