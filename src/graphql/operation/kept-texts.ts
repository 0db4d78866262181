import { LRUCache } from "lru-cache";
import type { AnswerText } from "./answer-text.ts";

/** An answer, and the version of the directory that it shows. */
export type KeptAnswer = { readonly version: string; readonly answer: AnswerText };

export type KeptTexts = {
  /** The most memory that they take. */
  readonly bytes: number;
  get(tenantId: string, key: string): KeptAnswer | undefined;
  set(tenantId: string, key: string, kept: KeptAnswer): void;
};

/** The memory of an entry and its key, without the answer's bytes. */
const ENTRY_BYTES = 500;

/** A larger answer would push out many others, and is rarely asked again. */
const ENTRY_SHARE = 1 / 16;

/** The answers of one company; all show one version of its directory. */
type OfTenant = { readonly version: string; readonly answers: LRUCache<string, AnswerText> };

/**
 * Keeps texts of answers in at most `bytesMax`. If they take more, the company with the most loses its oldest
 * one. So no company loses an answer while another has more. The first answer of a new version replaces all
 * answers of the company: the others are never used again, and they contain values of people.
 */
export function createKeptTexts(bytesMax: number): KeptTexts {
  const byTenant = new Map<string, OfTenant>();
  let bytes = 0;
  const sizeCalculation = (answer: AnswerText): number => answer.bytes.length + ENTRY_BYTES;

  const change = ({ answers }: OfTenant, by: () => void): void => {
    bytes -= answers.calculatedSize;
    by();
    bytes += answers.calculatedSize;
  };
  const openFor = (tenantId: string, version: string): OfTenant => {
    const known = byTenant.get(tenantId);
    if (known?.version === version) return known;
    if (known) change(known, () => known.answers.clear());
    const opened = {
      version,
      answers: new LRUCache<string, AnswerText>({ maxSize: bytesMax, sizeCalculation }),
    };
    byTenant.set(tenantId, opened);
    return opened;
  };
  const dropOne = (): void => {
    let largest: readonly [string, OfTenant] | undefined;
    for (const entry of byTenant)
      if (!largest || entry[1].answers.calculatedSize > largest[1].answers.calculatedSize) largest = entry;
    if (!largest) return;
    const [tenantId, ofTenant] = largest;
    change(ofTenant, () => ofTenant.answers.pop());
    if (ofTenant.answers.size === 0) byTenant.delete(tenantId);
  };

  return {
    get bytes() {
      return bytes;
    },
    get(tenantId, key) {
      const ofTenant = byTenant.get(tenantId);
      const answer = ofTenant?.answers.get(key);
      return ofTenant && answer && { version: ofTenant.version, answer };
    },
    set(tenantId, key, { version, answer }) {
      if (sizeCalculation(answer) > bytesMax * ENTRY_SHARE) return;
      const ofTenant = openFor(tenantId, version);
      change(ofTenant, () => ofTenant.answers.set(key, answer));
      while (bytes > bytesMax) dropOne();
    },
  };
}
