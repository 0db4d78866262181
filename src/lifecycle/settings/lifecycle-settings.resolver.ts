import { Arg, Ctx, FieldResolver, Int, Mutation, Resolver } from "type-graphql";
import type { RequestContext } from "../../access/request-context.ts";
import { getPeopleSettings } from "../../access/settings/people-settings.repository.ts";
import { PeopleSettings } from "../../access/settings/people-settings.ts";
import { OFFSET_DAYS_MAX } from "../dates/date-rules.ts";
import { LifecycleEventKind } from "../event-kind.ts";
import { checkDatedKind, checkOffsets, OFFSETS_MAX } from "./check-offsets.ts";
import { replaceOffsets, switchKind } from "./kind-settings.repository.ts";
import { LifecycleKindSetting } from "./lifecycle-kind-setting.ts";
import { listKindSettings } from "./list-kind-settings.ts";

/** What this room adds to the settings, and the ways to change it. */
@Resolver(() => PeopleSettings)
export class LifecycleSettingsResolver {
  @FieldResolver(() => [LifecycleKindSetting], {
    description: "Which lifecycle events are told, kind by kind: the dated ones first.",
  })
  lifecycleKinds(@Ctx() { read }: RequestContext): Promise<LifecycleKindSetting[]> {
    return read(listKindSettings);
  }

  @Mutation(() => PeopleSettings, {
    description:
      "Switches one kind of lifecycle events on or off for the whole company. Every kind is on until it is switched off. What " +
      "came due while a kind was off is not told later; changes of dates that were told before are not either, as long as it is " +
      "off. Needs the scope `people:admin`.",
  })
  setLifecycleKind(
    @Arg("kind", () => LifecycleEventKind, { description: "Which kind." }) kind: LifecycleEventKind,
    @Arg("enabled", () => Boolean, { description: "Whether its events are told from now on." })
    enabled: boolean,
    @Ctx() { write }: RequestContext,
  ): Promise<PeopleSettings> {
    return write(async (manager) => {
      await switchKind(manager, { kind, enabled });
      return getPeopleSettings(manager);
    });
  }

  @Mutation(() => PeopleSettings, {
    description:
      "Says on which days around its date a kind of lifecycle events comes as well, in the place of what was said before: `[-7, -1]` " +
      "is a week and a day before. For a date whose offset is over when it is registered nothing fires; one that is entered later than " +
      "its offset fires `late` while the date itself is to come. Needs the scope `people:admin`.",
  })
  setLifecycleOffsets(
    @Arg("kind", () => LifecycleEventKind, { description: "Which kind: one with a date." })
    kind: LifecycleEventKind,
    @Arg("offsetDays", () => [Int], {
      description:
        `At most ${OFFSETS_MAX} days, each from -${OFFSET_DAYS_MAX} to ${OFFSET_DAYS_MAX}; days before are negative. The date ` +
        "itself, 0, always has its event and need not be named; an empty list leaves only that.",
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
