import "./check-node.ts";
import "reflect-metadata";
import { type Config, ConfigError, readConfig, readConfigWithNewKeys } from "./config.ts";
import { findKeyRingProblem } from "./integration/keys/check-key-ring.ts";
import { resetKeys } from "./integration/keys/reset-keys.ts";
import { rotateKeys } from "./integration/keys/rotate-keys.ts";
import { createLogger } from "./log.ts";
import { openServiceDatabase } from "./service-database.ts";
import { runProgram } from "./start-failure.ts";

/**
 * What an operator does about SECRET_KEYS, with the service stopped. `npm run keys:reset` gives up lost keys,
 * and `npm run keys:rotate` seals everything with the first key of the ring.
 */
async function main(command: string | undefined): Promise<void> {
  if (command === "reset") return reset();
  if (command === "rotate") return rotate();
  throw new ConfigError(["Run: npm run keys:reset, or npm run keys:rotate"]);
}

async function reset(): Promise<void> {
  const config = readConfigWithNewKeys();
  await using database = await open(config);
  const { secretsDropped, webhooksVoid } = await database.asOwner((owner) =>
    resetKeys(owner, config.secretKeys),
  );
  console.log(
    `These keys are now in use. Deleted secrets: ${secretsDropped}. An admin of each of these ` +
      "companies must enter its credential again with updatePersonioCredentials. Directories, events and " +
      "settings are unchanged. Old page cursors no longer work, so clients read lists again from the start.",
  );
  if (webhooksVoid > 0)
    console.log(`${webhooksVoid} webhooks no longer reach this service. ${RECREATE_WEBHOOKS}`);
}

async function rotate(): Promise<void> {
  const config = readConfig();
  await using database = await open(config);
  const problem = await findKeyRingProblem(database.dataSource, config.secretKeys, database.asOwner);
  if (problem) throw new ConfigError([problem]);
  const { resealed, unreadable, webhooksOfOlderKeys } = await database.asOwner((owner) =>
    rotateKeys(owner, config.secretKeys),
  );
  console.log(`${resealed} stored secrets were encrypted again with key "${config.secretKeys[0]?.id}".`);
  if (unreadable > 0)
    console.log(`${unreadable} stored secrets cannot be opened with these keys and stay unchanged.`);
  if (webhooksOfOlderKeys > 0)
    console.log(
      `${webhooksOfOlderKeys} webhooks have an address made with an older key. ${RECREATE_WEBHOOKS}`,
    );
  else if (unreadable === 0) console.log("The older keys are no longer in use: you may remove them.");
}

const RECREATE_WEBHOOKS = "Call createPersonioWebhook for each of these companies.";

const open = (config: Config) => openServiceDatabase(config, createLogger(config.logLevel));

await runProgram(() => main(process.argv[2]));
