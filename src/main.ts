import "reflect-metadata";
import { startApp } from "./app.ts";
import { type Config, ConfigError, readConfig } from "./config.ts";
import { createLogger } from "./log.ts";
import { untilStopped } from "./until-stopped.ts";

/** EX_CONFIG of sysexits.h: starting again with the same configuration is pointless. */
const EXIT_CONFIG = 78;

const config = readConfigOrExit();
const log = createLogger(config.logLevel);
if (config.auth === "off") log.warn("AUTH=off: every request is an administrator of the tenant default");

// A bug in one request must not take the others down with it; it is logged, and whoever watches the log decides.
process.on("unhandledRejection", (reason) =>
  log.error({ err: reason }, "a promise was rejected and nobody looked"),
);

{
  // Listened for from the start: a signal while starting must not leave a database behind.
  const stopped = untilStopped();
  await using app = await startApp(config, log).catch(exitOnConfigError);
  log.info({ url: app.url }, "serving");
  const signal = await stopped;
  log.info({ signal }, "stopping");
}
log.info("stopped");

function readConfigOrExit(): Config {
  try {
    return readConfig();
  } catch (error) {
    return exitOnConfigError(error);
  }
}

function exitOnConfigError(error: unknown): never {
  if (!(error instanceof ConfigError)) throw error;
  for (const problem of error.problems) console.error(problem);
  process.exit(EXIT_CONFIG);
}
