import { readFileSync } from "node:fs";
import type { Scope } from "../../src/access/viewer.ts";
import { type Canaries, canariesOf, createFinder, type Finder, type Text } from "./canaries.ts";
import { GUARDED_FIELDS } from "./guarded-fields.ts";
import { birthdaysOf, hiddenNames, hiddenTexts, namesIn } from "./hidden-texts.ts";
import type { RandomRequest } from "./random-requests.ts";

/** Where a canary has appeared, and what was sent. */
export type Hit = { readonly place: string; readonly form: string; readonly context: string };

/** What a viewer has sent. A client knows it, so it may come back. */
export type Sent = Pick<RandomRequest, "scopes" | "query"> &
  Partial<Pick<RandomRequest, "hasOwnRecord" | "variables">>;

export type Checks = {
  readonly canariesOfOther: number;
  /** Tables of the other company none of whose texts would be recognised. */
  readonly tablesWithoutCanary: readonly string[];
  /** How many canaries each kind of viewer has in its own company. */
  readonly canariesHidden: () => readonly number[];
  /** What a viewer of the own company has received, and may not see. */
  find(received: string, sent: Sent): Hit[];
  /** The same of the own company's identity provider, and of a stranger. */
  findAtDoor(received: string, sent: string, isIdentityProvider: boolean): Hit[];
};

type Options = {
  readonly sdl: string;
  readonly own: readonly Text[];
  readonly other: readonly Text[];
  /** The record of the viewers whose token contains its address. */
  readonly ownRecord: readonly Text[];
  /** Claims of the viewers' tokens. */
  readonly claims: readonly string[];
};

/** Days of the other company can be those of a forecast in the own one. */
const RECENT_DAY = /^20[012]\d-\d\d-\d\d$/;

const ERRORS = readFileSync(new URL("../../schema/errors.md", import.meta.url), "utf8");

export function createChecks({ sdl, own, other, ownRecord, claims }: Options): Checks {
  const vocabulary = [sdl, ERRORS, ...claims];
  const canariesOfOther = canariesOf(
    other.filter(({ value }) => !RECENT_DAY.test(value)),
    [...vocabulary, ...own.map(({ value }) => value)],
  );
  const findOther = createFinder(canariesOfOther);
  const attributes = own.filter(({ place }) => /^custom_attribute_definitions\.(key|label)$/.test(place));
  const shown = [...ownRecord, ...birthdaysOf(ownRecord), ...attributes].map(({ value }) => value);

  type Hidden = { readonly size: number; readonly find: Finder; readonly findNames: Finder };
  const byViewer = new Map<string, Hidden>();
  const hiddenFrom = (scopes: readonly Scope[], hasOwnRecord: boolean): Hidden => {
    const key = `${scopes} ${hasOwnRecord}`;
    const granted = new Set(scopes);
    const make = (): Hidden => {
      const texts = hiddenTexts(own, granted, [...vocabulary, ...(hasOwnRecord ? shown : [])]);
      const names = hiddenNames(granted);
      return { size: texts.size + names.size, find: createFinder(texts), findNames: createFinder(names) };
    };
    const hidden = byViewer.get(key) ?? make();
    byViewer.set(key, hidden);
    return hidden;
  };
  const isOfIdp = ({ place }: Text): boolean => /^(idp_\w+|scim_tokens)\./.test(place);
  const values = (texts: readonly Text[]): string[] => texts.map(({ value }) => value);
  const findHidden = createFinder(canariesOf(own, [...vocabulary, ...values(own.filter(isOfIdp))]));
  const findAny = createFinder(canariesOf([...own, ...other], vocabulary));
  return {
    canariesOfOther: canariesOfOther.size,
    tablesWithoutCanary: [...tablesOf(other.map(({ place }) => place))].filter(
      (table) => !tablesOf(canariesOfOther.values()).has(table),
    ),
    canariesHidden: () => [...byViewer.values()].map(({ size }) => size),
    find(received, { scopes, hasOwnRecord = false, query, variables = {} }) {
      const sent = JSON.stringify({ query, variables });
      const { find, findNames } = hiddenFrom(scopes, hasOwnRecord);
      return [...findOther(received), ...find(received), ...findNames(namesIn(received))]
        .filter(({ form }) => !sent.includes(form))
        .map((found) => ({ ...found, context: `[${scopes}] ${sent}\n${received.slice(0, 2_000)}` }));
    },
    findAtDoor(received, sent, isIdentityProvider) {
      const found = isIdentityProvider
        ? [...findOther(received), ...findHidden(received)]
        : findAny(received);
      return found
        .filter(({ form }) => !sent.includes(form))
        .map((one) => ({ ...one, context: `${sent.slice(-500)}\n${received.slice(0, 2_000)}` }));
    },
  };
}

const tablesOf = (places: Iterable<string>): ReadonlySet<string> =>
  new Set([...places].map((place) => place.split(".")[0] ?? ""));

/** What no log, metric, notification or job may contain: people, secrets, and names that a company chose. */
export function privateTexts(texts: readonly Text[], known: readonly string[]): Canaries {
  const isPrivate = ({ place, value }: Text): boolean =>
    PRIVATE.test(place) &&
    !/\.tenant_id$/.test(place) &&
    !ID_OR_INSTANT.test(value) &&
    !RECENT_DAY.test(value);
  return canariesOf([...texts, ...birthdaysOf(texts)].filter(isPrivate), [...known, ERRORS]);
}

const PRIVATE = new RegExp(
  [
    "_hash$|sealed|client_id|salt|email|hint|(^|[._])(first|last|display|preferred)_?name",
    "^(departments|offices|legal_entities|service_tokens|skipped_employees)\\.name$",
    "^idp_\\w+\\.|custom_attributes|^people\\.(position|team|cost_center|employee_id|sub_company)",
    [...GUARDED_FIELDS.keys()].join("|"),
    "^people\\.\\w+(_date|_on|_of_birth)$|^people\\.(birthday|next_personio_id)$",
  ].join("|"),
);
const ID_OR_INSTANT = /^[0-9a-f]{8}-[0-9a-f]{4}-|^\d{4}-\d\d-\d\dT/;
