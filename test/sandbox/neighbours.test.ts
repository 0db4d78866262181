import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLogger } from "../../src/log.ts";
import type { ApiVersion, Credentials } from "../../src/personio/employee.ts";
import { createPersonio } from "../../src/personio/personio.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/sandbox.ts";

const GLOBEX: Credentials = { clientId: "globex-client", clientSecret: "globex-secret" };

let sandbox: Sandbox;
beforeAll(async () => {
  const neighbours = [{ people: 20, seed: 2, credentials: GLOBEX }];
  sandbox = await startSandbox({ people: 10, seed: 1, requestsPerMinute: null, neighbours });
});
afterAll(() => sandbox[Symbol.asyncDispose]());

/** The ids of the people that the credential reads. */
async function readIds(credentials: Credentials, version: ApiVersion): Promise<string[]> {
  const log = createLogger("silent");
  const personio = createPersonio({ apiUrl: sandbox.url, requestsPerMinute: null, log });
  const pages = personio.openAccount(credentials, { version }).readEmployees();
  return (await Array.fromAsync(pages)).flatMap(({ employees }) => employees.map(({ id }) => id));
}

describe.each(["V1", "V2"] as const)("with version %s, two companies at one address", (version) => {
  test("each credential reads its own company", async () => {
    const [ours, theirs] = await Promise.all([
      readIds(sandbox.credentials, version),
      readIds(GLOBEX, version),
    ]);
    expect([ours.length, theirs.length]).toEqual([10, 20]);
    // The setup of another account would take one person for another.
    expect(theirs.filter((id) => ours.includes(id))).toEqual([]);
  });

  test("the client id of one company does not work with the secret of the other", async () => {
    const mixed = { ...GLOBEX, clientSecret: sandbox.credentials.clientSecret };
    await expect(readIds(mixed, version)).rejects.toMatchObject({ code: "PERSONIO_CREDENTIALS_INVALID" });
  });
});
