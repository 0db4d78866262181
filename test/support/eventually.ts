import { setTimeout as sleep } from "node:timers/promises";

/** Ends a wait that would never end. Long, because a slow machine must not decide a test: no bound of the product is held by it. */
const GIVEN_UP_MS = 120_000;

/**
 * Resolves with the first answer of `ask` that is neither undefined nor false. Rejects only when that never happens: `timeoutMs` is
 * for what takes longer than two minutes on a quiet machine, and no shorter limit is kept.
 */
export async function eventually<Answer>(
  ask: () => Promise<Answer> | Answer,
  { what = "what was waited for", timeoutMs = GIVEN_UP_MS } = {},
): Promise<Exclude<Answer, undefined | false>> {
  const startedAt = performance.now();
  const givenUpMs = Math.max(timeoutMs, GIVEN_UP_MS);
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer as Exclude<Answer, undefined | false>;
    if (performance.now() - startedAt > givenUpMs)
      throw new Error(`Within ${givenUpMs} ms, ${what} did not happen.`);
    await sleep(20);
  }
}
