import { setTimeout as sleep } from "node:timers/promises";

/** Resolves with the first answer of `ask` that is neither undefined nor false; rejects after `timeoutMs`. */
export async function eventually<Answer>(
  ask: () => Promise<Answer> | Answer,
  { timeoutMs = 10_000, what = "what was waited for" } = {},
): Promise<Exclude<Answer, undefined | false>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer as Exclude<Answer, undefined | false>;
    if (Date.now() > deadline) throw new Error(`Within ${timeoutMs} ms, ${what} did not happen.`);
    await sleep(20);
  }
}
