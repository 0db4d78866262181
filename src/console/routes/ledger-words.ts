import { type Sentence, sentenceOf } from "../parts/problem-sentence.ts";
import type { ScreenTexts } from "../texts/screens.en.ts";
import type { ServiceTexts } from "../texts/service.en.ts";

/** If a reason or a cause of the graph lacks its texts, the lists of entries do not compile. */
type Entry = {
  readonly reason: keyof ScreenTexts["sync"]["missing"]["reasons"];
  readonly cause?: keyof ServiceTexts["ledger"]["causes"] | null;
  readonly field?: string | null;
  readonly parameters?: unknown;
};

type Words = {
  /** What the sync found; undefined for a cause that the console does not know. */
  readonly found: string | undefined;
  readonly help: string;
};

type Known = Readonly<Record<string, Sentence>>;

/** The words of a row of the skip ledger, in the reader's language. */
export function ledgerWordsOf(
  { reason, cause, field, parameters }: Entry,
  { missing, fields, values }: ScreenTexts["sync"],
  ledger: ServiceTexts["ledger"],
): Words {
  const given = { ...(field && { field }), ...(parameters as Readonly<Record<string, unknown>> | null) };
  const named: Record<string, unknown> = { ...given };
  const name = String(given.field ?? "");
  if (name) named.field = fields[name] ?? name;
  const expected = ledger.expected[name];
  if (expected) named.expected = expected;
  for (const key of ["status", "employmentType"])
    if (named[key] !== undefined) named[key] = values.known[String(named[key])] ?? named[key];
  const known: Known = ledger.causes;
  const found = sentenceOf(known, cause ?? "", named);
  const help = found && sentenceOf(ledger.causeHelp as Known, cause ?? "", named);
  return { found, help: help ?? missing.reasons[reason].help };
}
