import { z } from "zod";
import { isConfidential } from "./loopback.ts";

/** The client as which the service signs people in to the console (OpenID Connect). */
export type SignInConfig = {
  readonly issuer: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  /** What the service asks the identity provider for: words of OAuth, such as `openid email`. */
  readonly scope: string;
  /** The origin of the console, as browsers write it. */
  readonly origin: string;
  /** Whether a sign-out also ends the session at the identity provider. */
  readonly endsAtProvider: boolean;
};

const ISSUER_EXPECTED =
  "expected the https URL of the identity provider, as in its metadata; http is only for a loopback address";

/** Some providers put groups into the ID token only for the scope `groups`. */
const SCOPE_DEFAULT = "openid email";

/** The variables of the sign-in. No problem quotes the secret. */
export const signInVariables = {
  OIDC_ISSUER: z
    .string()
    .refine(isProviderUrl, { error: ISSUER_EXPECTED })
    .transform((text) => new URL(text))
    .optional(),
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
  OIDC_SCOPE: z
    .string()
    .refine((text) => text.split(" ").includes("openid"), {
      error: ({ input }) => `expected words that include openid, found ${JSON.stringify(input)}`,
    })
    .optional(),
  OIDC_SIGN_OUT: z.enum(["console", "provider"]).optional(),
};

const REQUIRED = ["OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"] as const;

const variablesSchema = z.object(signInVariables);
type SignInVariables = z.output<typeof variablesSchema> & { readonly PUBLIC_URL?: string | undefined };

function isProviderUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, search, hash, username } = new URL(text);
  const isPlain = search === "" && hash === "" && username === "";
  return ["https:", "http:"].includes(protocol) && isPlain && isConfidential(text);
}

type Given = Readonly<Record<string, string | undefined>>;

/** Conflicts among the variables, by their raw text. */
export function findSignInConflicts(given: Given): string[] {
  const set = Object.keys(signInVariables).filter((name) => given[name] !== undefined);
  const { AUTH = "off", PUBLIC_URL } = given;
  if (set.length === 0) return [];
  if (AUTH === "off")
    return set.map((name) => `${name}: has no effect with AUTH=off. Set AUTH=jwt, or remove it`);
  return [
    ...REQUIRED.filter((name) => given[name] === undefined).map(
      (name) => `${name}: required for the sign-in at the console, beside ${set.join(", ")}`,
    ),
    ...findPublicUrlProblem(PUBLIC_URL),
  ];
}

/** Browsers keep cookies of a sign-in only for https, and for loopback addresses. */
function findPublicUrlProblem(text: string | undefined): string[] {
  if (text === undefined)
    return [
      "PUBLIC_URL: required for the sign-in at the console, to whose address the identity provider returns",
    ];
  // Another check reports a value that is not a URL.
  if (!URL.canParse(text)) return [];
  const { pathname, search, hash } = new URL(text);
  return [
    !isConfidential(text) &&
      "PUBLIC_URL: expected https for the sign-in at the console; http is only for a loopback address",
    (pathname !== "/" || search !== "" || hash !== "") &&
      "PUBLIC_URL: expected no path for the sign-in at the console, which is below /console/",
  ].filter((problem) => problem !== false);
}

/** The variables without conflicts; undefined if the service signs no user in. */
export function readSignIn(values: SignInVariables): SignInConfig | undefined {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = values;
  if (!issuer || !clientId || !clientSecret || !values.PUBLIC_URL) return undefined;
  const { origin } = new URL(values.PUBLIC_URL);
  const { OIDC_SCOPE: scope = SCOPE_DEFAULT, OIDC_SIGN_OUT } = values;
  return { issuer, clientId, clientSecret, scope, origin, endsAtProvider: OIDC_SIGN_OUT === "provider" };
}
