import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from "type-graphql";
import { Authenticated } from "../../access/field-rules.ts";
import { NotKept } from "../../request/kept-rules.ts";
import type { RequestContext } from "../../request/request-context.ts";
import { deleteOwnSessions, listOwnSessions } from "./own-session.repository.ts";
import { OwnSession } from "./own-session.ts";

/**
 * The sessions of the user who asks: all users see and end their own, without a scope. Only a session may:
 * the issuer of an access token may have given the subject to another person, or to a program.
 */
@Resolver()
export class OwnSessionResolver {
  @Authenticated()
  @NotKept("VIEWER")
  @Query(() => [OwnSession], {
    description:
      "The browsers in which the viewer is signed in at the console, newest first. Empty for programs, and " +
      "for users that a proxy signs in. Needs no scope.",
  })
  async ownSessions(@Ctx() { viewer, read, now }: RequestContext): Promise<OwnSession[]> {
    const { subject, sessionHash } = viewer;
    if (!sessionHash) return [];
    const rows = await read((queries) => listOwnSessions(queries, { subject, now }));
    return rows.map(({ idHash, ...row }) => ({
      ...row,
      id: idHash.toString("base64url"),
      isCurrent: sessionHash.equals(idHash),
    }));
  }

  @Authenticated()
  @Mutation(() => Int, {
    description:
      "Signs the viewer out in these browsers, or in all others. The next request of such a browser is " +
      "UNAUTHENTICATED, and its event streams end within 60 seconds. Returns how many sessions ended. Needs no scope.",
  })
  async endOwnSessions(
    @Ctx() { viewer, write, now }: RequestContext,
    @Arg("ids", () => [ID], {
      nullable: true,
      description: "`OwnSession.id`; other ids have no effect. Null: all sessions but the current one.",
    })
    ids?: readonly string[] | null,
  ): Promise<number> {
    const { subject, sessionHash: kept } = viewer;
    if (!kept) return 0;
    const idHashes = ids?.map((id) => Buffer.from(id, "base64url")) ?? null;
    return write((manager) => deleteOwnSessions(manager, { subject, idHashes, kept, now }));
  }
}
