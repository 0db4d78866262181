import { ActionableError } from "../errors.ts";

/** A stored secret cannot be opened. `reason` is our own text, without any part of the secret. */
export const secretUnreadable = (reason: string): ActionableError =>
  new ActionableError(
    "SECRET_UNREADABLE",
    `The service cannot open the stored client secret: ${reason}. It still serves the directory but no ` +
      "longer updates it.",
    "Enter the credential again: use updatePersonioCredentials, or connectPersonio while the setup " +
      "awaits its review. If the company uses a webhook, call createPersonioWebhook afterwards. If every " +
      "company has this problem, the service runs with the wrong SECRET_KEYS: put the former keys back.",
  );
