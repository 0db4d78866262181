import { Arg, Ctx, Field, FieldResolver, Int, Mutation, ObjectType, Resolver } from "type-graphql";
import { RequiresScope } from "../../access/field-rules.ts";
import { ADMIN_SCOPE } from "../../access/viewer.ts";
import type { Queries } from "../../database/queries.ts";
import { badUserInput } from "../../errors.ts";
import type { RequestContext } from "../../request/request-context.ts";
import { getPeopleSettings } from "../../tenant/people-settings.repository.ts";
import { PeopleSettings } from "../../tenant/people-settings.ts";
import { OFFSET_DAYS_MAX } from "../due/date-rules.ts";
import { CHANGE_KINDS, DATED_KINDS, type DatedKind, isDatedKind, LifecycleEventKind } from "../event-kind.ts";
import { findStream } from "../events/event-stream.repository.ts";
import { listKindOffsets, listKindSwitches, replaceOffsets, switchKind } from "./kind-settings.repository.ts";

@RequiresScope(ADMIN_SCOPE)
@ObjectType({
  simpleResolvers: true,
  description: "Whether and when lifecycle events of one kind fire in a company.",
})
class LifecycleKindSetting {
  @Field(() => LifecycleEventKind, { description: "The kind of event." })
  kind!: LifecycleEventKind;

  @Field(() => Boolean, { description: "Whether its events fire. See `setLifecycleKind`." })
  enabled!: boolean;

  @Field(() => Boolean, {
    description:
      "Whether the credential may read the attributes that this kind needs, as of the last sync. If not, " +
      "dates that were read before still fire, but the sync does not see new ones; `personioIntegration.attributes` " +
      "lists what to tick. True before the first sync.",
  })
  granted!: boolean;

  @Field(() => [Int], {
    description:
      "The days around the date on which its events fire, in order: −7 is a week before, 0 the date " +
      "itself, which is always included. See `setLifecycleOffsets`.",
  })
  offsetDays!: readonly number[];
}

/** Each offset adds an event for every date of every person. */
const OFFSETS_MAX = 20;

/** The lifecycle fields of the settings, and the mutations that change them. */
@Resolver(() => PeopleSettings)
export class LifecycleSettingsResolver {
  @FieldResolver(() => [LifecycleKindSetting], {
    description: "The settings of each kind of lifecycle event, the dated kinds first.",
  })
  lifecycleKinds(@Ctx() { read }: RequestContext): Promise<LifecycleKindSetting[]> {
    return read(listKindSettings);
  }

  @RequiresScope(ADMIN_SCOPE)
  @Mutation(() => PeopleSettings, {
    description:
      "Switches one kind of lifecycle event on or off for the whole company. Every kind is on by default. " +
      "Dates that pass while a kind is off do not fire later. While it is off, changes of dates that were " +
      "emitted before are not emitted either. Needs the scope `people:admin`.",
  })
  setLifecycleKind(
    @Arg("kind", () => LifecycleEventKind, { description: "The kind of event." }) kind: LifecycleEventKind,
    @Arg("enabled", () => Boolean, { description: "Whether its events fire from now on." })
    enabled: boolean,
    @Ctx() { write }: RequestContext,
  ): Promise<PeopleSettings> {
    return write(async (manager) => {
      await switchKind(manager, { kind, enabled });
      return getPeopleSettings(manager);
    });
  }

  @RequiresScope(ADMIN_SCOPE)
  @Mutation(() => PeopleSettings, {
    description:
      "Sets the day offsets at which a kind of lifecycle event also fires: `[-7, -1]` is a week and a " +
      "day before. Replaces the current list. An offset that is already over when it is registered " +
      "does not fire. A date that is entered, or applies again, after its offset day fires `late`, while " +
      "the date itself is today or in the future. Needs the scope `people:admin`.",
  })
  setLifecycleOffsets(
    @Arg("kind", () => LifecycleEventKind, { description: "The kind of event; it must have a date." })
    kind: LifecycleEventKind,
    @Arg("offsetDays", () => [Int], {
      description:
        `At most ${OFFSETS_MAX} days, each from -${OFFSET_DAYS_MAX} to ${OFFSET_DAYS_MAX}; negative is ` +
        "before the date. The date itself, 0, always fires, listed or not; an empty list leaves " +
        "only that.",
    })
    offsetDays: number[],
    @Ctx() { write }: RequestContext,
  ): Promise<PeopleSettings> {
    const datedKind = checkDatedKind(kind);
    const offsets = checkOffsets(offsetDays);
    return write(async (manager) => {
      await replaceOffsets(manager, datedKind, offsets);
      return getPeopleSettings(manager);
    });
  }
}

/** The kind, if it has a date. @throws BAD_USER_INPUT */
export function checkDatedKind(kind: LifecycleEventKind): DatedKind {
  if (isDatedKind(kind)) return kind;
  throw badUserInput(
    `${kind} is a change and has no date, so it has no offsets.`,
    "Choose a kind with a date, such as HIRE_DATE.",
  );
}

/** Each offset once, in order, without 0, which needs no registration. @throws BAD_USER_INPUT */
export function checkOffsets(offsetDays: readonly number[]): number[] {
  const beyond = offsetDays.find((days) => Math.abs(days) > OFFSET_DAYS_MAX);
  if (beyond !== undefined) {
    throw badUserInput(
      `\`offsetDays\` must be from -${OFFSET_DAYS_MAX} to ${OFFSET_DAYS_MAX}, not ${beyond}.`,
      "Give days before the date as negative numbers: -7 is a week before.",
    );
  }
  const offsets = [...new Set(offsetDays)].filter((days) => days !== 0).sort((one, other) => one - other);
  if (offsets.length <= OFFSETS_MAX) return offsets;
  throw badUserInput(
    `A kind has at most ${OFFSETS_MAX} offsets beside 0, not ${offsets.length}.`,
    "Register only the offsets that your clients subscribe to.",
  );
}

/** The offset of the date itself, and the only offset of a change. */
const ON_THE_DAY = 0;

/** The settings of every kind, dated kinds first; also for a company that has stored nothing yet. */
async function listKindSettings(manager: Queries): Promise<LifecycleKindSetting[]> {
  const switches = await listKindSwitches(manager);
  const offsets = await listKindOffsets(manager);
  const unreadable = (await findStream(manager))?.unreadableKinds ?? [];
  const enabledByKind = new Map(switches.map(({ kind, enabled }) => [kind, enabled]));
  return [...DATED_KINDS, ...CHANGE_KINDS].map((kind) => ({
    kind,
    enabled: enabledByKind.get(kind) ?? true,
    granted: !unreadable.includes(kind),
    offsetDays: [
      ON_THE_DAY,
      ...offsets.filter((offset) => offset.kind === kind).map(({ offsetDays }) => offsetDays),
    ].sort((one, other) => one - other),
  }));
}
