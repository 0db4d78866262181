import { ActionableError, badUserInput } from "../errors.ts";
import type { Integration } from "../integration/integration.ts";
import { type Rights, readRights } from "../integration/rights.ts";
import type { ApiVersion, Credentials, Personio } from "../personio/employee.ts";

/** A credential that Personio accepted, with its API version and its rights. */
export type CheckedCredentials = Rights & {
  readonly credentials: Credentials;
  readonly apiVersion: ApiVersion;
};

type CheckDeps = { readonly personio: Personio };

/**
 * Checks which API version a credential may use and what it may read there, and stores nothing.
 *
 * @throws Personio's error if it accepts the credential for neither version.
 */
export async function checkCredentials(
  pasted: Credentials,
  { personio }: CheckDeps,
): Promise<CheckedCredentials> {
  const credentials = trimCredentials(pasted);
  const { version } = await personio.probe(credentials);
  const account = personio.openAccount(credentials, { version, interactive: true });
  return { credentials, apiVersion: version, ...(await readRights(account)) };
}

/**
 * Checks a credential that an admin entered in place of the current one, and stores nothing. It uses the
 * account's API version, because the stored mapping and ids belong to that version.
 *
 * @throws Personio's error; PERSONIO_ACCESS_MISSING, with how to switch versions, if only the other version
 * accepts the credential.
 */
export async function checkNewCredentials(
  pasted: Credentials,
  { apiVersion, attributes }: Pick<Integration, "apiVersion" | "attributes">,
  { personio }: CheckDeps,
): Promise<CheckedCredentials> {
  const credentials = trimCredentials(pasted);
  await probeVersion(credentials, apiVersion, personio);
  const account = personio.openAccount(credentials, { version: apiVersion, interactive: true });
  return { credentials, apiVersion, ...(await readRights(account, { known: attributes })) };
}

async function probeVersion(
  credentials: Credentials,
  version: ApiVersion,
  personio: Personio,
): Promise<void> {
  try {
    await personio.probe(credentials, { version });
  } catch (error) {
    if (!(error instanceof ActionableError) || !REFUSALS.has(error.code)) throw error;
    const other = version === "V1" ? "V2" : "V1";
    if (!(await isUsable(credentials, other, personio))) throw error;
    throw onlyOtherVersion(error, { version, other });
  }
}

const REFUSALS: ReadonlySet<string> = new Set(["PERSONIO_ACCESS_MISSING", "PERSONIO_CREDENTIALS_INVALID"]);

/** Errors of the other version do not matter to the caller, who did not request it. */
const isUsable = (credentials: Credentials, version: ApiVersion, personio: Personio): Promise<boolean> =>
  personio.probe(credentials, { version }).then(
    () => true,
    (error: unknown) => {
      if (error instanceof ActionableError) return false;
      throw error;
    },
  );

const onlyOtherVersion = (
  { message, help }: ActionableError,
  { version, other }: { readonly version: ApiVersion; readonly other: ApiVersion },
): ActionableError =>
  new ActionableError(
    "PERSONIO_ACCESS_MISSING",
    `The sync reads the account with version ${version} of Personio's API, and this credential may only ` +
      `use ${other}. ${message}`,
    `To stay with ${version}: ${help} To switch to ${other} while the current credential may use it too: ` +
      `call setPersonioApiVersion(version: ${other}), then enter this credential again. Otherwise connect ` +
      "this credential with connectPersonio: it takes the version that the credential may use, and starts " +
      "a new review. Nothing was changed.",
    { details: { version, other } },
  );

/** A pasted text may have blanks around it. */
function trimCredentials({ clientId, clientSecret }: Credentials): Credentials {
  const trimmed = { clientId: clientId.trim(), clientSecret: clientSecret.trim() };
  if (trimmed.clientId === "" || trimmed.clientSecret === "") {
    throw badUserInput(
      "The client id and the client secret must not be empty.",
      "Copy both from Personio: Settings > Integrations > API credentials, or Marketplace > Connected " +
        "integrations.",
      "CREDENTIAL_EMPTY",
    );
  }
  return trimmed;
}
