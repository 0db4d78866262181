import { GraphQLDateTime } from "graphql-scalars";
import { Arg, Ctx, ID, Mutation, Query, Resolver } from "type-graphql";
import { actorOf } from "../access/actor.ts";
import { RequiresScope } from "../access/field-rules.ts";
import { ADMIN_SCOPE } from "../access/viewer.ts";
import { NotKept } from "../request/kept-rules.ts";
import { readOpaqueId } from "../request/opaque-id.ts";
import type { RequestContext } from "../request/request-context.ts";
import { ensureTenant } from "../tenant/tenant.repository.ts";
import { checkServiceToken, NAME_LENGTH_MAX } from "./check-service-token.ts";
import { issueServiceToken, TOKENS_PER_TENANT_MAX } from "./issue-service-token.ts";
import { deleteServiceToken, listServiceTokens } from "./service-token.repository.ts";
import { CreatedServiceToken, ServiceToken } from "./service-token.ts";

export type IdentityContext = RequestContext & {
  /** Refuses the token on this replica from now on. The others learn of it within seconds. */
  readonly forgetServiceToken: (tokenHash: Buffer) => void;
};

@Resolver()
export class ServiceTokenResolver {
  @RequiresScope(ADMIN_SCOPE)
  @NotKept("STATE")
  @Query(() => [ServiceToken], {
    description:
      "The service tokens of this company, newest first, also ended ones. Needs the scope `people:admin`.",
  })
  serviceTokens(@Ctx() { read }: IdentityContext): Promise<ServiceToken[]> {
    return read(listServiceTokens);
  }

  @RequiresScope(ADMIN_SCOPE)
  @Mutation(() => CreatedServiceToken, {
    description:
      "Creates a service token and shows it, this once. A company has at most " +
      `${TOKENS_PER_TENANT_MAX} that have not ended, else TOO_MANY_SERVICE_TOKENS. Fails with FORBIDDEN for a ` +
      "scope that the caller does not have, and if the token would end later than the caller's own service token. Needs the scope `people:admin`.",
  })
  createServiceToken(
    @Ctx() { viewer, now, write }: IdentityContext,
    @Arg("name", () => String, {
      description: `What the token is for: 1 to ${NAME_LENGTH_MAX} characters, different from every other token's.`,
    })
    name: string,
    @Arg("scopes", () => [String], {
      description:
        "What the token may do: `people:read`, `people:hr`, `people:sensitive`, `people:admin`. None includes another.",
    })
    scopes: string[],
    @Arg("expiresAt", () => GraphQLDateTime, {
      nullable: true,
      description: "When the token ends. Without it, the token works until it is revoked.",
    })
    expiresAt?: Date | null,
  ): Promise<CreatedServiceToken> {
    const { tenantId } = viewer;
    const checked = checkServiceToken(
      { name, scopes, expiresAt },
      { granted: viewer.scopes, endsBy: viewer.kind === "TOKEN" ? viewer.expiresAt : null, now },
    );
    return write(async (manager) => {
      await ensureTenant(manager);
      return issueServiceToken(manager, { ...checked, tenantId, createdBy: actorOf(viewer), now });
    });
  }

  @RequiresScope(ADMIN_SCOPE)
  @Mutation(() => Boolean, {
    description:
      "Revokes a service token. Within 60 seconds no request with it succeeds, and its sockets and streams end. " +
      "False if no token has the id. Needs the scope `people:admin`.",
  })
  async revokeServiceToken(
    @Ctx() { write, forgetServiceToken }: IdentityContext,
    @Arg("id", () => ID, { description: "The id of the token." }) id: string,
  ): Promise<boolean> {
    const tokenId = readOpaqueId(id);
    const tokenHash = tokenId && (await write((manager) => deleteServiceToken(manager, tokenId)));
    if (tokenHash) forgetServiceToken(tokenHash);
    return tokenHash !== null;
  }
}
