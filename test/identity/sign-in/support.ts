import { readConfig } from "../../../src/config.ts";
import { findFreePort } from "../../support/free-port.ts";
import { type IdentityProvider, startIdentityProvider } from "../../support/identity-provider.ts";
import { LOCAL_REACH } from "../../support/local-reach.ts";
import { startTestApp, type TestApp, type TestAppOptions } from "../../support/test-app.ts";
import { createVisitor, type Visitor } from "./visitor.ts";

/** The service, an identity provider, and how people sign in. */
export type SignInService = AsyncDisposable & {
  readonly idp: IdentityProvider;
  readonly service: TestApp;
  /** The address of the service, which is its PUBLIC_URL. */
  readonly url: string;
  /** A browser in which the account has signed in. */
  signIn(account: string, returnTo?: string): Promise<Visitor>;
};

export const ROLES = {
  "hr-admins": ["people:admin", "people:read", "people:hr"],
  staff: ["people:read"],
};

export async function startSignInService(
  options: TestAppOptions = {},
  variables: Readonly<Record<string, string>> = {},
): Promise<SignInService> {
  await using starting = new AsyncDisposableStack();
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const idp = starting.use(await startIdentityProvider(url));
  idp.accounts.set("ada", { email: "Ada@Acme.example", groups: ["hr-admins"], tenant: "acme" });
  idp.accounts.set("bo", { email: "bo@acme.example", groups: ["staff"], tenant: "acme" });
  idp.accounts.set("gil", {
    email: "gil@globex.example",
    groups: ["hr-admins"],
    tenant: "globex",
  });
  idp.accounts.set("guest", { groups: ["visitors"], tenant: "acme" });
  const { auth } = readConfig({
    AUTH: "jwt",
    DATABASE_URL: "postgres://unused",
    SECRET_KEYS: `1:${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64")}`,
    PUBLIC_URL: url,
    OIDC_ISSUER: idp.url,
    OIDC_CLIENT_ID: idp.client.id,
    OIDC_CLIENT_SECRET: idp.client.secret,
    AUTH_ROLE_CLAIM: "groups",
    AUTH_ROLES: JSON.stringify(ROLES),
    ...variables,
  });
  const reach = { ...LOCAL_REACH, port, publicUrl: url };
  const service = starting.use(
    await startTestApp({
      sandbox: { people: 10 },
      ...options,
      config: { auth, reach, ...options.config },
    }),
  );
  const started = starting.move();
  return {
    idp,
    service,
    url,
    async signIn(account, returnTo = "/console/") {
      idp.account = account;
      const visitor = createVisitor();
      await visitor.go(`${url}/console/sign-in?return_to=${encodeURIComponent(returnTo)}`);
      return visitor;
    },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

/** What the console's own page sends with each request. */
export const pageHeaders = (url: string) => ({
  "content-type": "application/json",
  "x-people-console": "1",
  origin: url,
});

type Body = {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
};

/** Asks the graph as the console's page does. */
export async function askAsPage(
  { url }: Pick<SignInService, "url">,
  visitor: Visitor,
  query: string,
  headers: Readonly<Record<string, string>> = pageHeaders(url),
): Promise<Body & { readonly status: number }> {
  const response = await visitor.fetch(`${url}/graphql`, {
    method: "POST",
    headers,
    body: JSON.stringify({ query }),
  });
  return { ...((await response.json()) as Body), status: response.status };
}

export const codesOf = ({ errors = [] }: Body): string[] => errors.map(({ extensions }) => extensions.code);
