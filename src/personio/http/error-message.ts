import { z } from "zod";

/** Two lines: enough for a reason, and too short for a page. */
const LENGTH_MAX = 240;

/** Characters that are invisible, or that break a line. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]+/gu;

/** What an email address contains; and a long word, such as a token, a key or the id of a trace. */
const ADDRESS = /.@./;
const LONG = /[\w+/=-]{20,}/g;

/** Word by word: one pattern for addresses in the whole text takes seconds for a long text without one. */
const withoutPrivate = (text: string): string =>
  text.replace(/\S+/g, (word) => (ADDRESS.test(word) ? "…" : word.replace(LONG, "…")));

const v1Body = z.object({ error: z.object({ message: z.string() }) });
const v2Body = z.object({ errors: z.array(z.object({ title: z.unknown(), detail: z.unknown() })).min(1) });
const oauthBody = z.object({ error_description: z.string() });

/**
 * Personio's own words for a refusal, so that an admin does not have to guess: one line, cut, without
 * addresses, tokens or any of `secrets`. `undefined` if the body has none.
 */
export function errorMessageIn(body: unknown, secrets: readonly string[]): string | undefined {
  const message = textIn(body);
  if (message === undefined) return undefined;
  const redacted = secrets
    .filter((secret) => secret !== "")
    .reduce((text, secret) => text.replaceAll(secret, "…"), message);
  const line = withoutPrivate(redacted.replace(INVISIBLE, " ")).replace(/\s+/g, " ").trim();
  const characters = [...line];
  const cut = characters.length > LENGTH_MAX ? `${characters.slice(0, LENGTH_MAX).join("")}…` : line;
  return cut === "" ? undefined : cut;
}

function textIn(body: unknown): string | undefined {
  const v1 = v1Body.safeParse(body).data?.error.message;
  if (v1 !== undefined) return v1;
  const [problem] = v2Body.safeParse(body).data?.errors ?? [];
  const found = [problem?.detail, problem?.title].find((text) => typeof text === "string" && text !== "");
  return typeof found === "string" ? found : oauthBody.safeParse(body).data?.error_description;
}

/** The smallest guess: the message may be about another limit, and tiny pages would take too long. */
const GUESSED_LIMIT_MIN = 10;

/**
 * The page limit that a message allows, below the requested one; null if the message is about something else.
 */
export function limitInMessage(message: string, requested: number): number | null {
  if (!/limit/i.test(message) || /\brate/i.test(message)) return null;
  const named = (message.match(/\d+/g) ?? [])
    .map(Number)
    .filter((number) => number > 1 && number < requested);
  // "The limit must be between 1 and 50." If no number fits, try half, and then half of that.
  if (named.length > 0) return Math.max(...named);
  return requested >= 2 * GUESSED_LIMIT_MIN ? Math.floor(requested / 2) : null;
}
