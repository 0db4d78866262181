import type { Text } from "./canaries.ts";
import type { Pool } from "./random-operations.ts";

const valuesAt = (texts: readonly Text[], places: RegExp): string[] => [
  ...new Set(texts.filter(({ place }) => places.test(place)).map(({ value }) => value)),
];

const dayFromNow = (days: number): string =>
  new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** Cursors of each list, by which pages of one company are asked of the other. */
export const CURSORS = `{
  people(first: 2) { pageInfo { endCursor } } lifecycleEvents(first: 2) { pageInfo { endCursor } }
  syncRuns(first: 1) { pageInfo { endCursor } } skippedEmployees(first: 1) { pageInfo { endCursor } }
  idpOnlyUsers(first: 1) { pageInfo { endCursor } }
  upcomingLifecycleEvents(from: "${dayFromNow(0)}", to: "${dayFromNow(90)}", first: 2) { pageInfo { endCursor } }
}`;

/** Values for every argument of the schema, from these rows and cursors, and wrong ones. */
export function createPool(texts: readonly Text[], cursors: readonly string[]): Pool {
  const ids = [
    ...valuesAt(
      texts,
      /^(people|departments|offices|legal_entities|sync_runs|service_tokens|scim_tokens|idp_users)\.id$/,
    ),
    ...valuesAt(texts, /personio_id$/),
    "no id",
  ];
  const emails = valuesAt(texts, /work_email$|^idp_users\.email$/);
  const words = valuesAt(texts, /^(people\.(first_name|last_name|position)|indexed_words\.word)$/);
  const days = valuesAt(texts, /^people\.(hire_date|date_of_birth|termination_date)$/);
  return {
    ID: ids,
    String: [...words, ...valuesAt(texts, /\.name$/), ""],
    EmailAddress: [...emails, "stranger@example.com"],
    LocalDate: [...days, dayFromNow(0)],
    DateTime: [new Date(Date.now() + 86_400_000).toISOString()],
    Int: [0, 1, 2, 5],
    Float: [0.5, 20],
    Boolean: [true, false],
    JSON: [null],
    after: [...cursors, "no cursor"],
    first: [1, 2, 5, 20, 100],
    offsetDays: [0, 0, -7, -14],
    from: [dayFromNow(-20), dayFromNow(0)],
    to: [dayFromNow(1), dayFromNow(60), dayFromNow(300)],
    timeZone: ["Europe/Berlin", ""],
    representations: [
      ...ids.flatMap((id) =>
        ["Person", "Supervisor", "Department", "Office", "LegalEntity"].map((__typename) => ({
          __typename,
          id,
        })),
      ),
      ...emails.map((workEmail) => ({ __typename: "Person", workEmail })),
    ],
  };
}
