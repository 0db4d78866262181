import { Arg, Ctx, Mutation, Query, Resolver } from "type-graphql";
import { RequiresScope } from "../access/field-rules.ts";
import { ADMIN_SCOPE } from "../access/viewer.ts";
import { NotKept } from "../request/kept-rules.ts";
import type { RequestContext } from "../request/request-context.ts";
import { decidingFieldHidden, decidingFields, unknownLegalEntity } from "./check-exclusions.ts";
import { checkPeopleSettings, unknownTimeZone } from "./check-people-settings.ts";
import {
  findHiddenField,
  findUnknownLegalEntity,
  getPeopleSettings,
  isTimeZoneKnown,
  updatePeopleSettings,
} from "./people-settings.repository.ts";
import { PeopleSettings, PeopleSettingsInput } from "./people-settings.ts";

@Resolver()
export class PeopleSettingsResolver {
  @RequiresScope(ADMIN_SCOPE)
  @NotKept("STATE")
  @Query(() => PeopleSettings, {
    description: "The settings of this company's directory. Needs the scope `people:admin`.",
  })
  peopleSettings(@Ctx() { read }: RequestContext): Promise<PeopleSettings> {
    return read(getPeopleSettings);
  }

  @RequiresScope(ADMIN_SCOPE)
  @Mutation(() => PeopleSettings, {
    description:
      "Changes settings and returns all of them. The next sync applies settings about the guard, and about which people belong in the directory. " +
      "The time zone and the leap-day rule apply at once. Needs the scope `people:admin`.",
  })
  setPeopleSettings(
    @Arg("settings", () => PeopleSettingsInput, { description: "What to change." })
    input: PeopleSettingsInput,
    @Ctx() { write }: RequestContext,
  ): Promise<PeopleSettings> {
    const changes = checkPeopleSettings(input);
    return write(async (manager) => {
      const { timeZone, syncedLegalEntityIds } = changes;
      if (timeZone && !(await isTimeZoneKnown(manager, timeZone))) throw unknownTimeZone();
      const unknown = syncedLegalEntityIds && (await findUnknownLegalEntity(manager, syncedLegalEntityIds));
      if (unknown != null) throw unknownLegalEntity(unknown);
      const fields = decidingFields(changes).map(({ field }) => field);
      const hidden = fields.length > 0 ? await findHiddenField(manager, fields) : null;
      if (hidden !== null) throw decidingFieldHidden(hidden);
      await updatePeopleSettings(manager, changes);
      return getPeopleSettings(manager);
    });
  }
}
