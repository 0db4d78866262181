import { hash } from "node:crypto";

export const DEFAULT_TENANT_ID = "default";
export const READ_SCOPE = "people:read";
export const HR_SCOPE = "people:hr";
export const SENSITIVE_SCOPE = "people:sensitive";
export const ADMIN_SCOPE = "people:admin";

/** Every scope. None includes another, because routers compare names only. */
export const SCOPES = [READ_SCOPE, HR_SCOPE, SENSITIVE_SCOPE, ADMIN_SCOPE] as const;
export type Scope = (typeof SCOPES)[number];
export const isScope = (text: string): text is Scope => SCOPES.some((scope) => scope === text);

/** The sender of a request, with its rights. */
export type Viewer = {
  readonly tenantId: string;
  /** A person with a token of the issuer, a program with a service token, or an identity provider. */
  readonly kind: "USER" | "TOKEN" | "SCIM";
  /** Identifies the user or the token within the tenant, the same at each request. */
  readonly subject: string;
  /** The verified work email; null if the token contains none, or an unverified one. */
  readonly email: string | null;
  readonly scopes: ReadonlySet<Scope>;
  /** When the token ends, and with it each socket and stream; null if it has no end. */
  readonly expiresAt: Date | null;
  readonly authIsOff: boolean;
  /** A session of the console, and not a token, identifies the user. */
  readonly hasSession?: boolean;
  /** Which session it is: the hash that the database has of it. */
  readonly sessionHash?: Buffer;
};

/** Who sends a request, in the log. A subject that is an address of a person is logged as its digest. */
export const viewerInLog = ({ tenantId, kind, subject }: Viewer) => ({
  tenantId,
  kind,
  subject: subject.includes("@") ? `sha256:${hash("sha256", subject).slice(0, 16)}` : subject,
});

/** What a request or a socket presents: the value of its `Authorization` header, or a session. */
export type Credential = {
  readonly authorization: string | undefined;
  /** Counts if there is no `Authorization` header. */
  readonly session?: PresentedSession | undefined;
};

/** The cookie of a session of the console, as a request contains it. */
export type PresentedSession = {
  readonly cookie: string;
  /** Whether only our own page can have sent the request. */
  readonly isOwnPage: boolean;
  /** The service itself or a timer sends the request, not a person: an idle session stays idle. */
  readonly isRecheck?: boolean;
};

/**
 * Identifies the sender of a request. Rejects with an ActionableError. It is UNAUTHENTICATED, with the same
 * text, for every refused token. It is FORBIDDEN if the tenant of the token does not exist. It is UNAVAILABLE
 * if the database cannot answer, or no key of the issuer could be loaded yet.
 */
export type Identify = (credential: Credential) => Promise<Viewer>;

/** The viewer of every request while `AUTH=off`: one administrator with all rights in the only tenant. */
export const administratorOfDefault: Viewer = {
  tenantId: DEFAULT_TENANT_ID,
  kind: "USER",
  subject: "administrator",
  email: null,
  scopes: new Set(SCOPES),
  expiresAt: null,
  authIsOff: true,
};
