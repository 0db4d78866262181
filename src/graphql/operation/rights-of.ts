import type { Viewer } from "../../access/viewer.ts";

/** The rights on which an answer depends, unless it shows the viewer: equal rights, equal answers. */
export const rightsOf = ({ tenantId, scopes, authIsOff }: Viewer): unknown[] => [
  tenantId,
  authIsOff,
  [...scopes].sort(),
];
