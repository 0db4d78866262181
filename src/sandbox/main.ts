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
  --huge-ids                     employee ids above 2^53
  --idp [okta|entra]             an identity provider with accounts of these people, in Okta's spelling (default)
                                 or in Entra ID's
  --idp-url <url>                base URL of the service that it provisions into
                                 (default: http://127.0.0.1:4000/scim/v2; with ?aadOptscim062020 as Entra ID does)
  --idp-token <token>            the service's token; the mutation createScimToken shows it once`;

const VENDORS = ["okta", "entra"] as const;
const SERVICE_URL = "http://127.0.0.1:4000/scim/v2";

const wholeNumber = (option: string, text: string): number => {
  if (!/^\d+$/.test(text)) throw new RangeError(`${option}: "${text}" is not a whole number.\n\n${USAGE}`);
  return Number(text);
};

/** With a rate of zero, every request would be refused for ever. */
const readRate = (text: string): number | null => {
  const option = "--requests-per-minute";
  const rate = text === "none" ? null : wholeNumber(option, text);
  if (rate === 0)
    throw new RangeError(`${option}: "0" is not a rate limit; "none" means no limit.\n\n${USAGE}`);
  return rate;
};

const PORT_MAX = 65_535;

const readPort = (text: string): number => {
  const port = wholeNumber("--port", text);
  if (port > PORT_MAX) throw new RangeError(`--port: expected at most ${PORT_MAX}, found ${port}.`);
  return port;
};

/** `--idp` alone means Okta; an option of `parseArgs` has a value or none. */
const withVendor = (given: readonly string[]): string[] =>
  given.flatMap((word, place) =>
    word === "--idp" && (given[place + 1] ?? "--").startsWith("--") ? ["--idp", VENDORS[0]] : [word],
  );

const readArguments = () =>
  parseArgs({
    args: withVendor(process.argv.slice(2)),
    options: {
      people: { type: "string", default: "250" },
      seed: { type: "string", default: "1" },
      port: { type: "string", default: "8080" },
      "requests-per-minute": { type: "string" },
      "huge-ids": { type: "boolean", default: false },
      idp: { type: "string" },
      "idp-url": { type: "string", default: SERVICE_URL },
      "idp-token": { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  }).values;

function readOptions(given: ReturnType<typeof readArguments>): SandboxOptions {
  const perMinute = given["requests-per-minute"];
  return {
    people: wholeNumber("--people", given.people),
    seed: wholeNumber("--seed", given.seed),
    port: readPort(given.port),
    settings: {
      employeeIds: given["huge-ids"] ? "huge" : "usual",
      // Developers of a receiver have no certificate for it.
      webhooks: { urls: "https or loopback" },
      ...(given.idp !== undefined && { idp: { vendor: readVendor(given.idp) } }),
    },
    log: createLogger("info"),
    ...(perMinute !== undefined && { requestsPerMinute: readRate(perMinute) }),
  };
}

function readVendor(text: string): (typeof VENDORS)[number] {
  const vendor = VENDORS.find((known) => known === text);
  if (vendor) return vendor;
  throw new RangeError(`--idp: there is no identity provider "${text}".\n\n${USAGE}`);
}

/** @throws {StartError} with the option that is wrong. */
function readCommandLine() {
  try {
    const given = readArguments();
    return { given, options: readOptions(given) };
  } catch (error) {
    throw wrongOption(error);
  }
}

const wrongOption = (error: unknown): StartError =>
  new StartError(error instanceof Error ? error.message : USAGE, EXIT.config, { cause: error });

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

/** What to do next; with a token, the provider has begun. */
async function introduceIdp({ url, admin: { idp } }: Sandbox, given: ReturnType<typeof readArguments>) {
  const { "idp-url": target, "idp-token": token } = given;
  const { vendor, users } = await idp.status();
  const waiting = `An identity provider (${vendor}) has ${users} accounts. Let it provision into a service with:

  curl -X PUT ${url}/sandbox/idp/target -d '{"url":"${target}","token":"<the token of createScimToken>"}'
`;
  if (token === undefined) return waiting;
  const refusal = await idp.connect({ url: target, token }).catch(String);
  if (refusal) return `${refusal}\n\n${waiting}`;
  return `An identity provider (${vendor}) provisions ${users} accounts into ${target}

  curl ${url}/sandbox/idp/status
  curl ${url}/sandbox/idp/users
  curl -X PATCH ${url}/sandbox/idp/users/<id> -d '{"title":"Principal Engineer"}'
  curl -X PUT ${url}/sandbox/idp/users/<id>/state -d '{"state":"deactivated"}'
  curl -X POST ${url}/sandbox/idp/users/<id>/provision
`;
}

async function run(): Promise<void> {
  const stopped = waitForStopSignal();
  const { given, options } = readCommandLine();
  if (given.help) return console.log(USAGE);
  await using sandbox = await startSandbox(options).catch(asStartError);
  console.log(introduction(options.people, sandbox));
  if (given.idp !== undefined) console.log(await introduceIdp(sandbox, given));
  await stopped;
}

function asStartError(error: NodeJS.ErrnoException & { readonly port?: number }): never {
  if (error instanceof RangeError) throw wrongOption(error);
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
