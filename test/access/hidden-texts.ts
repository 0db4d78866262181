import { ADMIN_SCOPE, HR_SCOPE, READ_SCOPE, type Scope } from "../../src/access/viewer.ts";
import { STORED_COLUMNS } from "../../src/people/person-columns.ts";
import { type Canaries, canariesOf, type Text } from "./canaries.ts";
import { GUARDED_FIELDS, GUARDED_KINDS, RAISED_FIELDS } from "./guarded-fields.ts";

/** What every viewer with `people:read` may see; other tables need `people:admin`. */
const READ_TABLES = [
  "custom_attribute_definitions",
  "departments",
  "former_emails",
  "former_employments",
  "indexed_words",
  "legal_entities",
  "lifecycle_events",
  "offices",
  "people",
];

/** An office without a time zone of its own shows that of the company, and so does a forecast. */
const ZONE_OF_COMPANY = "tenants.time_zone";

/** `Query.directory` shows every viewer, without any scope, how current the directory is. */
const AGE_OF_DIRECTORY = "integrations.last_succeeded_at";

/** Planned changes show administrators these names beside the ids of Personio. */
const NAMES_IN_PLANS = ["people.display_name", "departments.name", "offices.name", "legal_entities.name"];

/** Columns that no viewer may see. */
const SECRET = /hash|secret|salt|fingerprint/;

/** Only the identity provider sees what it sent; the graph shows what the other columns keep of it. */
const OF_IDENTITY_PROVIDER = /^idp_(users|groups)\.(resource|external_id)/;

/** The scope of each guarded value of a person, by the names of its field and of its column. */
const GUARDS: ReadonlyMap<string, Scope> = new Map<string, Scope>([
  ...GUARDED_FIELDS,
  ...STORED_COLUMNS.flatMap(({ field, column }) => {
    const scope = GUARDED_FIELDS.get(field);
    return scope ? [[column, scope] as const] : [];
  }),
  ...[...RAISED_FIELDS].flatMap(([field, scope]) =>
    [
      field,
      field.split(".").at(-1) ?? "",
      field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    ].map((name) => [name, scope] as const),
  ),
  // Most kinds of events show the day of a guarded field; the others repeat that of an open one.
  ["occurs_on", HR_SCOPE],
]);

function isVisible(place: string, scopes: ReadonlySet<Scope>): boolean {
  const [table = "", ...keys] = place.split(".");
  if (keys.some((key) => SECRET.test(key)) || OF_IDENTITY_PROVIDER.test(place)) return false;
  if (place === AGE_OF_DIRECTORY) return true;
  if (place === ZONE_OF_COMPANY && scopes.has(READ_SCOPE)) return true;
  if (NAMES_IN_PLANS.includes(place) && scopes.has(ADMIN_SCOPE)) return true;
  const needed: Scope[] = [READ_TABLES.includes(table) ? READ_SCOPE : ADMIN_SCOPE, ...keys.flatMap(guardOf)];
  return needed.every((scope) => scopes.has(scope));
}

function guardOf(key: string): Scope[] {
  const scope = GUARDS.get(key);
  return scope ? [scope] : [];
}

/** The birthdays that the graph derives from dates of birth, in quotes: a longer date contains them, too. */
export const birthdaysOf = (texts: readonly Text[]): Text[] =>
  texts
    .filter(({ place }) => place === "people.date_of_birth")
    .map(({ value }) => ({ place: "people.birthday", value: JSON.stringify(value.slice("YYYY-".length)) }));

const YEARLY = /^people\.(hire_date|date_of_birth)$/;
/** A forecast reaches so far. */
const FORECAST_YEARS = 2;

/** The days of a forecast that return each year: by chance another field can have the same one. */
function yearlyDaysOf(texts: readonly Text[]): string[] {
  const thisYear = new Date().getUTCFullYear();
  const years = Array.from({ length: FORECAST_YEARS + 2 }, (_, place) => thisYear - 1 + place);
  const days = texts.filter(({ place }) => YEARLY.test(place)).map(({ value }) => value.slice("YYYY".length));
  // In other years, 29 February is the day before or after.
  const allDays = days.flatMap((day) => (day === "-02-29" ? [day, "-02-28", "-03-01"] : [day]));
  return years.flatMap((year) => allDays.map((day) => `${year}${day}`));
}

/**
 * The texts of the own company that a viewer with these scopes may not see, and that no text which the viewer
 * may see contains. `known` are texts from elsewhere: the schema, and the viewer's own record.
 */
export function hiddenTexts(
  own: readonly Text[],
  scopes: ReadonlySet<Scope>,
  known: readonly string[],
): Canaries {
  const texts = [...own, ...birthdaysOf(own)];
  const hidden = texts.filter(({ place }) => !isVisible(place, scopes));
  const visible = texts.filter(({ place }) => isVisible(place, scopes));
  const shown = [...visible.map(({ value }) => value), ...yearlyDaysOf(visible)];
  return canariesOf(hidden, [...shown, ...known]);
}

/**
 * The names that events must not show a viewer with these scopes: fields in `changedFields`, and kinds.
 * Settings and plans show all of them to administrators.
 */
export function hiddenNames(scopes: ReadonlySet<Scope>): Canaries {
  if (scopes.has(ADMIN_SCOPE)) return new Map();
  const names: string[] = [
    ...[...GUARDED_FIELDS, ...RAISED_FIELDS].flatMap(([field, scope]) => (scopes.has(scope) ? [] : [field])),
    ...(scopes.has(HR_SCOPE) ? [] : GUARDED_KINDS),
  ];
  return new Map(names.map((name) => [JSON.stringify(name), "a name in lifecycle_events"]));
}

/** The parts of an answer in which such names may stand: elsewhere they are keys and paths. */
export const namesIn = (received: string): string =>
  (received.match(/"(?:changedFields|kind)":(?:"[^"]*"|\[[^\]]*\])/g) ?? []).join("\n");
