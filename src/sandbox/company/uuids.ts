import { createHash } from "node:crypto";

/** One profile is one employment, so its id follows from the person's. */
export const employmentIdOf = (personId: string): string => uuidOf(`employment ${personId}`);

/** Jobs have no place of their own in the sandbox: a position is one. */
export const jobIdOf = (position: string): string => uuidOf(`job ${position}`);

/** Always the same UUID for the same text, made as version 5 is. */
function uuidOf(text: string): string {
  const hex = createHash("sha1").update(text).digest("hex");
  const variant = "89ab"[Number.parseInt(hex[16] ?? "0", 16) % 4];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
