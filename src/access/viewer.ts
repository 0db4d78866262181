import type { IncomingHttpHeaders } from "node:http";

/** The sender of a request, with its rights. */
export type Viewer = {
  readonly tenantId: string;
  /** One user of the tenant, by the same name at each request; null without an identified user. */
  readonly userId: string | null;
  readonly scopes: ReadonlySet<string>;
};

/** Identifies the sender of a request, or the opener of a socket, by its headers. Does not throw. */
export type Identify = (headers: IncomingHttpHeaders) => Viewer;

export const DEFAULT_TENANT_ID = "default";
export const ADMIN_SCOPE = "people:admin";
export const HR_SCOPE = "people:hr";
export const SENSITIVE_SCOPE = "people:sensitive";

/** The viewer of every request while `AUTH=off`: no identified user, with all rights in the only tenant. */
export const administratorOfDefault: Viewer = {
  tenantId: DEFAULT_TENANT_ID,
  userId: null,
  scopes: new Set([ADMIN_SCOPE, HR_SCOPE, SENSITIVE_SCOPE]),
};
