import type { Integration } from "./integration.ts";

/** An example of a value, as an admin reads it: cut, and names in place of references. */
export type Sample = string | number | boolean | readonly string[];

/** Examples by the key of their attribute, stored with the preview of an import. */
export type Samples = Readonly<Record<string, Sample>>;

/** The stored examples, while the setup awaits its review; no others are stored. */
export function samplesOf({ status, preview }: Pick<Integration, "status" | "preview">): Samples {
  if (status !== "AWAITING_REVIEW" || typeof preview !== "object" || preview === null) return {};
  const { samples } = preview as { readonly samples?: Samples };
  return samples ?? {};
}
