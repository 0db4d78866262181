import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { isScope, SCOPES } from "../../src/access/viewer.ts";
import type { AuthConfig } from "../../src/config/auth.ts";
import { readConfig } from "../../src/config.ts";
import { openDevelopmentIssuer } from "../../src/identity/development-issuer.ts";
import { type SharedApp, startSharedApp } from "./shared-app.ts";

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

type IssuerApp = { readonly issuer: TestIssuer; readonly service: SharedApp };

/** One app for all tests of a file. Its users have tokens of the issuer; `get` asks as an administrator. */
export function useIssuerApp(): () => IssuerApp {
  const opened = new AsyncDisposableStack();
  let app: IssuerApp;
  beforeAll(async () => {
    const issuer = opened.use(await openTestIssuer());
    const authorization = await issuer.bearer();
    const service = opened.use(await startSharedApp({ config: { auth: issuer.auth }, authorization }));
    app = { issuer, service };
  });
  afterAll(() => opened.disposeAsync());
  return () => app;
}
