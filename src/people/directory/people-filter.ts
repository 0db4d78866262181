import { Directive, Field, ID, InputType } from "type-graphql";
import { badUserInput } from "../../errors.ts";
import { NotKept } from "../../request/kept-rules.ts";
import type { RequestContext } from "../../request/request-context.ts";
import { EmploymentType } from "../../tenant/employment-type.ts";
import { PersonStatus } from "../../tenant/person-status.ts";
import { EmailAddress } from "../email-address.ts";
import { LocalDate } from "../local-date.ts";
import { hiddenPersonFields } from "../person-scopes.ts";

/**
 * The most values of one look-up list. Consumers look up stored ids in batches, and a page shows a hundred
 * people.
 */
export const LOOKUPS_MAX = 1_000;

const LOOKUP =
  `At most ${LOOKUPS_MAX}. Unknown values match no person and cause no error. Leavers are found too, ` +
  "unless `statuses` is given.";

@InputType({
  description:
    "Which people to list: those that match every given condition. A condition that is left out or null " +
    "has no effect; an empty list matches no person.",
})
export class PeopleFilter {
  @Field(() => [ID], {
    nullable: true,
    description: `People with one of these ids. \`Person.id\`. ${LOOKUP}`,
  })
  ids?: string[] | null;

  @Field(() => [EmailAddress], {
    nullable: true,
    description:
      "People found by one of these addresses, as in `Query.person`: former addresses count too. " +
      `${LOOKUP}`,
  })
  workEmails?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: `People with one of these Personio record ids, those of earlier employments included; that of a future move only with the scope \`people:hr\`. ${LOOKUP}`,
  })
  personioIds?: string[] | null;

  // Up to 12.6 ms of CPU with six short words in a company of 3,000 people; at 5 µs a point, with some
  // reserve.
  @Directive("@cost(weight: 3000)")
  @Field(() => String, {
    nullable: true,
    description:
      "Words that the names, position or email begin with, in any order. Case and accents do not matter: " +
      "`ann mul` finds Anna Müller. Blank text has no effect. Costly: one operation can contain some dozens of searches.",
  })
  search?: string | null;

  @Field(() => [PersonStatus], {
    nullable: true,
    description:
      "People with one of these statuses. Left out: all except leavers (INACTIVE); with `ids`, " +
      "`workEmails` or `personioIds`, all.",
  })
  statuses?: PersonStatus[] | null;

  @Field(() => [ID], { nullable: true, description: "People in one of these departments. `Department.id`." })
  departmentIds?: string[] | null;

  @Field(() => [ID], { nullable: true, description: "People in one of these offices. `Office.id`." })
  officeIds?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: "People employed by one of these legal entities. `LegalEntity.id`.",
  })
  legalEntityIds?: string[] | null;

  @Field(() => ID, { nullable: true, description: "People who report directly to this person. `Person.id`." })
  supervisorId?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      "Whether the person has a supervisor in the directory. False lists the people at the top, and those whose " +
      "supervisor is not in the directory.",
  })
  hasSupervisor?: boolean | null;

  @Field(() => [EmploymentType], {
    nullable: true,
    description: "People with one of these employment types. People without a known type match none.",
  })
  employmentTypes?: EmploymentType[] | null;

  @NotKept("CLOCK")
  @Field(() => Boolean, {
    nullable: true,
    description: "Whether the person has not started yet. See `Person.isPreHire`.",
  })
  isPreHire?: boolean | null;

  @Field(() => LocalDate, { nullable: true, description: "People whose `hireDate` is on this day or later." })
  hiredFrom?: string | null;

  @Field(() => LocalDate, {
    nullable: true,
    description: "People whose `hireDate` is on this day or earlier.",
  })
  hiredTo?: string | null;
}

/** A filter, with what its viewer may not use it for. */
export type PeopleCriteria = PeopleFilter & {
  /** Leaves out the records of future moves: finding a person by one would show that an employment ends. */
  readonly hidesMoves?: boolean;
};

/** The filter as this viewer may use it. Only Personio's ids find people by a move. */
export async function criteriaFor(
  filter: PeopleFilter | null | undefined,
  { viewer, raised }: Pick<RequestContext, "viewer" | "raised">,
): Promise<PeopleCriteria> {
  if (!filter?.personioIds) return filter ?? {};
  const hidden = hiddenPersonFields(viewer, await raised());
  return hidden.includes("nextPersonioId") ? { ...filter, hidesMoves: true } : filter;
}

const LISTS = ["ids", "workEmails", "personioIds"] as const;

/** Whether the filter looks people up one by one. */
export const isLookup = (filter: PeopleFilter): boolean => LISTS.some((list) => filter[list] != null);

/** Throws BAD_USER_INPUT for a list that is too long, before any of it reaches SQL. */
export function checkLookups(filter: PeopleFilter): void {
  for (const list of LISTS) checkLookup(`filter.${list}`, filter[list]);
}

/** The same for one list, by the name of its argument. */
export function checkLookup(name: string, values: readonly string[] | null | undefined): void {
  const count = values?.length ?? 0;
  if (count <= LOOKUPS_MAX) return;
  throw badUserInput(
    `\`${name}\` takes at most ${LOOKUPS_MAX} values, not ${count}.`,
    "Split the list over several requests.",
  );
}
