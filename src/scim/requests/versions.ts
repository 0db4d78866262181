import { ScimError } from "../scim-error.ts";

/** The version of a resource as a weak ETag. */
export const etagOf = (version: number): string => `W/"${version}"`;

/** Weak and strong forms are one version here: some clients drop the `W/`. */
const includes = (header: string, version: number): boolean =>
  header.split(",").some((part) => {
    const tag = part.trim();
    return tag === "*" || tag.replace(/^W\//, "") === `"${version}"`;
  });

/** @throws ScimError 412 if the client changes another version than the current one. */
export function checkVersion(ifMatch: string | undefined, version: number): void {
  if (ifMatch !== undefined && !includes(ifMatch, version))
    throw new ScimError(
      412,
      null,
      "The resource has another version. Read it again, then repeat the change.",
    );
}

export const isUnchanged = (ifNoneMatch: string | undefined, version: number): boolean =>
  ifNoneMatch !== undefined && includes(ifNoneMatch, version);
