import { createHash } from "node:crypto";

/** What an event contains of its fact. */
type Reported = {
  readonly content: string | null;
  readonly occursOn: string;
  readonly offsetDays: number;
  readonly change: string | null;
  readonly supersedes: string | null;
};

/**
 * What an event reports, as a short text: the same fact has the same text, also when it is found again after a restore, on another day. Of
 * a date it is the date, the offset and the correction; of a change it is what changed. Pure.
 */
export const factOf = ({ content, occursOn, offsetDays, change, supersedes }: Reported): string =>
  content ?? [occursOn, offsetDays, change, supersedes].join("/");

/** The content of a change: of any values a text of one length, the same for equal values. */
export const contentOf = (...values: readonly unknown[]): string =>
  createHash("sha256").update(canonical(values)).digest("base64url");

/** JSON whose keys are in order: Postgres keeps them in another order than Personio sends them. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
