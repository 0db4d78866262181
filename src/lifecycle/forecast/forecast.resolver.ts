import {
  Args,
  ArgsType,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  ID,
  Int,
  Query,
  Resolver,
  Root,
} from "type-graphql";
import { RequiresScope } from "../../access/field-rules.ts";
import { READ_SCOPE } from "../../access/viewer.ts";
import { badUserInput } from "../../errors.ts";
import { checkLookup, LOOKUPS_MAX } from "../../people/directory/people-filter.ts";
import { LocalDate } from "../../people/local-date.ts";
import type { PeopleContext } from "../../people/person.loader.ts";
import type { PersonRow } from "../../people/person.repository.ts";
import { Person } from "../../people/person.ts";
import { type Connection, pageOf } from "../../request/connection.ts";
import { NotKept } from "../../request/kept-rules.ts";
import { readOpaqueIds } from "../../request/opaque-id.ts";
import { FIRST_ARGUMENT, PageArgs } from "../../request/page-args.ts";
import { checkFirst, PAGE_SIZE_MAX } from "../../request/page-size.ts";
import type { CandidatePosition } from "../due/candidates.repository.ts";
import type { Days } from "../due/due-dates.ts";
import { daysBetween, isCalendarDay } from "../due/zone-days.ts";
import { DATED_KINDS, LifecycleEventKind } from "../event-kind.ts";
import { checkKinds, visibilityOf } from "../events/visible-events.ts";
import { countUpcoming, listUpcoming, type Upcoming } from "./forecast.ts";
import { UpcomingLifecycleEvent, UpcomingLifecycleEventConnection } from "./upcoming-event.ts";

@ArgsType()
class ForecastArgs extends PageArgs {
  @Field(() => LocalDate, { description: "The first day." })
  from!: string;

  @Field(() => LocalDate, {
    description: "The last day, included; at most three years after the first.",
  })
  to!: string;

  @Field(() => [LifecycleEventKind], {
    nullable: true,
    description:
      "Only these kinds; all that you may see if left out. Changes cannot be forecast: with only these the " +
      "list is empty. Kinds that need the scope `people:hr` are FORBIDDEN without it.",
  })
  kinds?: LifecycleEventKind[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: `Only the dates of these people. \`Person.id\`. At most ${LOOKUPS_MAX}; unknown ids have no dates.`,
  })
  personIds?: string[] | null;

  /** The largest page by default: a page is costly, however few entries it has. */
  @Field(() => Int, FIRST_ARGUMENT)
  override first?: number | null = PAGE_SIZE_MAX;
}

const LIST = "upcomingLifecycleEvents";

@Resolver(() => UpcomingLifecycleEvent)
export class ForecastResolver {
  // A page evaluates the dates of the requested days until it is full. If few match, that takes 50 ms of CPU
  // for three years of 3,000 people.
  @Directive("@cost(weight: 10000)")
  @RequiresScope(READ_SCOPE)
  @NotKept("CLOCK")
  @Query(() => UpcomingLifecycleEventConnection, {
    description:
      "The dates that will fire as lifecycle events in a range of days, with the person, the day and " +
      "the time zone. Dates that will not fire are listed too, with the reason. Sorted by day, " +
      "without events that were already emitted. The forecast uses people's current dates and the " +
      "company's current settings. As long as these stay the same, exactly the dates without a reason " +
      "will fire. Without the scope `people:hr`, it lists HIRE_DATE and WORK_ANNIVERSARY only, " +
      "without anniversaries that fire before their day. Costly, and `totalCount` even more: one " +
      "operation can contain only a few of them.",
  })
  async upcomingLifecycleEvents(
    @Args(() => ForecastArgs) args: ForecastArgs,
    @Ctx() { read, raised, cursors, viewer }: PeopleContext,
  ): Promise<Connection<Upcoming>> {
    const size = checkFirst(args.first, PAGE_SIZE_MAX);
    const { kinds, after, personIds } = args;
    checkLookup("personIds", personIds);
    const visibility = visibilityOf(viewer, await raised());
    checkKinds(kinds, visibility);
    const request = {
      days: checkDays(args),
      kinds: DATED_KINDS.filter((kind) => (kinds ?? visibility.kinds).includes(kind)),
      seesDepartures: visibility.seesDepartures,
      personIds: personIds ? readOpaqueIds(personIds) : null,
    };
    const position = after == null ? null : positionOf(cursors.decode(LIST, after));
    const rows = await read((manager) =>
      listUpcoming(manager, request, { after: position, limit: size + 1 }),
    );
    return pageOf(rows, {
      first: size,
      after,
      cursorOf: ({ firesOn, place, personId, offsetDays }) =>
        cursors.encode(LIST, [firesOn, place, personId, offsetDays]),
      countAll: () => read((manager) => countUpcoming(manager, request)),
    });
  }

  @FieldResolver(() => Person, { description: "The person that the date belongs to." })
  person(@Root() { personId }: Upcoming, @Ctx() { loaders }: PeopleContext): Promise<PersonRow | null> {
    return loaders.personById.load(personId);
  }
}

function positionOf([firesOn, place, personId, offsetDays]: readonly unknown[]): CandidatePosition {
  return {
    firesOn: String(firesOn),
    place: Number(place),
    personId: String(personId),
    offsetDays: Number(offsetDays),
  };
}

/** Three years, one of which may be a leap year. Contracts rarely have dates further ahead. */
const FORECAST_DAYS_MAX = 1_096;

/**
 * Returns the requested days.
 *
 * @throws BAD_USER_INPUT if nothing can be forecast for them.
 */
function checkDays({ from, to }: Days): Days {
  if (!isCalendarDay(from) || !isCalendarDay(to)) {
    throw badUserInput(
      "`from` and `to` must be days of the years 1 to 9999.",
      'Give days such as "2027-01-31".',
    );
  }
  if (to < from) {
    throw badUserInput(
      "`to` must not be before `from`.",
      "Give the earlier day as `from` and the later one as `to`; both are included.",
    );
  }
  if (daysBetween(from, to) >= FORECAST_DAYS_MAX) {
    throw badUserInput(
      `\`from\` and \`to\` may be at most ${FORECAST_DAYS_MAX} days apart, both included.`,
      "Request three years or less at a time.",
    );
  }
  return { from, to };
}
