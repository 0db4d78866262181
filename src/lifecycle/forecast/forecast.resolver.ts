import {
  Args,
  ArgsType,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  Int,
  Query,
  Resolver,
  Root,
} from "type-graphql";
import { type Connection, pageOf } from "../../paging/connection.ts";
import { PageArgs } from "../../paging/page-args.ts";
import { checkFirst, PAGE_SIZE_MAX } from "../../paging/page-size.ts";
import { LocalDate } from "../../people/local-date.ts";
import type { PeopleContext } from "../../people/person.loader.ts";
import type { PersonRow } from "../../people/person.repository.ts";
import { Person } from "../../people/person.ts";
import type { CandidatePosition } from "../candidates/candidates.repository.ts";
import { DATED_KINDS, LifecycleEventKind } from "../event-kind.ts";
import { checkDays } from "./check-days.ts";
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
      "Only these kinds; all if left out. Changes cannot be forecast: with them alone the list is empty.",
  })
  kinds?: LifecycleEventKind[] | null;

  /** The largest page if left out: a page is costly, however few entries it has. */
  @Field(() => Int, {
    nullable: true,
    description: `How many entries at most: 1 to ${PAGE_SIZE_MAX}.`,
  })
  override first?: number | null = PAGE_SIZE_MAX;
}

const LIST = "upcomingLifecycleEvents";

@Resolver(() => UpcomingLifecycleEvent)
export class ForecastResolver {
  // A page looks at every date of the days that are asked for: up to 23 ms of CPU in a company of 3,000 people.
  @Directive("@cost(weight: 5000)")
  @Query(() => UpcomingLifecycleEventConnection, {
    description:
      "The dates that will fire as lifecycle events in a range of days, with the person, the day and the " +
      "time zone. Dates that will not fire are listed too, with the reason. Sorted by day, without events " +
      "that were already emitted. The forecast uses people's dates and the company's settings of now: " +
      "while they stay, exactly what it lists will fire. Dates other than hire dates need the scope " +
      "`people:hr`. Costly, and its `totalCount` more: one operation can contain a few of them.",
  })
  async upcomingLifecycleEvents(
    @Args(() => ForecastArgs) args: ForecastArgs,
    @Ctx() { read, cursors }: PeopleContext,
  ): Promise<Connection<Upcoming>> {
    const size = checkFirst(args.first, PAGE_SIZE_MAX);
    const { kinds, after } = args;
    const asked = {
      days: checkDays(args),
      kinds: DATED_KINDS.filter((kind) => kinds?.includes(kind) ?? true),
    };
    const position = after == null ? null : positionOf(cursors.decode(LIST, after));
    const rows = await read((manager) => listUpcoming(manager, asked, { after: position, limit: size + 1 }));
    return pageOf(rows, {
      first: size,
      after,
      cursorOf: ({ firesOn, place, personId, offsetDays }) =>
        cursors.encode(LIST, [firesOn, place, personId, offsetDays]),
      countAll: () => read((manager) => countUpcoming(manager, asked)),
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
