import { Arg, Ctx, FieldResolver, Int, Mutation, Resolver } from "type-graphql";
import type { RequestContext } from "../../request/request-context.ts";
import { getPeopleSettings } from "../../tenant/people-settings.repository.ts";
import { PeopleSettings } from "../../tenant/people-settings.ts";
import { OFFSET_DAYS_MAX } from "../due/date-rules.ts";
import { LifecycleEventKind } from "../event-kind.ts";
import { checkDatedKind, checkOffsets, OFFSETS_MAX } from "./check-offsets.ts";
import { replaceOffsets, switchKind } from "./kind-settings.repository.ts";
import { LifecycleKindSetting } from "./lifecycle-kind-setting.ts";
import { listKindSettings } from "./list-kind-settings.ts";

/** What this room adds to the settings, and the ways to change it. */
@Resolver(() => PeopleSettings)
export class LifecycleSettingsResolver {
  @FieldResolver(() => [LifecycleKindSetting], {
    description: "The settings of each kind of lifecycle event, the dated kinds first.",
  })
  lifecycleKinds(@Ctx() { read }: RequestContext): Promise<LifecycleKindSetting[]> {
    return read(listKindSettings);
  }

  @Mutation(() => PeopleSettings, {
    description:
      "Switches one kind of lifecycle event on or off for the whole company. Every kind is on by default. " +
      "Dates that come while a kind is off do not fire later. While it is off, changes of dates that were " +
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

  @Mutation(() => PeopleSettings, {
    description:
      "Sets the day offsets at which a kind of lifecycle event also fires: `[-7, -1]` is a week and a day " +
      "before. Replaces the current list. An offset that is already over when it is registered does not " +
      "fire. A date that is entered after its offset day fires `late`, while the date itself is still " +
      "ahead. Needs the scope `people:admin`.",
  })
  setLifecycleOffsets(
    @Arg("kind", () => LifecycleEventKind, { description: "The kind of event; it must have a date." })
    kind: LifecycleEventKind,
    @Arg("offsetDays", () => [Int], {
      description:
        `At most ${OFFSETS_MAX} days, each from -${OFFSET_DAYS_MAX} to ${OFFSET_DAYS_MAX}; negative is ` +
        "before the date. The date itself, 0, always fires and need not be listed; an empty list leaves " +
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
