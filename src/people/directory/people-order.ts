import { Field, InputType, registerEnumType } from "type-graphql";
import { badUserInput } from "../../errors.ts";

export const PeopleOrderField = {
  NAME: "NAME",
  HIRE_DATE: "HIRE_DATE",
  DEPARTMENT: "DEPARTMENT",
  OFFICE: "OFFICE",
  POSITION: "POSITION",
  STATUS: "STATUS",
  RELEVANCE: "RELEVANCE",
} as const;
export type PeopleOrderField = (typeof PeopleOrderField)[keyof typeof PeopleOrderField];

registerEnumType(PeopleOrderField, {
  name: "PeopleOrderField",
  description:
    "What people are sorted by. Equal values are sorted by last name, then first name. People without a " +
    "value come last in both directions.",
  valuesConfig: {
    NAME: {
      description: "Last name, then first name, as in a dictionary: accents and case hardly matter.",
    },
    HIRE_DATE: { description: "`Person.hireDate`." },
    DEPARTMENT: { description: "Name of the department." },
    OFFICE: { description: "Name of the office." },
    POSITION: {
      description:
        "`Person.position`, as in a dictionary. If it is longer than 180 bytes, only its first 45 characters count.",
    },
    STATUS: { description: "`Person.status`: ONBOARDING, ACTIVE, LEAVE, then INACTIVE." },
    RELEVANCE: {
      description:
        "How well a person matches `filter.search`, which it needs; the best match first with ASC. Whole words come " +
        "before beginnings of words, and names and email before the position. Where more than 2,000 people " +
        "match, `Query.people` sorts them by name.",
    },
  },
});

export const SortDirection = { ASC: "ASC", DESC: "DESC" } as const;
export type SortDirection = (typeof SortDirection)[keyof typeof SortDirection];

registerEnumType(SortDirection, {
  name: "SortDirection",
  description: "Which end of a list comes first.",
  valuesConfig: {
    ASC: { description: "Smallest, earliest or A first." },
    DESC: { description: "Largest, latest or Z first." },
  },
});

@InputType({ description: "How to sort people." })
export class PeopleOrder {
  @Field(() => PeopleOrderField, { description: "What to sort by." })
  field!: PeopleOrderField;

  @Field(() => SortDirection, { description: "Which end comes first." })
  direction!: SortDirection;
}

/** Throws BAD_USER_INPUT for an order by relevance to a search that is missing. */
export function checkOrder(order: PeopleOrder, search: string | null | undefined): void {
  if (order.field !== "RELEVANCE" || search?.trim()) return;
  throw badUserInput(
    "`orderBy: RELEVANCE` needs `filter.search`.",
    "Give `filter.search` a word, or sort by another field.",
  );
}

/** The order of people by default. */
export const BY_NAME = { field: "NAME", direction: "ASC" } as const satisfies PeopleOrder;
