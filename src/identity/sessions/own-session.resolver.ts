import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from "type-graphql";
import { Authenticated } from "../../access/field-rules.ts";
import type { Viewer } from "../../access/viewer.ts";
import { NotKept } from "../../request/kept-rules.ts";
import type { RequestContext } from "../../request/request-context.ts";
import { deleteOwnSessions, listOwnSessions } from "./own-session.repository.ts";
import { OwnSession } from "./own-session.ts";

/** The sessions of the user who asks: all users see and end their own, without a scope. */
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
    if (!isUser(viewer)) return [];
    const rows = await read((queries) => listOwnSessions(queries, { subject: viewer.subject, now }));
    return rows.map(({ idHash, ...row }) => ({
      ...row,
      id: idHash.toString("base64url"),
      isCurrent: viewer.sessionHash?.equals(idHash) ?? false,
    }));
  }

  @Authenticated()
  @Mutation(() => Int, {
    description:
      "Signs the viewer out in these browsers, or in all others. The next request of such a browser is " +
      "UNAUTHENTICATED, and its event streams end within 60 seconds. Answers how many sessions ended. Needs no scope.",
  })
  async endOwnSessions(
    @Ctx() { viewer, write, now }: RequestContext,
    @Arg("ids", () => [ID], {
      nullable: true,
      description: "As in `ownSessions`; other ids end nothing. Null: all but the one that asks.",
    })
    ids?: readonly string[] | null,
  ): Promise<number> {
    if (!isUser(viewer)) return 0;
    const { subject, sessionHash: kept = null } = viewer;
    const idHashes = ids?.map((id) => Buffer.from(id, "base64url")) ?? null;
    return write((manager) => deleteOwnSessions(manager, { subject, idHashes, kept, now }));
  }
}

/** A program may have the name of a user as its subject. */
const isUser = ({ kind }: Viewer): boolean => kind === "USER";
