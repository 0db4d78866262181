import { Ctx, FieldResolver, Query, Resolver } from "type-graphql";
import { Authenticated } from "../../access/field-rules.ts";
import { asOwnRecord } from "../../access/own-record.ts";
import { NotKept } from "../../request/kept-rules.ts";
import { normalizeEmail } from "../email-address.ts";
import type { PeopleContext } from "../person.loader.ts";
import type { PersonRow } from "../person.repository.ts";
import { Person } from "../person.ts";
import { ViewerType } from "./viewer-type.ts";

@Resolver(() => ViewerType)
export class MeResolver {
  @Authenticated()
  @NotKept("VIEWER")
  @Query(() => ViewerType, { description: "Who is asking, and with which rights. Needs no scope." })
  me(@Ctx() { viewer }: PeopleContext): ViewerType {
    const { tenantId, subject, email, scopes, expiresAt, authIsOff, hasSession = false } = viewer;
    const sorted = [...scopes].sort();
    return { tenantId, subject, email, scopes: sorted, signInExpiresAt: expiresAt, authIsOff, hasSession };
  }

  @FieldResolver(() => Person, {
    nullable: true,
    description:
      "The viewer's own record: the person who works here and whose `workEmail` is the viewer's `email`. " +
      "Null if there is none. It shows all its fields, regardless of the scopes; other records that it leads to " +
      "need theirs. Gateways that enforce scopes themselves do not know this exception.",
  })
  async person(@Ctx() { viewer, loaders }: PeopleContext): Promise<PersonRow | null> {
    const email = viewer.email === null ? null : normalizeEmail(viewer.email);
    const found = email === null ? null : await loaders.personByEmail.load(email);
    // A former address, or the address of a leaver, proves nothing about the viewer.
    const isViewer = found !== null && found.workEmail === email && found.status !== "INACTIVE";
    return isViewer ? asOwnRecord<PersonRow>(found, viewer) : null;
  }
}
