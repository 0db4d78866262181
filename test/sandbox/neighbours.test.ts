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

/** How many people the credential reads. */
async function count(credentials: Credentials, version: ApiVersion): Promise<number> {
  const log = createLogger("silent");
  const personio = createPersonio({ apiUrl: sandbox.url, requestsPerMinute: null, log });
  let people = 0;
  for await (const { employees } of personio.openAccount(credentials, { version }).readEmployees())
    people += employees.length;
  return people;
}

describe.each(["V1", "V2"] as const)("with version %s, two companies at one address", (version) => {
  test("each credential reads its own company", async () => {
    const counts = await Promise.all([count(sandbox.credentials, version), count(GLOBEX, version)]);
    expect(counts).toEqual([10, 20]);
  });

  test("the client id of one company does not work with the secret of the other", async () => {
    const mixed = { ...GLOBEX, clientSecret: sandbox.credentials.clientSecret };
    await expect(count(mixed, version)).rejects.toMatchObject({ code: "PERSONIO_CREDENTIALS_INVALID" });
  });
});
