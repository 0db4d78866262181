import "./check-node.ts";
import { parseArgs } from "node:util";
import { isTenantId } from "./access/tenant-id.ts";
import { isScope, SCOPES } from "./access/viewer.ts";
import { ConfigError, readTokenConfig } from "./config.ts";
import { type DevelopmentToken, openDevelopmentIssuer } from "./identity/development-issuer.ts";
import { isSubject } from "./identity/issuer/read-claims.ts";
import { normalizeEmail } from "./people/email-address.ts";
import { runProgram } from "./start-failure.ts";

const MINUTES_DEFAULT = 15;

/** A day. Tokens of real issuers live for minutes; a longer one only hides that clients must renew theirs. */
const MINUTES_MAX = 1_440;

const USAGE = `Usage: npm run -s token -- --tenant <id> --scope "<scopes>" [options]

  --tenant    the company, such as acme
  --scope     some of: ${SCOPES.join(" ")}
  --subject   the user (default: developer)
  --email     the user's work email, for me.person
  --minutes   how long the token is valid: 1 to ${MINUTES_MAX} (default: ${MINUTES_DEFAULT})

Prints a token of a development issuer on stdout, and on stderr the settings with which the service accepts it.`;

const OPTIONS = {
  tenant: { type: "string" },
  scope: { type: "string" },
  subject: { type: "string", default: "developer" },
  email: { type: "string" },
  minutes: { type: "string", default: String(MINUTES_DEFAULT) },
  help: { type: "boolean", default: false },
} as const;

/** Issues a token for development: `npm run token`. */
async function main(args: readonly string[]): Promise<void> {
  const values = parseOptions(args);
  if (values.help) return console.log(USAGE);
  const { dataDir, production } = readTokenConfig();
  if (production)
    throw new ConfigError([
      "NODE_ENV: production has no development issuer. Configure your identity provider, or create a service token.",
    ]);
  const token = readToken(values);
  const issuer = await openDevelopmentIssuer(dataDir);
  console.log(await issuer.sign(token, new Date()));
  const settings = Object.entries(issuer.settings).map(([name, value]) => `  ${name}=${value}`);
  console.error(["Valid for a service with these settings:", ...settings].join("\n"));
}

function parseOptions(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true }).values;
  } catch (error) {
    throw new ConfigError([error instanceof Error ? error.message : "The options are invalid.", USAGE]);
  }
}

type Values = ReturnType<typeof parseOptions>;

function readToken({ tenant = "", scope = "", subject, email, minutes }: Values): DevelopmentToken {
  const scopes = scope.split(/[\s,]+/).filter((name) => name !== "");
  const problems = [
    !isTenantId(tenant) &&
      '--tenant: expected a letter or digit, then at most 62 letters, digits, ".", "_" or "-"',
    scopes.length === 0 && `--scope: expected some of ${SCOPES.join(" ")}`,
    ...scopes
      .filter((name) => !isScope(name))
      .map((name) => `--scope: ${JSON.stringify(name)} is not a scope`),
    !isSubject(subject) && "--subject: expected 1 to 255 characters, without control characters",
    email !== undefined && normalizeEmail(email) === null && "--email: expected name@domain",
    !(/^\d+$/.test(minutes) && Number(minutes) >= 1 && Number(minutes) <= MINUTES_MAX) &&
      `--minutes: expected a whole number from 1 to ${MINUTES_MAX}`,
  ].filter((problem) => problem !== false);
  if (problems.length > 0) throw new ConfigError([...problems, USAGE]);
  return { tenant, scopes: scopes.filter(isScope), subject, email, minutes: Number(minutes) };
}

await runProgram(() => main(process.argv.slice(2)));
