import { ActionableError } from "../../errors.ts";

/**
 * A subscription keeps its text and its variables in memory until it ends, and one socket carries a thousand.
 * Subscriptions of real clients have a few kilobytes.
 */
export const SUBSCRIPTION_BYTES_MAX = 65_536;

/** @throws {ActionableError} PAYLOAD_TOO_LARGE */
export function checkSubscriptionSize(bytes: number): void {
  if (bytes <= SUBSCRIPTION_BYTES_MAX) return;
  throw new ActionableError(
    "PAYLOAD_TOO_LARGE",
    `A subscription may have ${SUBSCRIPTION_BYTES_MAX} bytes with its variables; this one has ${bytes}.`,
    "Send a shorter document, or fewer values in the variables: filter by kinds, departments or offices.",
  );
}
