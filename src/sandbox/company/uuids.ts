import { createHash } from "node:crypto";

/** One profile is one employment, so its id is derived from the person's. */
export const employmentIdOf = (personId: string): string => uuidOf(`employment ${personId}`);

/** The sandbox has no jobs of its own: each position counts as one. */
export const jobIdOf = (position: string): string => uuidOf(`job ${position}`);

/** The same UUID for the same text, made like version 5. */
function uuidOf(text: string): string {
  const hex = createHash("sha1").update(text).digest("hex");
  const variant = "89ab"[Number.parseInt(hex[16] ?? "0", 16) % 4];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
