import type { Integration } from "./integration.ts";

/** Identifies the credential of an integration without opening the secret. */
export type StoredCredential = Pick<Integration, "clientId" | "sealedSecret">;

export const isSameCredential = (one: StoredCredential, other: StoredCredential): boolean =>
  one.clientId === other.clientId && one.sealedSecret === other.sealedSecret;
