import { Arg, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from "type-graphql";
import { RequiresScope } from "../access/field-rules.ts";
import { ADMIN_SCOPE } from "../access/viewer.ts";
import { badUserInput } from "../errors.ts";
import { Kept } from "../request/kept-rules.ts";
import { readOpaqueId } from "../request/opaque-id.ts";
import type { RequestContext } from "../request/request-context.ts";
import { isTimeZone, unknownTimeZone } from "../tenant/check-people-settings.ts";
import { isTimeZoneKnown } from "../tenant/people-settings.repository.ts";
import { Office } from "./office.ts";
import { findOfficesByIds, type OfficeRow } from "./org.repository.ts";
import { setOfficeTimeZone } from "./org-changes.repository.ts";

/** Removes the setting. An empty string, because the argument cannot be null. */
const NO_ZONE = "";

@Resolver(() => Office)
export class OfficeTimeZoneResolver {
  @Kept()
  @FieldResolver(() => Boolean, {
    description: "Whether `timeZone` is a guess, because no admin has set it. `setOfficeTimeZone` sets it.",
  })
  isTimeZoneGuessed(@Root() office: OfficeRow): boolean {
    return office.isTimeZoneGuessed;
  }

  @RequiresScope(ADMIN_SCOPE)
  @Mutation(() => Office, {
    description:
      "Sets the time zone of an office. Days of its people begin in that zone, so their lifecycle events " +
      "fire then. It applies from now on, and syncs keep it. Needs the scope `people:admin`.",
  })
  setOfficeTimeZone(
    @Arg("officeId", () => ID, { description: "`Office.id`." }) officeId: string,
    @Arg("timeZone", () => String, {
      description:
        'IANA name, such as "Europe/Berlin". Empty: removes the setting. Then the guess applies if there ' +
        "is one, else the company's zone.",
    })
    timeZone: string,
    @Ctx() { write }: RequestContext,
  ): Promise<OfficeRow> {
    if (timeZone !== NO_ZONE && !isTimeZone(timeZone)) throw unknownTimeZone();
    const id = readOpaqueId(officeId);
    return write(async (manager) => {
      if (timeZone !== NO_ZONE && !(await isTimeZoneKnown(manager, timeZone))) throw unknownTimeZone();
      const isSet = id !== null && (await setOfficeTimeZone(manager, id, timeZone || null));
      const [office] = isSet ? await findOfficesByIds(manager, [id]) : [];
      if (!office) throw unknownOffice();
      return office;
    });
  }
}

const unknownOffice = () =>
  badUserInput("`officeId` is not the id of an office.", "Give the `id` of an office from `offices`.");
