import { parseArgs } from "node:util";
import { isTenantId } from "../access/tenant-id.ts";
import { SCOPES } from "../access/viewer.ts";
import { ActionableError } from "../errors.ts";
import { checkServiceToken, type NewServiceToken } from "./check-service-token.ts";

/** What an operator asks for with `npm run tenant`. */
export type TenantCommand =
  | { readonly do: "list" }
  | { readonly do: "help" }
  | { readonly do: "create" | "token"; readonly tenantId: string; readonly token: NewServiceToken }
  | { readonly do: "nothing"; readonly problems: readonly string[] };

export const USAGE = `Usage: npm run tenant -- <command>

  create <id>   creates a tenant and prints its first service token
  token <id>    prints a further service token of a tenant, for example after the first one was lost
  list          prints the ids of all tenants

  --scope "<scopes>"   scopes of the token, separated by spaces (default: all)
  --name "<name>"      what the token is for (default: operator, with the time)
  --expires <time>     when the token ends, such as 2027-01-31T00:00:00Z (default: never)`;

const OPTIONS = {
  scope: { type: "string" },
  name: { type: "string" },
  expires: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

type Values = { readonly scope?: string; readonly name?: string; readonly expires?: string };

/** Reads the command line. Pure. */
export function readTenantCommand(args: readonly string[], now: Date): TenantCommand {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
    if (values.help) return { do: "help" };
    const [command, tenantId, ...others] = positionals;
    if (command === "list" && positionals.length === 1) return { do: "list" };
    if ((command !== "create" && command !== "token") || tenantId === undefined || others.length > 0)
      return { do: "nothing", problems: [USAGE] };
    if (!isTenantId(tenantId)) return { do: "nothing", problems: [ID_EXPECTED] };
    return { do: command, tenantId, token: readToken(values, now) };
  } catch (error) {
    if (error instanceof ActionableError)
      return { do: "nothing", problems: [`${error.message} ${error.help}`] };
    // `parseArgs` names the option that it does not know.
    return { do: "nothing", problems: [error instanceof Error ? error.message : "", USAGE] };
  }
}

const ID_EXPECTED =
  'The id of a tenant is a letter or digit, then at most 62 letters, digits, ".", "_" or "-".';

/** An operator may grant every scope. */
function readToken({ scope, name, expires }: Values, now: Date): NewServiceToken {
  const given = {
    name: name ?? `operator ${now.toISOString()}`,
    scopes: scope?.split(/[\s,]+/).filter(Boolean) ?? [...SCOPES],
    expiresAt: expires === undefined ? null : readTime(expires),
  };
  return checkServiceToken(given, { granted: new Set(SCOPES), endsBy: null, now });
}

function readTime(text: string): Date {
  const time = new Date(text);
  if (!Number.isNaN(time.getTime())) return time;
  throw new ActionableError(
    "BAD_USER_INPUT",
    "--expires: expected a time.",
    "Write it as 2027-01-31T00:00:00Z.",
  );
}
