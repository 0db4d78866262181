const TENANT_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/** Tenant ids stand in file names, settings and logs, so they have no separators and no spaces. */
export const isTenantId = (text: string): boolean => TENANT_ID.test(text);
