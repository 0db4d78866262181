import * as oidc from "openid-client";
import { Agent, request } from "undici";
import { isConfidential } from "../../config/loopback.ts";
import type { SignInConfig } from "../../config/sign-in.ts";
import type { Claims } from "../issuer/read-claims.ts";
import { ProviderAway } from "./sign-in-problem.ts";
import type { Transaction } from "./transaction.ts";

/** Includes the last byte. A person waits for it. */
const DEADLINE_SECONDS = 5;

/** Metadata, key sets and tokens have some kilobytes. */
const RESPONSE_BYTES_MAX = 256 * 1_024;

/** So old the metadata may become; the library renews keys by itself. */
const METADATA_MS = 600_000;

/** The service as a client of the identity provider. */
export type OidcClient = AsyncDisposable & {
  /** The address at which the identity provider signs the person in. */
  begin(transaction: Transaction, options: { readonly asksAgain: boolean }): Promise<URL>;
  /** The ID token and its claims, for the address to which the identity provider sent the browser. */
  finish(
    returned: URL,
    transaction: Transaction,
  ): Promise<{ readonly claims: Claims; readonly idToken: string | null }>;
  /**
   * The address at which the identity provider ends the session that began with this ID token, and then sends
   * the browser on. Null if the provider has none.
   */
  endAddress(idToken: string, next: string): Promise<URL | null>;
};

/**
 * The code flow with PKCE. The first sign-in fetches the metadata, so the service starts while the provider
 * is away.
 */
export function openOidcClient(config: SignInConfig, redirectUri: string): OidcClient {
  const agent = new Agent({ maxResponseSize: RESPONSE_BYTES_MAX, allowH2: false });
  const discover = () =>
    oidc.discovery(config.issuer, config.clientId, undefined, authenticateWith(config.clientSecret), {
      [oidc.customFetch]: fetchWith(agent),
      timeout: DEADLINE_SECONDS,
      execute: [
        // The signature counts, not only the connection.
        oidc.enableNonRepudiationChecks,
        // Only a loopback address: the configuration refuses others.
        ...(config.issuer.protocol === "http:" ? [oidc.allowInsecureRequests] : []),
      ],
    });
  const metadata = createMetadata(discover);

  return {
    async begin({ state, nonce, verifier }, { asksAgain }) {
      return oidc.buildAuthorizationUrl(await metadata(), {
        redirect_uri: redirectUri,
        scope: config.scope,
        state,
        nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
        ...(asksAgain && { prompt: "login" }),
      });
    },
    async finish(returned, { state, nonce, verifier }) {
      const tokens = await oidc.authorizationCodeGrant(await metadata(), returned, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      return { claims: tokens.claims() ?? {}, idToken: tokens.id_token ?? null };
    },
    async endAddress(idToken, next) {
      const provider = await metadata();
      const { end_session_endpoint: endpoint } = provider.serverMetadata();
      // The browser goes there with a token: over https, as everywhere.
      if (endpoint === undefined || !isConfidential(endpoint)) return null;
      return oidc.buildEndSessionUrl(provider, { id_token_hint: idToken, post_logout_redirect_uri: next });
    },
    [Symbol.asyncDispose]: () => agent.destroy(),
  };
}

/** The last metadata stays in use while the identity provider is away. Sign-ins at once share one fetch. */
function createMetadata(discover: () => Promise<oidc.Configuration>): () => Promise<oidc.Configuration> {
  let known: { readonly configuration: oidc.Configuration; readonly until: number } | undefined;
  let fetching: Promise<oidc.Configuration> | undefined;
  const fetchAgain = async (): Promise<oidc.Configuration> => {
    const configuration = await discover();
    known = { configuration, until: performance.now() + METADATA_MS };
    return configuration;
  };
  return async () => {
    if (known && performance.now() < known.until) return known.configuration;
    fetching ??= fetchAgain().finally(() => {
      fetching = undefined;
    });
    return known ? fetching.catch(() => known?.configuration ?? fetchAgain()) : fetching;
  };
}

/** Providers accept the secret in the body, or as a password; their metadata names which. */
function authenticateWith(secret: string): oidc.ClientAuth {
  const [inBody, asPassword] = [oidc.ClientSecretPost(secret), oidc.ClientSecretBasic(secret)];
  return (server, ...rest) => {
    const methods = server.token_endpoint_auth_methods_supported;
    const authenticate = methods?.includes("client_secret_post") ? inBody : asPassword;
    authenticate(server, ...rest);
  };
}

/** Follows no redirect, and bounds the bytes of an answer. */
const fetchWith =
  (agent: Agent): oidc.CustomFetch =>
  async (url, { method, headers, body, signal }) => {
    const { statusCode, text, type } = await send().catch((cause: unknown) => {
      throw new ProviderAway("the identity provider does not answer", { cause });
    });
    if (statusCode >= 500) throw new ProviderAway(`the identity provider answers with status ${statusCode}`);
    return new Response(text, { status: statusCode, headers: type === null ? {} : { "content-type": type } });

    async function send() {
      const answer = await request(url, {
        dispatcher: agent,
        method: method === "POST" ? "POST" : "GET",
        headers,
        body: body instanceof URLSearchParams ? body.toString() : null,
        ...(signal && { signal }),
      });
      const contentType = answer.headers["content-type"];
      return {
        statusCode: answer.statusCode,
        text: await answer.body.text(),
        type: typeof contentType === "string" ? contentType : null,
      };
    }
  };
