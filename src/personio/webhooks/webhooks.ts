import { z } from "zod";
import type { Logger } from "../../log.ts";
import type { PersonioWebhooks } from "../employee.ts";
import { cursorPages, listOf } from "../http/cursor-pages.ts";
import type { PersonioRequest } from "../http/exchange.ts";
import { type Fault, type Finding, type Outcome, valueOrThrow } from "../http/fault.ts";
import type { PersonioHttp } from "../http/personio-http.ts";
import { readAnyId } from "../http/record-id.ts";
import type { Patience } from "../http/retry-after.ts";
import { readWebhookEvent } from "./read-webhook-event.ts";

type WebhookDeps = {
  readonly line: PersonioHttp;
  readonly apiUrl: URL;
  readonly patience: Patience;
  readonly log: Logger;
};

const PATH = "/v2/webhooks";
// VERIFY(personio): the scopes are documented, the name of the right in Personio's pages is not.
const NEEDS = "Webhooks: Read and Write";
const EVENTS_PER_PAGE = 100;

export const createWebhooks = ({ line, apiUrl, patience, log }: WebhookDeps): PersonioWebhooks => ({
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
    const outcome = await line.ask(request, createdAnswer, { signal, patience });
    return valueOrThrow(explained(outcome, (fault) => (isUnusable(fault) ? "WEBHOOK_REFUSED" : fault.kind)));
  },

  async *listWebhookEvents(webhookId, { signal, since }) {
    const route = `${PATH}/{id}/events`;
    const readPage = async (query: NonNullable<PersonioRequest["query"]>) => {
      const request = { ...requestFor(webhookId, "/events"), method: "GET", route, query } as const;
      const outcome = await line.ask(request, eventsAnswer, { signal, patience });
      return valueOrThrow(explained(outcome, (fault) => (isMissing(fault) ? "WEBHOOK_MISSING" : fault.kind)));
    };
    const first = () => readPage({ "occurred_at.gte": since.toISOString(), limit: EVENTS_PER_PAGE });
    const giveUp = (finding: Finding) => line.giveUp(`GET ${route}`, finding);
    for await (const records of cursorPages({ apiUrl, first, follow: readPage, giveUp })) {
      const events = records.map(readWebhookEvent).filter((event) => event !== null);
      const unreadable = records.length - events.length;
      if (unreadable > 0) log.warn({ asked: route, unreadable }, "unknown entries in Personio's event log");
      yield* events;
    }
  },

  deleteWebhook: async (webhookId, { signal } = {}) => {
    const request = { ...requestFor(webhookId), method: "DELETE", answerless: true } as const;
    const outcome = await line.ask(request, z.undefined(), { signal, patience });
    if (outcome.ok || !isMissing(outcome.fault)) valueOrThrow(outcome);
  },
});

const requestFor = (webhookId: string, inner = "") => ({
  path: `${PATH}/${encodeURIComponent(webhookId)}${inner}`,
  route: `${PATH}/{id}${inner}`,
  needs: NEEDS,
});

const eventsAnswer = listOf(z.unknown());

const identified = z.object({ id: z.union([z.string(), z.number()]).transform(readAnyId).pipe(z.string()) });

/** Documented bare; others have met it in the envelopes of both versions. */
const createdAnswer = z.union([
  identified,
  z.object({ _data: identified }).transform(({ _data }) => _data),
  z.object({ data: identified }).transform(({ data }) => data),
]);

const UNUSABLE_STATUSES: readonly (number | undefined)[] = [400, 409, 422];

const isUnusable = ({ status }: Fault): boolean => UNUSABLE_STATUSES.includes(status);

const isMissing = ({ problem }: Fault): boolean => problem === "RECORD_MISSING";

const explained = <Value>(
  outcome: Outcome<Value>,
  kindOf: (fault: Fault) => Fault["kind"],
): Outcome<Value> =>
  outcome.ok ? outcome : { ok: false, fault: { ...outcome.fault, kind: kindOf(outcome.fault) } };
