import { Arg, Ctx, Int, Mutation, Query, Resolver } from "type-graphql";
import { RequiresScope } from "../../access/field-rules.ts";
import { ADMIN_SCOPE } from "../../access/viewer.ts";
import { NotKept } from "../../request/kept-rules.ts";
import type { RequestContext } from "../../request/request-context.ts";
import { deleteSessionsOf, listSessions } from "./console-session.repository.ts";
import { ConsoleSession } from "./console-session.ts";

/** More than the administrators and HR people of a company; the list has no pages. */
const LISTED_MAX = 200;

@Resolver()
export class ConsoleSessionResolver {
  @RequiresScope(ADMIN_SCOPE)
  @NotKept("STATE")
  @Query(() => [ConsoleSession], {
    description:
      `Who is signed in at the console: the newest ${LISTED_MAX} sessions that have not ended, newest first. ` +
      "Needs the scope `people:admin`.",
  })
  consoleSessions(@Ctx() { read, now }: RequestContext): Promise<ConsoleSession[]> {
    return read((queries) => listSessions(queries, { now, limit: LISTED_MAX }));
  }

  @RequiresScope(ADMIN_SCOPE)
  @Mutation(() => Int, {
    description:
      "Signs a user out at the console, in every browser. The next request of such a browser is " +
      "UNAUTHENTICATED, and its event streams end within 60 seconds. The user can sign in again as " +
      "long as the identity provider allows it. Access tokens of the user stay valid. Returns how " +
      "many sessions ended. Needs the scope `people:admin`.",
  })
  endSessions(
    @Ctx() { write, now }: RequestContext,
    @Arg("subject", () => String, { description: "The user, as in `consoleSessions` and `me.subject`." })
    subject: string,
  ): Promise<number> {
    return write((manager) => deleteSessionsOf(manager, subject, now));
  }
}
