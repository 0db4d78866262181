import "./check-node.ts";
import "reflect-metadata";
import { type App, startApp } from "./app.ts";
import { type Config, readConfig } from "./config.ts";
import { EXIT } from "./errors.ts";
import { createLogger } from "./log.ts";
import { exitWhenLost, explainStart, type StartFailure } from "./start-failure.ts";
import { exitAfterTimeout, waitForStopSignal } from "./stop-signal.ts";

// Before the first log line: a program that reads it may send the signal at once.
const stopped = waitForStopSignal();
const config = readConfigOrExit();
const log = createLogger(config.logLevel);
if (config.auth.mode === "off")
  log.warn("AUTH=off: every request has administrator rights for the tenant default");
else if (config.auth.issuer === null && !config.auth.signIn)
  log.info("AUTH=jwt without an issuer: the service accepts service tokens only");

// A bug in one request must not end the others. The log contains it, and the operator decides.
process.on("unhandledRejection", (reason) => log.error({ err: reason }, "unhandled promise rejection"));

// The last resort: after an uncaught exception the state of this process may be wrong. Another replica, or
// the next start, takes over.
process.on("uncaughtException", (error) => {
  log.fatal({ err: error }, "uncaught exception; the process exits");
  process.exit(EXIT.software);
});

{
  // A signal during the start must not leave a database running.
  void stopped.then(() => exitAfterTimeout(() => log.error("shutdown timed out; the process exits")));
  await using app = await startOrExit();
  exitWhenLost(app.database.lost, () => log.fatal("embedded Postgres stopped; the process exits"));
  log.info({ url: app.url, console: `${app.url}/console` }, "serving");
  const signal = await stopped;
  log.info({ signal }, "stopping");
}
log.info("stopped");

async function startOrExit(): Promise<App> {
  try {
    return await startApp(config, log);
  } catch (error) {
    log.debug({ err: error }, "start failed");
    return exitWith(explainStart(error, config));
  }
}

function readConfigOrExit(): Config {
  try {
    return readConfig();
  } catch (error) {
    return exitWith(explainStart(error));
  }
}

function exitWith({ lines, exitCode }: StartFailure): never {
  for (const line of lines) console.error(line);
  process.exit(exitCode);
}
