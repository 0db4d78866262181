import { ActionableError } from "../errors.ts";
import type { Credentials, Personio, PersonioAccount } from "../personio/employee.ts";
import type { Integration } from "./integration.ts";
import { openSecret, type SecretKey } from "./secret.ts";
import { secretUnreadable } from "./secret-unreadable.ts";

export type AccountDeps = { readonly personio: Personio; readonly secretKeys: readonly SecretKey[] };

/**
 * The Personio account of an integration. Only the returned account holds the unsealed secret. `interactive`:
 * a person waits for the answer, so failures must be reported soon.
 *
 * @throws the errors of `openCredentials`.
 */
export function openAccount(
  integration: Integration,
  { personio, secretKeys }: AccountDeps,
  options: { readonly interactive?: boolean } = {},
): PersonioAccount {
  const credentials = openCredentials(integration, secretKeys);
  return personio.openAccount(credentials, { ...options, version: integration.apiVersion });
}

/**
 * @throws PERSONIO_NOT_CONNECTED when the secret is deleted, SECRET_UNREADABLE when `keys:reset` deleted it
 * or no key opens it.
 */
export function openCredentials(integration: Integration, secretKeys: readonly SecretKey[]): Credentials {
  const { tenantId, id: integrationId, clientId, sealedSecret, secretKeyId, status } = integration;
  if (sealedSecret === null || secretKeyId === null) {
    throw status === "DISCONNECTED" ? personioNotConnected() : secretUnreadable("keys:reset deleted it");
  }
  const secret = { sealed: sealedSecret, keyId: secretKeyId };
  return { clientId, clientSecret: openSecret(secretKeys, { tenantId, integrationId }, secret) };
}

export const personioNotConnected = (): ActionableError =>
  new ActionableError(
    "PERSONIO_NOT_CONNECTED",
    "No Personio account is connected, or its setup is not finished.",
    "Connect one with connectPersonio, review personioIntegration, and finish with finishPersonioSetup.",
  );

/** The integration, if syncs keep its directory up to date. @throws PERSONIO_NOT_CONNECTED */
export function assertConnected(integration: Integration | null): Integration {
  if (integration && isConnected(integration)) return integration;
  throw personioNotConnected();
}

/** BROKEN counts: the timetable and the admin keep trying. */
export const isConnected = ({ status }: Integration): boolean =>
  status === "CONNECTED" || status === "BROKEN";
