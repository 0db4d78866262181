import type { z } from "zod";
import { isConfidential } from "./loopback.ts";
import { oneOf, url, wholeNumber } from "./values.ts";

/** `requestsPerMinute: null` removes the limit; only programs against a sandbox use it. */
export type PersonioConfig = { readonly apiUrl: string; readonly requestsPerMinute: number | null };

const REQUESTS_PER_MINUTE_MAX = 100_000;

/**
 * The numbers of hours that divide a day, so that the syncs of a tenant are due at the same times every day.
 */
const HOURS = ["1", "2", "3", "4", "6", "8", "12", "24"] as const;

export const personioSchema = {
  PERSONIO_API_URL: url(["https:", "http:"])
    .refine(isConfidential, {
      error:
        "expected https, because the service sends a credential there; http is only for a loopback address",
    })
    .default("https://api.personio.de"),
  PERSONIO_REQUESTS_PER_MINUTE: wholeNumber(1, REQUESTS_PER_MINUTE_MAX).default(300),
  SYNC_EVERY_HOURS: oneOf(HOURS).transform(Number).default(4),
};

type Values = z.output<z.ZodObject<typeof personioSchema>>;

export const readPersonio = (values: Values): PersonioConfig => ({
  apiUrl: values.PERSONIO_API_URL,
  requestsPerMinute: values.PERSONIO_REQUESTS_PER_MINUTE,
});
