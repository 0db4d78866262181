import "./check-node.ts";
import "reflect-metadata";
import { parseArgs } from "node:util";
import { SYSTEM } from "./access/actor.ts";
import { DEFAULT_TENANT_ID, SCOPES } from "./access/viewer.ts";
import { type App, startApp } from "./app.ts";
import { NO_LIMITS } from "./config/limits.ts";
import { type Config, ConfigError, readConfigWith } from "./config.ts";
import { inTenant } from "./database/transaction.ts";
import { type Client, createClient, Stopped } from "./demo/client.ts";
import { connectPersonio } from "./demo/connect-personio.ts";
import { playDaysAtHr } from "./demo/days-at-hr.ts";
import { examples, examplesWithTokens, type Served } from "./demo/examples.ts";
import { connectIdentityProvider } from "./demo/identity-provider.ts";
import { prepareSecondAccount, SECOND_ACCOUNT } from "./demo/second-account.ts";
import { issueServiceToken } from "./identity/issue-service-token.ts";
import { deleteServiceToken, listServiceTokens } from "./identity/service-token.repository.ts";
import { createLogger } from "./log.ts";
import type { SandboxAdmin } from "./sandbox/admin.ts";
import type { IdpVendor } from "./sandbox/idp/idp-settings.ts";
import { type Neighbour, type Sandbox, startSandbox } from "./sandbox/sandbox.ts";
import { exitWhenLost, explainStart } from "./start-failure.ts";
import { exitAfterTimeout, waitForStopSignal } from "./stop-signal.ts";
import { ensureTenant } from "./tenant/tenant.repository.ts";

type Company = Neighbour & { readonly tenantId: string };

/** Fictional companies. With one, the demo runs without tokens, in the tenant that `AUTH=off` serves. */
const ACME = { people: 250, seed: 1, credentials: { clientId: "acme", clientSecret: "acme-secret" } };
const GLOBEX = { people: 120, seed: 2, credentials: { clientId: "globex", clientSecret: "globex-secret" } };
const COMPANIES: ReadonlyMap<string, readonly [Company, ...Company[]]> = new Map([
  ["1", [{ ...ACME, tenantId: DEFAULT_TENANT_ID }]],
  [
    "2",
    [
      { ...ACME, tenantId: "acme" },
      { ...GLOBEX, tenantId: "globex" },
    ],
  ],
]);

const VENDORS: readonly IdpVendor[] = ["okta", "entra"];

const USAGE = `Usage: npm run demo [-- --companies 2] [--idp entra]

  --companies 1   one company, without tokens (default)
  --companies 2   two companies that one service serves, with a service token for each
  --idp okta      an identity provider provisions users and groups as Okta does (default for one company)
  --idp entra     … as Entra ID does`;

/** Set once it is read: an error at the start names the variable that is wrong. */
let config: Config | undefined;

/**
 * Runs everything on this machine: a Postgres, a Personio sandbox with fictional companies, and the service.
 * It connects and syncs through the public mutations, without shortcuts.
 */
async function demo(): Promise<void> {
  const stopped = waitForStopSignal();
  void stopped.then(() => exitAfterTimeout(() => say("Stopping took too long; ending the process.")));
  const { companies, vendor } = readArguments(process.argv.slice(2));
  const [first, ...neighbours] = companies;
  await using sandbox = await startSandbox({
    ...first,
    // With one company there is a browser to try the setup in.
    neighbours: companies.length === 1 ? [SECOND_ACCOUNT] : neighbours,
    // Personio itself sends only to https.
    settings: { idp: { vendor: vendor ?? "okta" }, webhooks: { urls: "https or loopback" } },
  });
  if (companies.length === 1) await prepareSecondAccount(sandbox);
  const people = companies.map((company) => company.people).join(" and ");
  say(
    `The Personio sandbox, ${companies.length === 1 ? "a fictional company" : "two fictional companies"} of ${people} people, runs at ${sandbox.url}`,
  );
  config = configFor(companies, sandbox.url);
  say("Starting Postgres and the service (a few seconds the first time) …");
  await using app = await startApp(config, createLogger(config.logLevel));
  exitWhenLost(app.database.lost, () => say("Postgres stopped; ending the process. Start the demo again."));

  let stopping = false;
  void stopped.then(() => {
    stopping = true;
  });
  const isStopping = () => stopping;
  try {
    if (companies.length === 1) {
      const graph = createClient(`${app.url}/graphql`, { isStopping });
      say(`\nOpen ${app.url}/console in a browser. Meanwhile, this happens:\n`);
      await connectPersonio(graph, { credentials: first.credentials, say, progress });
      await provision(graph, app, sandbox.admin);
      await playDaysAtHr(graph, { hr: sandbox.admin, now: new Date(), say });
      say(examples(app.url, SECOND_ACCOUNT.credentials));
    } else {
      say(examplesWithTokens(app.url, await serveCompanies(app, { companies, sandbox, vendor, isStopping })));
    }
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  }
  say(`Stopping (${await stopped}) …`);
}

function readArguments(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        companies: { type: "string", default: "1" },
        idp: { type: "string" },
      },
    });
    const companies = COMPANIES.get(values.companies);
    const vendor = VENDORS.find((known) => known === values.idp);
    if (companies && (vendor || values.idp === undefined)) return { companies, vendor };
  } catch {
    // The usage names every option.
  }
  throw new ConfigError([USAGE]);
}

function configFor({ length }: readonly Company[], sandboxUrl: string): Config {
  const read = readConfigWith({
    // Fictional people must not end up in the directory that `npm start` keeps in .data.
    // One user tries everything, so limits of one user would be in the way.
    defaults: {
      DATA_DIR: length === 1 ? ".data/demo" : ".data/demo-companies",
      LOG_LEVEL: "error",
      ...NO_LIMITS,
    },
    overrides: { PERSONIO_API_URL: sandboxUrl, ...(length > 1 && { AUTH: "jwt" }) },
  });
  const { host, port, publicUrl } = read.reach;
  // Where the sandbox sends webhooks. A port that the system chooses is not known yet.
  if (publicUrl !== undefined || port === 0) return read;
  const name = host.includes(":") ? `[${host}]` : host;
  return { ...read, reach: { ...read.reach, publicUrl: `http://${name}:${port}` } };
}

type Serving = {
  readonly companies: readonly Company[];
  readonly sandbox: Sandbox;
  readonly vendor: IdpVendor | undefined;
  readonly isStopping: () => boolean;
};

async function serveCompanies(
  app: App,
  { companies, sandbox, vendor, isStopping }: Serving,
): Promise<Served[]> {
  const served: Served[] = [];
  for (const company of companies) {
    const { tenantId } = company;
    const token = await createToken(app, tenantId);
    say(`\n${tenantId}:`);
    const graph = createClient(`${app.url}/graphql`, { isStopping, token });
    await connectPersonio(graph, { credentials: company.credentials, say, progress });
    if (vendor) await provision(graph, app, sandbox.adminOf(company.credentials));
    served.push({ tenantId, token });
  }
  return served;
}

const provision = (graph: Client, { url }: App, { idp }: SandboxAdmin): Promise<void> =>
  connectIdentityProvider(graph, { idp, url: `${url}/scim/v2`, say });

/** As `npm run tenant` does, and instead of the token of the last demo. */
const createToken = ({ database }: App, tenantId: string): Promise<string> =>
  inTenant(database.dataSource, tenantId, async (manager) => {
    await ensureTenant(manager);
    for (const { id, name } of await listServiceTokens(manager))
      if (name === TOKEN_NAME) await deleteServiceToken(manager, id);
    const { token } = await issueServiceToken(manager, {
      tenantId,
      name: TOKEN_NAME,
      scopes: SCOPES,
      expiresAt: null,
      createdBy: SYSTEM,
      now: new Date(),
    });
    return token;
  });

const TOKEN_NAME = "demo";

const say = (line: string): void => {
  progress("");
  console.log(line);
};

/** A line that the next one replaces; only on a terminal. */
const progress = (line: string): void => {
  if (process.stdout.isTTY) process.stdout.write(`\r\u001b[K${line}`);
};

demo().catch((error: unknown) => {
  const { lines, exitCode } = explainStart(error, config);
  for (const line of lines) console.error(line);
  process.exitCode = exitCode;
});
