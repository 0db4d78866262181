import { setTimeout as sleep } from "node:timers/promises";

/**
 * Ends a wait that would never end. It is long, because a slow machine must not fail a test. No time limit of
 * the product depends on it.
 */
const GIVEN_UP_MS = 120_000;

/**
 * Resolves with the first result of `ask` that is neither undefined nor false. Rejects only when there is
 * none: `timeoutMs` is for work that takes longer than two minutes on a quiet machine; shorter values are
 * ignored. A longer `everyMs` saves CPU in waits of seconds.
 */
export async function eventually<Answer>(
  ask: () => Promise<Answer> | Answer,
  { what = "what was waited for", timeoutMs = GIVEN_UP_MS, everyMs = 50 } = {},
): Promise<Exclude<Answer, undefined | false>> {
  const startedAt = performance.now();
  const givenUpMs = Math.max(timeoutMs, GIVEN_UP_MS);
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer as Exclude<Answer, undefined | false>;
    if (performance.now() - startedAt > givenUpMs)
      throw new Error(`Within ${givenUpMs} ms, ${what} did not happen.`);
    await sleep(everyMs);
  }
}
