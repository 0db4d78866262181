import { z } from "zod";
import type { Logger } from "../../log.ts";
import type { PersonioWebhooks } from "../employee.ts";
import type { ApiClient } from "../http/api-client.ts";
import { cursorPages, listOf } from "../http/cursor-pages.ts";
import { type Failure, type FailureDetails, type Result, valueOrThrow } from "../http/failure.ts";
import { readAnyId } from "../http/record-id.ts";
import type { RetryPolicy } from "../http/retry-after.ts";
import type { PersonioRequest } from "../http/send-request.ts";
import { readWebhookEvent } from "./read-webhook-event.ts";

type WebhookDeps = {
  readonly client: ApiClient;
  readonly apiUrl: URL;
  readonly retryPolicy: RetryPolicy;
  readonly log: Logger;
};

const PATH = "/v2/webhooks";
// VERIFY(personio): the scopes are documented, the name of the right in Personio's pages is not.
const NEEDS = "Webhooks: Read and Write";
const EVENTS_PER_PAGE = 100;

export const createWebhooks = ({ client, apiUrl, retryPolicy, log }: WebhookDeps): PersonioWebhooks => ({
  createWebhook: async ({ url, description, headers, events }, { signal } = {}) => {
    const json = {
      url,
      description,
      status: "ENABLED",
      auth_type: "CUSTOM",
      custom_headers: headers,
      enabled_events: events,
    };
    const request = { method: "POST", path: PATH, body: { json }, needs: NEEDS } as const;
    const result = await client.request(request, createdResponse, { signal, retryPolicy });
    return valueOrThrow(
      withKind(result, (failure) => (isAddressRefused(failure) ? "WEBHOOK_REFUSED" : failure.kind)),
    );
  },

  async *listWebhookEvents(webhookId, { signal, since }) {
    const route = `${PATH}/{id}/events`;
    const readPage = async (query: NonNullable<PersonioRequest["query"]>) => {
      const request = { ...requestFor(webhookId, "/events"), method: "GET", route, query } as const;
      const result = await client.request(request, eventsResponse, { signal, retryPolicy });
      return valueOrThrow(
        withKind(result, (failure) => (isMissing(failure) ? "WEBHOOK_MISSING" : failure.kind)),
      );
    };
    const first = () => readPage({ "occurred_at.gte": since.toISOString(), limit: EVENTS_PER_PAGE });
    const listError = (details: FailureDetails) => client.listError(`GET ${route}`, details);
    for await (const records of cursorPages({ apiUrl, first, follow: readPage, listError })) {
      const events = records.map(readWebhookEvent).filter((event) => event !== null);
      const unreadable = records.length - events.length;
      if (unreadable > 0) log.warn({ asked: route, unreadable }, "unknown entries in Personio's event log");
      yield* events;
    }
  },

  deleteWebhook: async (webhookId, { signal } = {}) => {
    const request = { ...requestFor(webhookId), method: "DELETE", ignoreBody: true } as const;
    const result = await client.request(request, z.undefined(), { signal, retryPolicy });
    if (result.ok || !isMissing(result.failure)) valueOrThrow(result);
  },
});

const requestFor = (webhookId: string, inner = "") => ({
  path: `${PATH}/${encodeURIComponent(webhookId)}${inner}`,
  route: `${PATH}/{id}${inner}`,
  needs: NEEDS,
});

const eventsResponse = listOf(z.unknown());

const identified = z.object({ id: z.union([z.string(), z.number()]).transform(readAnyId).pipe(z.string()) });

/** Documented without an envelope; other integrators received it in the envelopes of both versions. */
const createdResponse = z.union([
  identified,
  z.object({ _data: identified }).transform(({ _data }) => _data),
  z.object({ data: identified }).transform(({ data }) => data),
]);

const ADDRESS_REFUSED_STATUSES: readonly (number | undefined)[] = [400, 409, 422];

const isAddressRefused = ({ status }: Failure): boolean => ADDRESS_REFUSED_STATUSES.includes(status);

const isMissing = ({ httpError }: Failure): boolean => httpError === "RECORD_MISSING";

const withKind = <Value>(
  result: Result<Value>,
  kindOf: (failure: Failure) => Failure["kind"],
): Result<Value> =>
  result.ok ? result : { ok: false, failure: { ...result.failure, kind: kindOf(result.failure) } };
