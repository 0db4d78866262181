import { z } from "zod";
import { EVENT_NAMES } from "./event.ts";

const CUSTOM_HEADERS_MAX = 3;

/** Forbidden names and prefixes of custom headers. */
const FORBIDDEN_HEADERS = [
  "host",
  "content-length",
  "transfer-encoding",
  "connection",
  "upgrade",
  "te",
  "trailer",
  "expect",
  "content-type",
];

const isAllowedHeader = (name: string): boolean =>
  /^[\w!#$%&'*+.^`|~-]+$/.test(name) &&
  !FORBIDDEN_HEADERS.some((forbidden) => name.toLowerCase().startsWith(forbidden));

const customHeaders = z
  .record(z.string(), z.string())
  .refine((headers) => Object.keys(headers).length <= CUSTOM_HEADERS_MAX, "At most 3 custom headers.")
  .refine((headers) => Object.keys(headers).every(isAllowedHeader), "A custom header has a forbidden name.");

const status = z.enum(["ENABLED", "DISABLED"]);
const authType = z.enum(["NONE", "TOKEN", "CUSTOM"]);
const enabledEvents = z.array(z.enum(EVENT_NAMES)).min(1);

/** How it authenticates to a receiver: `token` is sent unchanged, as the value of `Authorization`. */
const secrets = { token: z.string().exactOptional(), custom_headers: customHeaders.exactOptional() };

/** The body of `POST /v2/webhooks`. */
export const newWebhookSchema = z.strictObject({
  url: z.string(),
  description: z.string(),
  status: status.default("DISABLED"),
  auth_type: authType.default("TOKEN"),
  ...secrets,
  enabled_events: enabledEvents,
});

/** The body of `PATCH /v2/webhooks/{id}`: omitted fields stay. */
export const webhookPatchSchema = z.strictObject({
  url: z.string().exactOptional(),
  description: z.string().exactOptional(),
  status: status.exactOptional(),
  auth_type: authType.exactOptional(),
  ...secrets,
  enabled_events: enabledEvents.exactOptional(),
});

export type NewWebhook = z.input<typeof newWebhookSchema>;

export type Webhook = z.infer<typeof newWebhookSchema> & {
  readonly id: string;
  /** An instant, in milliseconds. */
  readonly createdAt: number;
};
