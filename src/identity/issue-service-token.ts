import { randomUUID } from "node:crypto";
import type { EntityManager } from "typeorm";
import type { Actor } from "../access/actor.ts";
import { ActionableError } from "../errors.ts";
import { type NewServiceToken, nameIsTaken } from "./check-service-token.ts";
import {
  deleteServiceToken,
  insertServiceToken,
  listServiceTokens,
  lockServiceTokens,
} from "./service-token.repository.ts";
import type { CreatedServiceToken, ServiceToken } from "./service-token.ts";
import { hashToken, hintOf, makeTokenText } from "./token-text.ts";

/** A token for each program of a company, and some to spare; the list has no pages. */
export const TOKENS_PER_TENANT_MAX = 50;

type Issue = NewServiceToken & {
  readonly tenantId: string;
  readonly createdBy: Actor;
  readonly now: Date;
};

/**
 * Creates a token in the transaction of its tenant, which exists.
 *
 * @throws BAD_USER_INPUT if a token that has not ended has the name; TOO_MANY_SERVICE_TOKENS.
 */
export async function issueServiceToken(manager: EntityManager, issue: Issue): Promise<CreatedServiceToken> {
  const { tenantId, name, scopes, expiresAt, createdBy, now } = issue;
  await lockServiceTokens(manager);
  const { tokens, ended } = planReplacement(await listServiceTokens(manager), { name, now });
  if (tokens >= TOKENS_PER_TENANT_MAX) throw tooMany();
  for (const id of ended) await deleteServiceToken(manager, id);

  const token = makeTokenText(tenantId);
  const row = {
    id: randomUUID(),
    name,
    scopes: [...scopes],
    tokenHash: hashToken(token),
    hint: hintOf(token, tenantId),
    createdBy,
    createdAt: now,
    expiresAt,
  };
  if (!(await insertServiceToken(manager, row))) throw nameIsTaken();
  return { token, serviceToken: { ...row, tenantId, lastUsedAt: null } };
}

type Listed = Pick<ServiceToken, "id" | "name" | "expiresAt">;

/**
 * Ended tokens that a new one replaces: the one with its name, and those that ended first if the list is
 * full. Also how many tokens stay. Pure.
 */
export function planReplacement(
  listed: readonly Listed[],
  { name, now }: { readonly name: string; readonly now: Date },
): { readonly tokens: number; readonly ended: readonly string[] } {
  const endOf = ({ expiresAt }: Listed): number => expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
  const ended = listed
    .filter((token) => endOf(token) <= now.getTime())
    .sort((a, b) => Number(b.name === name) - Number(a.name === name) || endOf(a) - endOf(b));
  const surplus = Math.max(0, listed.length + 1 - TOKENS_PER_TENANT_MAX);
  const needed = Math.max(surplus, ended[0]?.name === name ? 1 : 0);
  const replaced = ended.slice(0, needed);
  return { tokens: listed.length - replaced.length, ended: replaced.map(({ id }) => id) };
}

const tooMany = (): ActionableError =>
  new ActionableError(
    "TOO_MANY_SERVICE_TOKENS",
    `This company has ${TOKENS_PER_TENANT_MAX} service tokens, which is the limit.`,
    "Revoke the tokens that no program uses: see lastUsedAt in serviceTokens.",
  );
