import { randomUUID } from "node:crypto";
import type { EntityManager } from "typeorm";
import { type Actor, actorOf } from "../../access/actor.ts";
import type { Viewer } from "../../access/viewer.ts";
import { ActionableError } from "../../errors.ts";
import { createTokenTexts, hashToken } from "../../identity/token-text.ts";
import { insertScimToken, listScimTokens, lockScimTokens } from "./scim-token.repository.ts";
import type { CreatedScimToken } from "./scim-token.ts";

/** The one in use, and the next one while the identity provider gets it. */
export const SCIM_TOKENS_MAX = 2;

/** `peoplescim_<tenant>_<secret>`: no text is both a service token and a SCIM token. */
export const SCIM_TOKEN_TEXTS = createTokenTexts("peoplescim", /^peoplescim_([\w.-]{1,63})_[\w-]{43}$/);

/** @throws FORBIDDEN for a service token that ends: the new token would outlive it. */
export function checkIssuer({ kind, expiresAt }: Viewer): void {
  if (kind === "TOKEN" && expiresAt !== null)
    throw new ActionableError(
      "FORBIDDEN",
      "A service token that ends cannot create a SCIM token, which has no end.",
      "Let a user create it, or a service token without an end.",
    );
}

/**
 * Creates a token in the transaction of its tenant, which exists.
 *
 * @throws SCIM_TOKEN_LIMIT
 */
export async function issueScimToken(
  manager: EntityManager,
  { viewer, now }: { readonly viewer: Viewer; readonly now: Date },
): Promise<CreatedScimToken> {
  const { tenantId } = viewer;
  await lockScimTokens(manager);
  if ((await listScimTokens(manager)).length >= SCIM_TOKENS_MAX) throw tooMany();
  const token = SCIM_TOKEN_TEXTS.make(tenantId);
  const createdBy: Actor = actorOf(viewer);
  const hint = SCIM_TOKEN_TEXTS.hintOf(token, tenantId);
  const row = { id: randomUUID(), tokenHash: hashToken(token), hint, createdBy, createdAt: now };
  await insertScimToken(manager, row);
  return { token, scimToken: { ...row, tenantId, lastUsedAt: null } };
}

const tooMany = (): ActionableError =>
  new ActionableError(
    "SCIM_TOKEN_LIMIT",
    `This company has ${SCIM_TOKENS_MAX} SCIM tokens, which is the limit.`,
    "Revoke the one that the identity provider no longer uses: see lastUsedAt in scimTokens.",
  );
