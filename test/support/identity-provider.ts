import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from "jose";
import Provider from "oidc-provider";
import { findFreePort } from "./free-port.ts";

/** A person of the identity provider, with the claims of the ID token. */
export type Account = {
  readonly email?: string;
  readonly groups?: readonly string[];
  readonly tenant?: string;
};

/** A real OpenID provider on a loopback address. */
export type IdentityProvider = AsyncDisposable & {
  readonly url: string;
  readonly client: { readonly id: string; readonly secret: string };
  /** By the subject. */
  readonly accounts: Map<string, Account>;
  /** The person who signs in next, without a page. Null: the provider refuses, as if the person cancelled. */
  account: string | null;
  /** Answers every request with 503. */
  isAway: boolean;
  /** Issues ID tokens with these changes; without a change, with the signature of a foreign key. */
  changedClaims: Readonly<Record<string, unknown>> | null;
};

/** Where the provider keeps sign-ins under way. Its own store prints a warning. */
class Store {
  readonly #entries = new Map<string, Record<string, unknown>>();
  async upsert(id: string, entry: Record<string, unknown>): Promise<void> {
    this.#entries.set(id, entry);
  }
  async find(id: string): Promise<Record<string, unknown> | undefined> {
    return this.#entries.get(id);
  }
  async findByUid(uid: string): Promise<Record<string, unknown> | undefined> {
    return [...this.#entries.values()].find((entry) => entry.uid === uid);
  }
  async consume(id: string): Promise<void> {
    Object.assign(this.#entries.get(id) ?? {}, { consumed: true });
  }
  async destroy(id: string): Promise<void> {
    this.#entries.delete(id);
  }
  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [id, entry] of this.#entries) if (entry.grantId === grantId) this.#entries.delete(id);
  }
}

const CLIENT = { id: "people-console", secret: "a secret of the console, only for tests" };

/** @param origin of the service that the provider signs people in to. */
export async function startIdentityProvider(
  origin: string,
  {
    claims = ["sub", "groups", "tenant"],
    hasSignOut = true,
  }: { readonly claims?: readonly string[]; readonly hasSignOut?: boolean } = {},
): Promise<IdentityProvider> {
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const accounts = new Map<string, Account>();
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const provider = new Provider(url, {
    adapter: Store,
    jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: "one", alg: "RS256", use: "sig" }] },
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [`${origin}/console/signed-in`],
        ...(hasSignOut && { post_logout_redirect_uris: [`${origin}/console/signed-out`] }),
        grant_types: ["authorization_code"],
        response_types: ["code"],
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    pkce: { required: () => true },
    claims: { openid: claims, email: ["email", "email_verified"] },
    // Most providers put the claims into the ID token.
    conformIdTokenClaims: false,
    cookies: { keys: ["a key of the tests"] },
    features: {
      devInteractions: { enabled: false },
      // The provider's own page would load a font from another host.
      rpInitiatedLogout: {
        enabled: hasSignOut,
        logoutSource: (context: { body: string }, form: string) => {
          const button = '<button form="op.logoutForm" name="logout" value="yes">Yes, sign me out</button>';
          context.body = `<!doctype html><title>Sign out</title>${form}${button}`;
        },
      },
    },
    interactions: { url: (_context: unknown, { uid }: { readonly uid: string }) => `/login/${uid}` },
    findAccount: (_context: unknown, sub: string) => ({
      accountId: sub,
      claims: () => ({ email_verified: true, ...accounts.get(sub), sub }),
    }),
    loadExistingGrant: async (context: {
      readonly oidc: {
        readonly session: { readonly accountId: string };
        readonly client: { readonly clientId: string };
      };
    }) => {
      const { session, client } = context.oidc;
      const grant = new provider.Grant({ accountId: session.accountId, clientId: client.clientId });
      grant.addOIDCScope("openid email");
      await grant.save();
      return grant;
    },
    ttl: {
      AccessToken: 60,
      AuthorizationCode: 60,
      IdToken: 60,
      Interaction: 600,
      Session: 3_600,
      Grant: 3_600,
    },
  });
  const answer = provider.callback();
  const { privateKey: foreignKey } = await generateKeyPair("RS256");
  const sign = (claims: Readonly<Record<string, unknown>>, changed: Readonly<Record<string, unknown>>) =>
    new SignJWT({ ...claims, ...changed })
      .setProtectedHeader({ alg: "RS256", kid: "one" })
      .sign(Object.keys(changed).length === 0 ? foreignKey : privateKey);
  const server = createServer((request, response) => {
    if (started.isAway) response.writeHead(503).end();
    else if (request.url?.startsWith("/login/")) {
      const { account } = started;
      const result = account === null ? { error: "access_denied" } : { login: { accountId: account } };
      void provider.interactionFinished(request, response, result);
    } else {
      const { changedClaims } = started;
      if (changedClaims && request.url === "/token")
        changeBody(response, async (body) => ({
          ...body,
          id_token: await sign(decodeJwt(String(body.id_token)), changedClaims),
        }));
      answer(request, response);
    }
  });
  const started: IdentityProvider = {
    url,
    client: CLIENT,
    accounts,
    account: null,
    isAway: false,
    changedClaims: null,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return started;
}

type Json = Readonly<Record<string, unknown>>;

/** Replaces the provider's answer by another body in JSON. */
function changeBody(response: ServerResponse, change: (body: Json) => Promise<Json>): void {
  const end = response.end.bind(response);
  const endWithChange = async (text: string): Promise<void> => {
    const body = JSON.stringify(await change(JSON.parse(text)));
    response.removeHeader("content-length");
    end(body);
  };
  Object.assign(response, { end: (text: string) => void endWithChange(text) });
}
