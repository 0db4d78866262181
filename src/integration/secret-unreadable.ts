import { ActionableError } from "../errors.ts";

/** A stored secret cannot be opened. `reason`: in words of our own, without anything of the secret. */
export const secretUnreadable = (reason: string): ActionableError =>
  new ActionableError(
    "SECRET_UNREADABLE",
    `The stored client secret cannot be opened: ${reason}. The directory is still served and is not updated.`,
    "Enter the pair again: updatePersonioCredentials, or connectPersonio while the setup awaits its review. If the company uses a " +
      "webhook, call createPersonioWebhook afterwards. If every company shows this, the service runs with the wrong SECRET_KEYS: put the " +
      "former keys back.",
  );
