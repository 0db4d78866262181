import { LRUCache } from "lru-cache";
import type { AnswerText } from "./answer-text.ts";

/** An answer, and the version of the directory that it shows. */
export type KeptAnswer = { readonly version: string; readonly answer: AnswerText };

export type KeptTexts = {
  /** What they take of the memory, at most. */
  readonly bytes: number;
  get(tenantId: string, key: string): KeptAnswer | undefined;
  set(tenantId: string, key: string, kept: KeptAnswer): void;
};

/** JavaScript stores text in two bytes a character, unless all of it is Latin-1. */
const BYTES_A_CHARACTER = 2;

/** What an entry takes beside its texts. */
const ENTRY_BYTES = 500;

/** A larger answer would push out many others, and is rarely asked again. */
const ENTRY_SHARE = 1 / 16;

/**
 * Keeps texts of answers in at most `bytesMax`. When they take more, the company with the most loses its oldest
 * one. So a company loses nothing while another has more, whatever that one asks.
 */
export function createKeptTexts(bytesMax: number): KeptTexts {
  const byTenant = new Map<string, LRUCache<string, KeptAnswer>>();
  let bytes = 0;
  const sizeCalculation = ({ version, answer }: KeptAnswer, key: string): number =>
    (answer.text.length + version.length + key.length) * BYTES_A_CHARACTER + ENTRY_BYTES;

  const dropOne = (): void => {
    let largest: readonly [string, LRUCache<string, KeptAnswer>] | undefined;
    for (const entry of byTenant)
      if (!largest || entry[1].calculatedSize > largest[1].calculatedSize) largest = entry;
    if (!largest) return;
    const [tenantId, answers] = largest;
    change(answers, () => answers.pop());
    if (answers.size === 0) byTenant.delete(tenantId);
  };
  const change = (answers: LRUCache<string, KeptAnswer>, by: () => void): void => {
    bytes -= answers.calculatedSize;
    by();
    bytes += answers.calculatedSize;
  };

  return {
    get bytes() {
      return bytes;
    },
    get: (tenantId, key) => byTenant.get(tenantId)?.get(key),
    set(tenantId, key, kept) {
      if (sizeCalculation(kept, key) > bytesMax * ENTRY_SHARE) return;
      const answers =
        byTenant.get(tenantId) ?? new LRUCache<string, KeptAnswer>({ maxSize: bytesMax, sizeCalculation });
      byTenant.set(tenantId, answers);
      change(answers, () => answers.set(key, kept));
      while (bytes > bytesMax) dropOne();
    },
  };
}
