import { invalidSyntax } from "../scim-error.ts";

/** A value of an operation nests four levels deep. */
export const JSON_DEPTH_MAX = 16;

/** Refuses JSON that nests too deeply for functions that follow it. Not recursive itself. */
export function checkDepth(body: unknown): void {
  let level: readonly unknown[] = [body];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > JSON_DEPTH_MAX)
      throw invalidSyntax(`The body nests more than ${JSON_DEPTH_MAX} levels deep.`);
    level = level
      .filter((value) => typeof value === "object" && value !== null)
      .flatMap((value) => Object.values(value as object));
  }
}
