import { fileURLToPath } from "node:url";
import { z } from "zod";
import { isTenantId } from "../access/tenant-id.ts";
import { isScope, SCOPES, type Scope } from "../access/viewer.ts";
import { isConfidential } from "./loopback.ts";
import { findSignInConflicts, readSignIn, type SignInConfig, signInVariables } from "./sign-in.ts";

/** Who may send requests. Without an issuer, `jwt` accepts service tokens only. */
export type AuthConfig =
  | { readonly mode: "off" }
  | {
      readonly mode: "jwt";
      readonly issuer: IssuerConfig | null;
      /** Without it, the service signs no user in to the console; a proxy may add tokens. */
      readonly signIn?: SignInConfig & ClaimsConfig;
    };

/** The identity provider whose tokens the service accepts, and how to read them. */
export type IssuerConfig = ClaimsConfig & {
  readonly jwksUrl: URL;
  readonly issuer: string;
  readonly audiences: readonly string[];
};

/** How to read the claims of access tokens, and of the ID tokens of a sign-in. */
export type ClaimsConfig = {
  readonly tenant: { readonly claim: string } | { readonly id: string };
  readonly scopeClaim: string;
  /** The scopes of each value of the claim; null if roles give no scopes. */
  readonly roles: {
    readonly claim: string;
    readonly scopes: ReadonlyMap<string, readonly Scope[]>;
  } | null;
};

/**
 * The issuer of `npm run token`. Its name is not an address, and its private key is on a developer's disk.
 */
export const DEVELOPMENT_ISSUER = {
  name: "urn:people:development-issuer",
  /** The folder of its keys in the data folder. */
  folder: "development-issuer",
} as const;

const TENANT_CLAIM_DEFAULT = "tenant";
const SCOPE_CLAIM_DEFAULT = "scope";

/** The parts of an issuer that have no default. */
const REQUIRED = ["AUTH_JWKS_URL", "AUTH_ISSUER", "AUTH_AUDIENCE"] as const;

const claimName = z.string().refine((text) => text === text.trim(), {
  error: "expected the name of a claim, without spaces around it",
});

const JWKS_URL_EXPECTED =
  "expected the https URL of the issuer's key set (JWKS), or file:/// with an absolute path; " +
  "http is only for a loopback address";

/** The variables of an issuer. No problem quotes the URL: it may contain a password. */
const authVariables = {
  AUTH_JWKS_URL: z
    .string()
    .refine(isJwksUrl, { error: JWKS_URL_EXPECTED })
    .transform((text) => new URL(text))
    .optional(),
  AUTH_ISSUER: z
    .string()
    .refine((text) => URL.canParse(text), {
      error: ({ input }) =>
        `expected a URL, exactly as the tokens contain it in iss, found ${JSON.stringify(input)}`,
    })
    .optional(),
  AUTH_AUDIENCE: z
    .string()
    .transform((text) => text.split(",").map((audience) => audience.trim()))
    .refine((audiences) => !audiences.includes(""), {
      error: "expected one or more audiences, separated by commas",
    })
    .optional(),
  AUTH_TENANT_CLAIM: claimName.optional(),
  AUTH_TENANT: z
    .string()
    .refine(isTenantId, {
      error: ({ input }) =>
        `expected a letter or digit, then at most 62 letters, digits, ".", "_" or "-", found ${JSON.stringify(input)}`,
    })
    .optional(),
  AUTH_SCOPE_CLAIM: claimName.optional(),
  AUTH_ROLE_CLAIM: claimName.optional(),
  AUTH_ROLES: z.string().transform(parseRoles).optional(),
};

/** The variables of everything that `AUTH=jwt` accepts. */
export const identityVariables = { ...authVariables, ...signInVariables };

const variablesSchema = z.object(identityVariables);
type AuthVariables = z.output<typeof variablesSchema> & {
  readonly AUTH: "off" | "jwt";
  readonly PUBLIC_URL?: string | undefined;
};

function isJwksUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  if (url.protocol === "file:") return text.toLowerCase().startsWith("file:///") && hasPath(url);
  return ["https:", "http:"].includes(url.protocol) && isConfidential(text);
}

/** A URL such as `file:///a%2Fb` is valid, but names no file. */
function hasPath(url: URL): boolean {
  try {
    return fileURLToPath(url) !== "/";
  } catch {
    return false;
  }
}

const rolesSchema = z.record(z.string(), z.array(z.string()));

/** Reads `{"value of the claim":["people:admin", …], …}`. */
function parseRoles(text: string, context: z.core.$RefinementCtx<string>): ReadonlyMap<string, Scope[]> {
  const parsed = rolesSchema.safeParse(parseJson(text));
  const entries = Object.entries(parsed.data ?? {});
  if (entries.length === 0) {
    const message = 'expected JSON such as {"hr-admins":["people:read","people:hr"]}';
    context.addIssue({ code: "custom", message });
  }
  const unknown = new Set(entries.flatMap(([, scopes]) => scopes.filter((scope) => !isScope(scope))));
  for (const scope of unknown) {
    const message = `expected scopes among ${SCOPES.join(", ")}, found ${JSON.stringify(scope)}`;
    context.addIssue({ code: "custom", message });
  }
  return new Map(entries.map(([value, scopes]) => [value, scopes.filter(isScope)]));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Given = Readonly<Record<string, string | undefined>>;

/** Conflicts among the variables, by their raw text. */
export function findAuthConflicts(given: Given): string[] {
  const set = Object.keys(authVariables).filter((name) => given[name] !== undefined);
  const { AUTH = "off" } = given;
  if (AUTH === "off")
    return [
      ...set.map((name) => `${name}: has no effect with AUTH=off. Set AUTH=jwt, or remove it`),
      ...findSignInConflicts(given),
    ];
  // Another value is a problem of its own, and what it means is unknown.
  if (AUTH !== "jwt") return [];
  // ID tokens of a sign-in have the same claims, also without an issuer of access tokens.
  const readsTokens = given.OIDC_ISSUER === undefined || REQUIRED.some((name) => given[name] !== undefined);
  const missing =
    set.length === 0 || !readsTokens ? [] : REQUIRED.filter((name) => given[name] === undefined);
  const problems = [
    ...findSignInConflicts(given),
    ...missing.map((name) => `${name}: required for tokens of an issuer, beside ${set.join(", ")}`),
    ...(given.NODE_ENV === "production" ? findDevelopmentIssuer(given) : []),
  ];
  if (given.AUTH_TENANT !== undefined && given.AUTH_TENANT_CLAIM !== undefined)
    problems.push("AUTH_TENANT: excludes AUTH_TENANT_CLAIM. Keep one of them");
  for (const [name, other] of [
    ["AUTH_ROLES", "AUTH_ROLE_CLAIM"],
    ["AUTH_ROLE_CLAIM", "AUTH_ROLES"],
  ] as const)
    if (given[name] === undefined && given[other] !== undefined)
      problems.push(`${name}: required with ${other}`);
  return problems;
}

/** With the key on a developer's disk, any program could sign tokens of an administrator of any company. */
function findDevelopmentIssuer({ AUTH_JWKS_URL = "", AUTH_ISSUER }: Given): string[] {
  const remedy = "Configure your identity provider, or use only service tokens";
  return [
    AUTH_JWKS_URL.split("/").includes(DEVELOPMENT_ISSUER.folder) &&
      `AUTH_JWKS_URL: production does not accept the key file of npm run token. ${remedy}`,
    AUTH_ISSUER === DEVELOPMENT_ISSUER.name &&
      `AUTH_ISSUER: production does not accept the issuer of npm run token. ${remedy}`,
  ].filter((problem) => problem !== false);
}

/** The variables without conflicts, as the rest of the service reads them. */
export function readAuth(values: AuthVariables): AuthConfig {
  if (values.AUTH === "off") return { mode: "off" };
  const { AUTH_JWKS_URL: jwksUrl, AUTH_ISSUER: issuer, AUTH_AUDIENCE: audiences } = values;
  const claims = readClaims(values);
  const signIn = readSignIn(values);
  return {
    mode: "jwt",
    issuer: jwksUrl && issuer && audiences ? { jwksUrl, issuer, audiences, ...claims } : null,
    ...(signIn && { signIn: { ...signIn, ...claims } }),
  };
}

const readClaims = (values: AuthVariables): ClaimsConfig => ({
  tenant: values.AUTH_TENANT
    ? { id: values.AUTH_TENANT }
    : { claim: values.AUTH_TENANT_CLAIM ?? TENANT_CLAIM_DEFAULT },
  scopeClaim: values.AUTH_SCOPE_CLAIM ?? SCOPE_CLAIM_DEFAULT,
  roles:
    values.AUTH_ROLE_CLAIM && values.AUTH_ROLES
      ? { claim: values.AUTH_ROLE_CLAIM, scopes: values.AUTH_ROLES }
      : null,
});
