import { ActionableError } from "../errors.ts";
import type { Personio, PersonioAccount } from "../personio/employee.ts";
import type { Integration } from "./integration.ts";
import { openSecret, type SecretKey } from "./secret.ts";

/** The Personio account of an integration, with its secret unsealed: for as long as the caller holds it, and nowhere else. */
export function openAccount(
  integration: Integration,
  personio: Personio,
  keys: readonly SecretKey[],
): PersonioAccount {
  const { tenantId, id: integrationId, clientId, sealedSecret, secretKeyId } = integration;
  if (sealedSecret === null || secretKeyId === null) throw personioNotConnected();
  const secret = { sealed: sealedSecret, keyId: secretKeyId };
  return personio.openAccount({ clientId, clientSecret: openSecret(keys, { tenantId, integrationId }, secret) });
}

export const personioNotConnected = (): ActionableError =>
  new ActionableError(
    "PERSONIO_NOT_CONNECTED",
    "No Personio account is connected, or its setup is not finished.",
    "Connect one with connectPersonio, review personioIntegration, and finish with finishPersonioSetup.",
  );
