import { z } from "zod";

/** Two lines: enough for what is wrong, and no room for a page. */
const LENGTH_MAX = 240;

/** Characters that nobody sees, or that break a line. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]+/gu;

/** Addresses of people, and what is long and without a blank: tokens, keys, ids of traces. */
const PRIVATE = /\S+@\S+|[\w+/=-]{20,}/g;

const v1Body = z.object({ error: z.object({ message: z.string() }) });
const v2Body = z.object({ errors: z.array(z.object({ title: z.unknown(), detail: z.unknown() })).min(1) });
const oauthBody = z.object({ error_description: z.string() });

/**
 * What Personio says of a refusal, in its own words, so that an admin need not guess: one line, cut, without addresses, tokens or
 * anything of `secrets`. `undefined` where it says nothing.
 */
export function errorMessageIn(body: unknown, secrets: readonly string[]): string | undefined {
  const message = wordsIn(body);
  if (message === undefined) return undefined;
  const open = secrets
    .filter((secret) => secret !== "")
    .reduce((text, secret) => text.replaceAll(secret, "…"), message);
  const line = open.replace(UNSEEN, " ").replace(PRIVATE, "…").replace(/\s+/g, " ").trim();
  const characters = [...line];
  const cut = characters.length > LENGTH_MAX ? `${characters.slice(0, LENGTH_MAX).join("")}…` : line;
  return cut === "" ? undefined : cut;
}

function wordsIn(body: unknown): string | undefined {
  const v1 = v1Body.safeParse(body).data?.error.message;
  if (v1 !== undefined) return v1;
  const [problem] = v2Body.safeParse(body).data?.errors ?? [];
  const words = [problem?.detail, problem?.title].find((text) => typeof text === "string" && text !== "");
  return typeof words === "string" ? words : oauthBody.safeParse(body).data?.error_description;
}

/** No guess goes below it: the sentence may be about another limit, and tiny pages would take for ever. */
const GUESSED_LIMIT_MIN = 10;

/** The limit of a page that a sentence allows, below the one that was asked for; null where it is about something else. */
export function limitInMessage(sentence: string, asked: number): number | null {
  if (!/limit/i.test(sentence) || /rate/i.test(sentence)) return null;
  const named = (sentence.match(/\d+/g) ?? []).map(Number).filter((number) => number > 1 && number < asked);
  // "The limit must be between 1 and 50." Where no number can be it, half is asked for, and half of that.
  if (named.length > 0) return Math.max(...named);
  return asked >= 2 * GUESSED_LIMIT_MIN ? Math.floor(asked / 2) : null;
}
