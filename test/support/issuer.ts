import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isScope, SCOPES } from "../../src/access/viewer.ts";
import type { AuthConfig } from "../../src/config/auth.ts";
import { readConfig } from "../../src/config.ts";
import { openDevelopmentIssuer } from "../../src/identity/development-issuer.ts";

/** An issuer whose tokens the service accepts with `config: { auth }`. */
export type TestIssuer = AsyncDisposable & {
  readonly auth: AuthConfig;
  /** The Authorization header of a user of the tenant `default` with these scopes, separated by spaces. */
  bearer(scopes?: string, email?: string): Promise<string>;
};

export async function openTestIssuer(): Promise<TestIssuer> {
  const folder = await mkdtemp(join(tmpdir(), "people-issuer-"));
  const issuer = await openDevelopmentIssuer(folder);
  const { auth } = readConfig({ DATA_DIR: folder, ...issuer.settings });
  return {
    auth,
    async bearer(scopes = SCOPES.join(" "), email) {
      const user = { tenant: "default", subject: "ada", email, minutes: 60 };
      return `Bearer ${await issuer.sign({ ...user, scopes: scopes.split(" ").filter(isScope) }, new Date())}`;
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}
