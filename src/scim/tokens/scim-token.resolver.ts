import { Arg, Ctx, ID, Mutation, Query, Resolver } from "type-graphql";
import { RequiresScope } from "../../access/field-rules.ts";
import { ADMIN_SCOPE } from "../../access/viewer.ts";
import { NotKept } from "../../request/kept-rules.ts";
import { readOpaqueId } from "../../request/opaque-id.ts";
import type { RequestContext } from "../../request/request-context.ts";
import { ensureTenant } from "../../tenant/tenant.repository.ts";
import { checkIssuer, issueScimToken, SCIM_TOKENS_MAX } from "./issue-scim-token.ts";
import { deleteScimToken, listScimTokens } from "./scim-token.repository.ts";
import { CreatedScimToken, ScimToken } from "./scim-token.ts";

export type ScimContext = RequestContext & {
  /** Refuses the token on this replica from now on. The others learn of it within seconds. */
  readonly forgetScimToken: (tokenHash: Buffer) => void;
};

@Resolver()
export class ScimTokenResolver {
  @RequiresScope(ADMIN_SCOPE)
  @NotKept("STATE")
  @Query(() => [ScimToken], {
    description: "The SCIM tokens of this company, newest first. Needs the scope `people:admin`.",
  })
  scimTokens(@Ctx() { read }: ScimContext): Promise<ScimToken[]> {
    return read(listScimTokens);
  }

  @RequiresScope(ADMIN_SCOPE)
  @Mutation(() => CreatedScimToken, {
    description:
      "Creates a token for the company's identity provider and shows it, this once. With it, Okta, Entra ID and others send users and " +
      `groups to \`/scim/v2\`. A company has at most ${SCIM_TOKENS_MAX}, so that a new one can replace the old one without a pause, else ` +
      "SCIM_TOKEN_LIMIT. The token has no end, so a service token that ends cannot create one (FORBIDDEN). Needs the scope `people:admin`.",
  })
  createScimToken(@Ctx() { viewer, now, write }: ScimContext): Promise<CreatedScimToken> {
    checkIssuer(viewer);
    return write(async (manager) => {
      await ensureTenant(manager);
      return issueScimToken(manager, { viewer, now });
    });
  }

  @RequiresScope(ADMIN_SCOPE)
  @Mutation(() => Boolean, {
    description:
      "Revokes a SCIM token. Within 60 seconds no request with it succeeds; what the identity provider sent stays. False if no token " +
      "has the id. Needs the scope `people:admin`.",
  })
  async revokeScimToken(
    @Ctx() { write, forgetScimToken }: ScimContext,
    @Arg("id", () => ID, { description: "The id of the token." }) id: string,
  ): Promise<boolean> {
    const tokenId = readOpaqueId(id);
    const tokenHash = tokenId && (await write((manager) => deleteScimToken(manager, tokenId)));
    if (tokenHash) forgetScimToken(tokenHash);
    return tokenHash !== null;
  }
}
