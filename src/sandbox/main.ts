import { parseArgs } from "node:util";
import { EXIT, StartError } from "../errors.ts";
import { createLogger } from "../log.ts";
import { waitForStopSignal } from "../stop-signal.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "./sandbox.ts";

const USAGE = `Usage: npm run sandbox -- [options]

  --people <10…1000000>          number of employees (default: 250)
  --seed <number>                seed of the company; each seed makes another company (default: 1)
  --port <number>                loopback port to listen on (default: 8080)
  --requests-per-minute <n|none> rate limit (default: Personio's own limits)
  --huge-ids                     employee ids above 2^53`;

const wholeNumber = (text: string): number => {
  if (!/^\d+$/.test(text)) throw new RangeError(`"${text}" is not a whole number.\n\n${USAGE}`);
  return Number(text);
};

const readArguments = () =>
  parseArgs({
    options: {
      people: { type: "string", default: "250" },
      seed: { type: "string", default: "1" },
      port: { type: "string", default: "8080" },
      "requests-per-minute": { type: "string" },
      "huge-ids": { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  }).values;

function readOptions(given: ReturnType<typeof readArguments>): SandboxOptions {
  const perMinute = given["requests-per-minute"];
  return {
    people: wholeNumber(given.people),
    seed: wholeNumber(given.seed),
    port: wholeNumber(given.port),
    settings: {
      employeeIds: given["huge-ids"] ? "huge" : "usual",
      // Developers of a receiver have no certificate for it.
      webhooks: { urls: "https or loopback" },
    },
    log: createLogger("info"),
    ...(perMinute === undefined
      ? {}
      : { requestsPerMinute: perMinute === "none" ? null : wholeNumber(perMinute) }),
  };
}

const introduction = (people: number, { url, credentials }: Sandbox): string => `
A sandbox of Personio's API, versions 1 and 2, with ${people} fictional people runs at ${url}

  client id      ${credentials.clientId}
  client secret  ${credentials.clientSecret}

Hire, terminate, move the clock or break things under ${url}/sandbox/:

  curl ${url}/sandbox/summary
  curl -X POST ${url}/sandbox/people -d '{"first_name":"Ada","last_name":"Byron","department":"Research"}'
  curl -X POST ${url}/sandbox/clock -d '{"days":30}'
  curl -X PUT ${url}/sandbox/faults -d '[{"kind":"status","status":502,"times":3}]'
  curl -X PUT ${url}/sandbox/rights -d '{"v1":false}'

Any unknown path under /sandbox/ lists the known ones. Ctrl-C stops it.
`;

async function run(): Promise<void> {
  const stopped = waitForStopSignal();
  const given = readArguments();
  if (given.help) return console.log(USAGE);
  const options = readOptions(given);
  await using sandbox = await startSandbox(options).catch(explainPort);
  console.log(introduction(options.people, sandbox));
  await stopped;
}

function explainPort(error: NodeJS.ErrnoException & { readonly port?: number }): never {
  if (error.code !== "EADDRINUSE") throw error;
  throw new StartError(
    `--port: 127.0.0.1:${error.port} is used by another program. Choose another port with: npm run sandbox -- --port <number>`,
    EXIT.config,
    { cause: error },
  );
}

run().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof StartError ? error.exitCode : 1;
});
