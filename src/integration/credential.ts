import type { Integration } from "./integration.ts";

/** The pair of an integration, as far as two of them can be told apart without opening the secret. */
export type StoredCredential = Pick<Integration, "clientId" | "sealedSecret">;

export const isSameCredential = (one: StoredCredential, other: StoredCredential): boolean =>
  one.clientId === other.clientId && one.sealedSecret === other.sealedSecret;
