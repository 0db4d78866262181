import { ActionableError } from "../errors.ts";

export const tooMany = (): ActionableError =>
  new ActionableError(
    "LIMIT_RATE",
    "Your company has too many operations running and waiting here.",
    "Retry in some seconds. Send fewer operations at once, or operations that read less.",
  );

export const serviceStops = (): ActionableError =>
  new ActionableError(
    "UNAVAILABLE",
    "This service is stopping, and did not begin the operation.",
    "Retry in a few seconds. Another process, or the next one, answers.",
  );

/** Ends the work for a client that is gone, so no client receives it. */
export const clientLeft = (): ActionableError =>
  new ActionableError(
    "UNAVAILABLE",
    "The client left before the operation had ended.",
    "Send the operation again.",
  );
