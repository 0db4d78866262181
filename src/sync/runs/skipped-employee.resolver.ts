import { GraphQLJSON } from "graphql-scalars";
import { Arg, Args, Ctx, Directive, FieldResolver, Query, Resolver, Root } from "type-graphql";
import { RequiresScope } from "../../access/field-rules.ts";
import { ADMIN_SCOPE } from "../../access/viewer.ts";
import type { ErrorDetails } from "../../errors.ts";
import { hiddenPersonFields } from "../../people/person-scopes.ts";
import { type Connection, createConnectionType } from "../../request/connection.ts";
import { NotKept } from "../../request/kept-rules.ts";
import { PageArgs } from "../../request/page-args.ts";
import { readPage } from "../../request/read-page.ts";
import type { RequestContext } from "../../request/request-context.ts";
import { searchPatterns } from "../../request/search-patterns.ts";
import { redactEntry } from "./redact-entry.ts";
import { type ExplainedCause, SkipCause } from "./skip-cause.ts";
import { countByReason, countSkippedEmployees, listSkippedEmployees } from "./skipped-employee.repository.ts";
import { SkipCount, SkippedEmployee, SkipReason } from "./skipped-employee.ts";

const SkippedEmployeeConnection = createConnectionType({
  name: "SkippedEmployee",
  node: () => SkippedEmployee,
  entry: "ledger row",
  entries: "ledger rows",
  scope: ADMIN_SCOPE,
});

const LIST = "skippedEmployees";

// The page and its total read every row. A search in 3,000 people's names takes as long.
const SEARCH_COST = "@cost(weight: 3000)";

@Resolver(() => SkippedEmployee)
export class SkippedEmployeeResolver {
  @RequiresScope(ADMIN_SCOPE)
  @NotKept("STATE")
  @Query(() => SkippedEmployeeConnection, {
    description:
      "The skip ledger: Personio records that are missing from the directory or incomplete in it, and what " +
      "to do about each. A row disappears when a sync run no longer finds its cause. [people:admin]",
  })
  skippedEmployees(
    @Ctx() context: RequestContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg("reasons", () => [SkipReason], {
      nullable: true,
      description: "Only rows with one of these reasons; null for all. An empty list matches no row.",
    })
    reasons: SkipReason[] | null = null,
    @Directive(SEARCH_COST)
    @Arg("search", () => String, {
      nullable: true,
      description:
        "Words that the name, the work email or Personio's id contains, in any order and case. Blank text has no effect.",
    })
    search?: string | null,
  ): Promise<Connection<SkippedEmployee>> {
    const filter = { reasons, patterns: searchPatterns(search) };
    return readPage(context, {
      list: LIST,
      args,
      readRows: ({ limit, after }) =>
        context.read((queries) =>
          listSkippedEmployees(queries, {
            ...filter,
            limit,
            after: after && {
              personioId: String(after[0]),
              reason: String(after[1]),
              field: String(after[2]),
            },
          }),
        ),
      positionOf: ({ personioId, reason, field }) => [personioId, reason, field ?? ""],
      countAll: () => context.read((manager) => countSkippedEmployees(manager, filter)),
    });
  }

  @RequiresScope(ADMIN_SCOPE)
  @NotKept("STATE")
  @Query(() => [SkipCount], {
    description:
      "How many rows of the skip ledger have each reason, the most frequent one first. A reason without a row is left out. [people:admin]",
  })
  skippedEmployeeCounts(@Ctx() context: RequestContext): Promise<SkipCount[]> {
    return context.read(countByReason);
  }

  @FieldResolver(() => String, { description: "What the sync run found." })
  async message(@Root() entry: SkippedEmployee, @Ctx() context: RequestContext): Promise<string> {
    return (await asSeenBy(entry, context)).message;
  }

  @FieldResolver(() => String, { description: "What to do, in Personio or in the settings." })
  async help(@Root() entry: SkippedEmployee, @Ctx() context: RequestContext): Promise<string> {
    return (await asSeenBy(entry, context)).help;
  }

  @FieldResolver(() => SkipCause, {
    nullable: true,
    description:
      "What the sync run found, as a code: finer than `reason`. Null for an entry of an earlier version of the service.",
  })
  async cause(@Root() entry: SkippedEmployee, @Ctx() context: RequestContext): Promise<SkipCause | null> {
    return causeOf(await asSeenBy(entry, context))?.kind ?? null;
  }

  @FieldResolver(() => GraphQLJSON, {
    nullable: true,
    description:
      "The names and numbers of the message, by name; which ones depends on `cause`. Null if the message has none.",
  })
  async parameters(
    @Root() entry: SkippedEmployee,
    @Ctx() context: RequestContext,
  ): Promise<ErrorDetails | null> {
    return causeOf(await asSeenBy(entry, context))?.parameters ?? null;
  }
}

/** The cause, if it is that of the present message. */
const causeOf = ({ message, storedCause }: SkippedEmployee): ExplainedCause | null =>
  storedCause?.message === message ? storedCause : null;

/** An entry without the values that its viewer may not see. */
export const asSeenBy = async (
  entry: SkippedEmployee,
  { viewer, raised }: RequestContext,
): Promise<SkippedEmployee> => redactEntry(entry, hiddenPersonFields(viewer, await raised()));
