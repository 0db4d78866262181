import { z } from "zod";
import { type Answer, JSON_TYPE, ok } from "../api/answer.ts";
import type { FakePersonio } from "../api/personio.ts";
import { badRequest, resourceNotFound, unprocessable } from "../api/problem.ts";
import type { Endpoint } from "../api-v2/endpoint.ts";
import { answerPage, pageOf, readPage } from "../api-v2/page.ts";
import { isLoopback } from "./send.ts";
import { newWebhookSchema, type Webhook, webhookPatchSchema } from "./webhook.ts";

export const MAY_READ = { right: "webhooks", scope: "personio:webhooks:read" } as const;
export const MAY_WRITE = { right: "webhooks", scope: "personio:webhooks:write" } as const;

/** At most two hundred entries a page, on every list of webhooks. */
export const WEBHOOK_LIMITS = { limitDefault: 100, limitMax: 200 };

/** Endpoints to create, read, change and delete webhooks. */
export const WEBHOOK_ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  "GET /v2/webhooks": {
    ...MAY_READ,
    answer({ webhooks }, call) {
      const page = readPage(call.query, { ...WEBHOOK_LIMITS, filters: ["enabled_events", "status"] });
      if ("status" in page) return page;
      const status = page.filters.get("status");
      const events = page.filters.get("enabled_events")?.split(",");
      const matching = webhooks
        .all()
        .filter((webhook) => status === null || webhook.status === status)
        .filter(
          ({ enabled_events: enabled }) =>
            events?.some((name) => enabled.some((own) => own === name)) ?? true,
        );
      return answerPage(call, page, pageOf(matching.map(describe), page));
    },
  },
  "POST /v2/webhooks": { ...MAY_WRITE, answer: (personio, { body }) => createWebhook(personio, body) },
  "GET /v2/webhooks/:id": {
    ...MAY_READ,
    answer: (personio, { id }) =>
      withWebhook(personio, id, (webhook) => ok(JSON.stringify(describe(webhook)))),
  },
  "PATCH /v2/webhooks/:id": {
    ...MAY_WRITE,
    answer: (personio, { id, body }) =>
      withWebhook(personio, id, (webhook) => changeWebhook(personio, webhook, body)),
  },
  "DELETE /v2/webhooks/:id": {
    ...MAY_WRITE,
    answer: (personio, { id }) =>
      withWebhook(personio, id, () => {
        personio.webhooks.remove(id);
        return { status: 204, body: "" };
      }),
  },
};

/** `POST /v2/webhooks`, after authorization. */
export function createWebhook(personio: FakePersonio, body: string): Answer {
  const given = readBody(newWebhookSchema, body);
  if (!given) return badRequest();
  const refused = checkWebhook(personio, given);
  if (refused) return refused;
  return {
    status: 201,
    body: JSON.stringify(describe(personio.webhooks.add(given))),
    headers: JSON_TYPE,
  };
}

function changeWebhook(personio: FakePersonio, webhook: Webhook, body: string): Answer {
  const patch = readBody(webhookPatchSchema, body);
  if (!patch) return badRequest();
  const { custom_headers: formerHeaders, ...kept } = webhook;
  const merged = { ...kept, ...patch };
  const areHeadersKept = formerHeaders && !patch.custom_headers && merged.auth_type === "CUSTOM";
  const changed = areHeadersKept ? { ...merged, custom_headers: formerHeaders } : merged;
  const refused = checkWebhook(personio, changed);
  if (refused) return refused;
  personio.webhooks.replace(changed);
  return ok(JSON.stringify(describe(changed)));
}

/** Calls `answer` with the webhook of this id, or answers 404. */
export function withWebhook(
  { webhooks }: FakePersonio,
  id: string,
  answer: (webhook: Webhook) => Answer,
): Answer {
  const webhook = webhooks.find(id);
  return webhook ? answer(webhook) : resourceNotFound();
}

/** The valid body, or null. */
export function readBody<Body>(schema: z.ZodType<Body>, body: string): Body | null {
  try {
    return schema.parse(JSON.parse(body));
  } catch (error) {
    if (error instanceof z.ZodError || error instanceof SyntaxError) return null;
    throw error;
  }
}

type Checked = Omit<Webhook, "id" | "createdAt"> & { readonly id?: string };

/** Checks the rules beyond the body's schema. VERIFY(personio): 409 is assumed to mean the same URL twice. */
function checkWebhook({ webhooks, settings }: FakePersonio, webhook: Checked): Answer | null {
  const url = URL.canParse(webhook.url) ? new URL(webhook.url) : null;
  if (!url) return unprocessable(422, "Invalid URL.");
  const mayBePlain = settings.webhooks.urls === "https or loopback" && isLoopback(url);
  if (url.protocol !== "https:" && !(mayBePlain && url.protocol === "http:"))
    return unprocessable(422, "The URL must use HTTPS.");
  if (webhook.auth_type === "TOKEN" && !webhook.token)
    return unprocessable(422, "The token is missing, which auth_type TOKEN needs.");
  if (webhook.auth_type !== "CUSTOM" && webhook.custom_headers)
    return unprocessable(422, "Custom headers need auth_type CUSTOM.");
  const isTaken = webhooks.all().some((other) => other.url === webhook.url && other.id !== webhook.id);
  return isTaken ? unprocessable(409, "There is a webhook for this URL.") : null;
}

/** VERIFY(personio): whether the token and the custom headers are shown is not known; we omit them. */
const describe = ({ id, url, description, status, auth_type, enabled_events }: Webhook) => ({
  id,
  url,
  description,
  status,
  auth_type,
  enabled_events,
});
