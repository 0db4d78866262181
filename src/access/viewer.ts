import type { IncomingHttpHeaders } from "node:http";

/** Who is asking. */
export type Viewer = {
  readonly tenantId: string;
  /** One user of the tenant, by the same name at each request; null where nobody is identified. */
  readonly userId: string | null;
  readonly scopes: ReadonlySet<string>;
};

/** Says who has sent a request, or has opened a socket, by its headers. Does not throw. */
export type Identify = (headers: IncomingHttpHeaders) => Viewer;

export const DEFAULT_TENANT_ID = "default";
export const ADMIN_SCOPE = "people:admin";

/** The viewer of every request while `AUTH=off`: nobody in particular, allowed everything in the one tenant there is. */
export const administratorOfDefault: Viewer = {
  tenantId: DEFAULT_TENANT_ID,
  userId: null,
  scopes: new Set([ADMIN_SCOPE, "people:hr", "people:sensitive"]),
};
