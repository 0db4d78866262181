import { createHash } from "node:crypto";

/** The fields of an event that make up its fact. */
type Reported = {
  readonly content: string | null;
  readonly occursOn: string;
  readonly offsetDays: number;
  readonly change: string | null;
  readonly supersedes: string | null;
};

/**
 * The fact of an event as a short text. The same fact has the same text, even if a sync finds it again after
 * a restore, on another day. For a date: the date, the offset and the correction. For a change: what changed.
 * Pure.
 */
export const factOf = ({ content, occursOn, offsetDays, change, supersedes }: Reported): string =>
  content ?? [occursOn, offsetDays, change, supersedes].join("/");

/** The content of a change: a digest of any values, of fixed length, equal for equal values. */
export const contentOf = (...values: readonly unknown[]): string =>
  createHash("sha256").update(canonical(values)).digest("base64url");

/** JSON with sorted keys: Postgres stores keys in another order than Personio sends them. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
