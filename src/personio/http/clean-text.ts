/** Half of a surrogate pair. With the flag `u`, a whole pair is one character of another category. */
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** May be half of a pair, or not composed: all text below U+0300 is in NFC already. */
const FROM_U0300 = /[\u0300-\uffff]/;

const mayNeedCleaning = (text: string): boolean => FROM_U0300.test(text) || text.includes("\0");

/**
 * No script stacks so many marks on a letter. The time to compose them grows with the square of their number:
 * 100,000 take seconds.
 */
const STACKED_MARKS = /(?:^|\P{M})\p{M}{500}/u;

/** Text that Postgres can store: without NUL and halves of surrogate pairs, in Unicode NFC. */
export function cleanText(text: string): string {
  if (!mayNeedCleaning(text)) return text;
  const storable = text.replaceAll("\0", "").replace(LONE_SURROGATE, "");
  return STACKED_MARKS.test(storable) ? storable : storable.normalize("NFC");
}

/**
 * Cleans every text and every key of parsed JSON in place, and returns it. So no later code meets a text that
 * the database refuses. A loop walks nesting of any depth. It deletes a key `__proto__`: an assignment
 * to it would replace a prototype.
 */
export function cleanTexts(value: unknown): unknown {
  const root: Holder = { value };
  const pending: Holder[] = [root];
  for (let holder = pending.pop(); holder; holder = pending.pop()) {
    for (const key of Object.keys(holder)) {
      if (key === "__proto__") {
        Reflect.deleteProperty(holder, key);
        continue;
      }
      const inner = holder[key];
      const cleaned = typeof inner === "string" ? cleanText(inner) : inner;
      if (isHolder(cleaned)) pending.push(cleaned);
      if (cleaned !== inner) holder[key] = cleaned;
      if (mayNeedCleaning(key)) renameKey(holder, key);
    }
  }
  return root.value;
}

type Holder = Record<string, unknown>;

const isHolder = (value: unknown): value is Holder => typeof value === "object" && value !== null;

/** If two keys become equal by cleaning, the clean one wins. */
function renameKey(holder: Holder, key: string): void {
  const cleaned = cleanText(key);
  if (cleaned === key) return;
  const value = holder[key];
  delete holder[key];
  if (cleaned !== "__proto__" && !Object.hasOwn(holder, cleaned)) holder[cleaned] = value;
}
