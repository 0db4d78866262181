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
class ForecastArgs {
  @Field(() => LocalDate, { description: "The first day." })
  from!: string;

  @Field(() => LocalDate, {
    description: "The last day, included; at most three years after the first.",
  })
  to!: string;

  @Field(() => [LifecycleEventKind], {
    nullable: true,
    description:
      "Only these kinds; all when left out. Changes cannot be foreseen: naming them lists nothing.",
  })
  kinds?: LifecycleEventKind[] | null;

  @Field(() => Int, {
    nullable: true,
    defaultValue: PAGE_SIZE_MAX,
    description: `How many entries at most: 1 to ${PAGE_SIZE_MAX}.`,
  })
  first?: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      "Only entries behind this cursor: the `endCursor` of the page before, or an edge's `cursor`.",
  })
  after?: string | null;
}

const LIST = "upcomingLifecycleEvents";

@Resolver(() => UpcomingLifecycleEvent)
export class ForecastResolver {
  // A page looks at every date of the days that are asked for: up to 23 ms of CPU in a company of 3,000 people.
  @Directive("@cost(weight: 5000)")
  @Query(() => UpcomingLifecycleEventConnection, {
    description:
      "Which dates will be told as lifecycle events on some days, of whom, and at the start of which day in which zone; and which will " +
      "not, and why. In the order of the days. What was told already is not listed. As people's dates and the company's settings " +
      "stand now: when nothing changes, what is forecast is what is told. Dates other than those of hiring need the scope `people:hr`. " +
      "Costs much, and its `totalCount` more: an operation may ask for it a few times.",
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

  @FieldResolver(() => Person, { description: "Whose date it is." })
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
