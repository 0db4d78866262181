import { administratorOfDefault, SCOPES, type Scope, type Viewer } from "../../src/access/viewer.ts";

/** A user with these scopes only. */
export const viewerWith = (...scopes: readonly Scope[]): Viewer => ({
  ...administratorOfDefault,
  subject: "ada",
  scopes: new Set(scopes),
  authIsOff: false,
});

/** A user with every other scope. */
export const viewerWithout = (...missing: readonly Scope[]): Viewer =>
  viewerWith(...SCOPES.filter((scope) => !missing.includes(scope)));
