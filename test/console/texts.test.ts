import { readFileSync } from "node:fs";
import { buildSchema, isEnumType } from "graphql";
import { describe, expect, test } from "vitest";
import { isPassing } from "../../src/console/graph/problem.ts";
import { ledgerWordsOf } from "../../src/console/routes/ledger-words.ts";
import { de } from "../../src/console/texts/de.ts";
import { en } from "../../src/console/texts/en.ts";
import { screensDe } from "../../src/console/texts/screens.de.ts";
import { screensEn } from "../../src/console/texts/screens.en.ts";
import { serviceDe } from "../../src/console/texts/service.de.ts";
import { serviceEn } from "../../src/console/texts/service.en.ts";
import { ERROR_CODES } from "../../src/error-codes.ts";
import { type ErrorCode, INPUT_REASONS } from "../../src/errors.ts";
import { PEOPLE_FIELDS } from "../../src/integration/fields/people-fields.ts";
import { FAILURE_KINDS } from "../../src/personio/http/failure-kinds.ts";

const LANGUAGES = {
  English: { ...en, ...screensEn, ...serviceEn },
  German: { ...de, ...screensDe, ...serviceDe },
} as const;
type Texts = (typeof LANGUAGES)["English"];
const languages = Object.entries(LANGUAGES) as [string, Texts][];

const schema = buildSchema(readFileSync("schema/people.api.graphql", "utf8"));
const valuesOf = (name: string): string[] => {
  const type = schema.getType(name);
  if (!isEnumType(type)) throw new Error(`No enum ${name}`);
  return type.getValues().map((value) => value.name);
};
const enums = Object.values(schema.getTypeMap())
  .filter((type) => isEnumType(type) && !type.name.startsWith("__"))
  .map(({ name }) => name);

type Shown = (texts: Texts) => readonly object[];

/** Where the console has the texts for the values of an enum. */
const SHOWN: Readonly<Record<string, Shown>> = {
  ApproverOutcome: ({ person }) => [person.outcomes],
  ApproverSkipReason: ({ person }) => [person.skipped],
  EmploymentType: ({ parts, sync }) => [parts.employmentTypes, sync.values.known],
  FieldSensitivity: ({ settings }) => [settings.fields.sensitivities, settings.fields.rights],
  FieldSource: ({ person }) => [person.sourceNames],
  IdpOnlyReason: ({ access }) => [access.identity.reasons],
  LeapDayRule: ({ settings }) => [settings.company.leapDays],
  LifecycleEventChange: ({ person }) => [person.changes],
  LifecycleEventKind: ({ person }) => [
    Object.fromEntries(
      valuesOf("LifecycleEventKind").map((kind) => [kind, person.kind(kind) !== kind || undefined]),
    ),
  ],
  MissingAttributeReason: ({ attributes }) => [attributes.grant],
  MissingState: ({ ledger }) => [ledger.states],
  OrgIssueKind: ({ sync, org }) => [sync.lines.kinds, sync.lines.found, sync.lines.advice, org.issues],
  PersonStatus: ({ parts, sync }) => [parts.statuses, sync.values.known],
  SkipCause: ({ ledger }) => [ledger.causes],
  SkipReason: ({ sync }) => [sync.missing.reasons],
  SuppressionReason: ({ coming }) => [coming.silentBecause],
  SyncMode: ({ sync }) => [sync.modes],
  SyncPlanChange: ({ sync }) => [sync.changes],
  SyncRunStatus: ({ sync }) => [sync.statuses],
  SyncTrigger: ({ sync }) => [sync.triggers],
};

/** Enums whose values no screen names: screens have sentences for each state, or only send the value. */
const NOT_SHOWN = [
  "CustomAttributeType",
  "PeopleOrderField",
  "PersonioApiVersion",
  "PersonioIntegrationStatus",
  "SortDirection",
];

describe("values of the graph", () => {
  test("each enum has its texts, or no screen shows it", () => {
    expect([...Object.keys(SHOWN), ...NOT_SHOWN].sort()).toEqual(enums.sort());
  });

  describe.each(languages)("in %s", (_language, texts) => {
    test.each(Object.keys(SHOWN))("each value of %s has a text", (name) => {
      for (const known of SHOWN[name]?.(texts) ?? []) {
        const missing = valuesOf(name).filter((value) => Reflect.get(known, value) === undefined);
        expect(missing).toEqual([]);
      }
    });

    test("each field of a person has a name, and a sentence on what a missing attribute costs", () => {
      for (const { field } of PEOPLE_FIELDS) {
        expect(texts.parts.fields).toHaveProperty(field);
        expect(texts.sync.fields).toHaveProperty(field);
        expect(texts.attributes.costOf(field)).toMatch(/\.$/);
      }
    });
  });
});

/** Codes of programs, gateways, the log, and pages that do not load: no screen can receive them. */
const OF_PROGRAMS: readonly ErrorCode[] = [
  "BAD_REPRESENTATION",
  "BAD_REQUEST",
  "GRAPHQL_PARSE_FAILED",
  "LIMIT_ALIASES",
  "LIMIT_DEPTH",
  "LIMIT_DIRECTIVES",
  "LIMIT_ENTITIES",
  "LIMIT_TOKENS",
  "MISDIRECTED_REQUEST",
  "NOT_FOUND",
  "OPERATION_RESOLUTION_FAILURE",
  "PERSISTED_QUERY_NOT_FOUND",
  "STALE_LEASE",
  "UNSUPPORTED_MEDIA_TYPE",
];

const nothing = (): string => "–";
const codes = (Object.keys(ERROR_CODES) as ErrorCode[]).filter(
  (code) => !OF_PROGRAMS.includes(code) && !isPassing({ code, message: "" }),
);
const signIn = codes.filter((code) => code.startsWith("SIGN_IN_"));
const answers = codes.filter((code) => !signIn.includes(code));

describe.each(languages)("problems in %s", (_language, { problems, advice, signIn: pages }) => {
  test.each(answers)("%s has a sentence, and one on what to do", (code) => {
    expect(problems[code]?.(nothing)).toMatch(/\.$/);
    // Of an input without a reason, the page shows the words of the service.
    if (code !== "BAD_USER_INPUT") expect(advice[code]?.(nothing)).toMatch(/\.$/);
  });

  test.each(signIn)("%s has a page", (code) => {
    expect(pages.problems).toHaveProperty(code);
  });

  test.each(INPUT_REASONS)("an input that is refused as %s has sentences of its own", (reason) => {
    const of = (name: string): string => (name === "reason" ? reason : "–");
    expect(problems.BAD_USER_INPUT?.(of)).not.toBe(problems.BAD_USER_INPUT?.(nothing));
    expect(advice.BAD_USER_INPUT?.(of)).toMatch(/\.$/);
  });

  test.each(Object.entries(FAILURE_KINDS))(
    "a failure %s of Personio has both sentences",
    (kind, { code }) => {
      const of = (name: string): string => (name === "kind" ? kind : "–");
      expect(problems[code]?.(of)).toMatch(/\.$/);
      expect(advice[code]?.(of)).toMatch(/\.$/);
    },
  );
});

/** Every text with its place; a function is called with words that no text contains. */
function flatten(texts: unknown, place = ""): [string, string][] {
  if (typeof texts === "string") return [[place, texts]];
  if (typeof texts === "function")
    return flatten((texts as (...words: unknown[]) => unknown)(...WORDS), place);
  if (typeof texts !== "object" || texts === null) return [];
  return Object.entries(texts).flatMap(([key, text]) => flatten(text, place ? `${place}.${key}` : key));
}
const word = Object.assign(() => "X", { join: () => "X", slice: () => [], toString: () => "X" });
const WORDS = [word, word, word, word];

/** Personio's own names of attributes. */
const NAMES: readonly string[] = ["connect.neededAttributes", "connect.usefulAttributes"];

/** Words that both languages share: names, codes, loanwords and short labels. */
const isShared = (text: string): boolean => text.split(" ").length < 3 || !/[a-z] [a-z]/.test(text);

type Entry = Parameters<typeof ledgerWordsOf>[0];
const entryOf = (entry: Partial<Entry>): Entry => ({ reason: "INVALID_RECORD", ...entry });

describe("an entry of the skip ledger in German", () => {
  test.each<[string, Partial<Entry>, RegExp, RegExp]>([
    [
      "names the status in words",
      { reason: "STATUS_EXCLUDED", cause: "STATUS_NOT_SYNCED", parameters: { status: "LEAVE" } },
      /mit dem Status „Abwesend“/,
      /ändern Sie die Einstellungen/,
    ],
    [
      "names an unreadable field, and what it must contain",
      { field: "hireDate", cause: "VALUE_UNREADABLE", parameters: { field: "hireDate" } },
      /im Feld „Erster Tag“/,
      /Erwartet wird ein Datum/,
    ],
    [
      "names attributes that Personio did not send",
      { cause: "REQUIRED_NOT_SENT", parameters: { attributes: ["Email", "Status"] } },
      /nicht gesendet: Email, Status\./,
      /frei: Email, Status\./,
    ],
    [
      "distinguishes a missing person from one who keeps an address",
      {
        reason: "DUPLICATE_WORK_EMAIL",
        field: "workEmail",
        cause: "WORK_EMAIL_SHARED",
        parameters: { record: "9" },
      },
      /^Der Datensatz 9 .* behält ihre bisherige Adresse/,
      /eine eigene Adresse/,
    ],
  ])("%s", (_what, entry, found, help) => {
    const words = ledgerWordsOf(entryOf(entry), screensDe.sync, serviceDe.ledger);
    expect(words.found).toMatch(found);
    expect(words.help).toMatch(help);
  });

  test("a cause that the page does not know leaves the words of the service, and help for the reason", () => {
    const words = ledgerWordsOf(entryOf({}), screensDe.sync, serviceDe.ledger);
    expect(words).toEqual({ found: undefined, help: screensDe.sync.missing.reasons.INVALID_RECORD.help });
  });
});

describe("German", () => {
  const english = new Map(flatten(LANGUAGES.English));

  test("no sentence is left in English", () => {
    const same = flatten(LANGUAGES.German).filter(
      ([place, text]) => english.get(place) === text && !isShared(text) && !NAMES.includes(place),
    );
    expect(same.map(([place]) => place)).toEqual([]);
  });

  test("one thing has one word", () => {
    const texts = flatten(LANGUAGES.German);
    const stray = texts.filter(([, text]) =>
      /vorgesetzte|Unternehmen|Identity Provider|ausgelassen/i.test(text),
    );
    expect(stray).toEqual([]);
  });
});
