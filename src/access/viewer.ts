/** Who is asking. `AUTH=off` makes every request an administrator of the tenant `default`. */
export type Viewer = {
  readonly tenantId: string;
  readonly scopes: ReadonlySet<string>;
};

export const DEFAULT_TENANT_ID = "default";
export const ADMIN_SCOPE = "people:admin";

/** The viewer of every request while `AUTH=off`: allowed everything in the one tenant there is. */
export const administratorOfDefault: Viewer = {
  tenantId: DEFAULT_TENANT_ID,
  scopes: new Set([ADMIN_SCOPE, "people:hr", "people:sensitive"]),
};
