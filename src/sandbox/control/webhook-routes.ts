import { z } from "zod";
import type { FakePersonio } from "../api/personio.ts";
import { RefusedEdit } from "../records/records.ts";
import type { CompanyEvent } from "../webhooks/event.ts";
import { createWebhook } from "../webhooks/webhook-endpoints.ts";

const sentEventSchema = z.strictObject({
  eventName: z.string().min(1),
  personId: z.string(),
  employmentId: z.string().exactOptional(),
  occurredAt: z.iso.datetime().exactOptional(),
});

const webhookSendingSchema = z.strictObject({
  webhook: z.string(),
  events: z.array(sentEventSchema).exactOptional(),
  copies: z.int().min(1).exactOptional(),
  order: z.enum(["given", "reversed"]).exactOptional(),
  headers: z.record(z.string(), z.string()).exactOptional(),
});

const created = z.object({ id: z.string() });
const refused = z.object({ errors: z.array(z.object({ detail: z.string() })) });

/** Makes a webhook by the rules of `POST /v2/webhooks`, for whoever has no token. */
export function addWebhook(personio: FakePersonio, body: unknown): { id: string } {
  const { status, body: answered } = createWebhook(personio, JSON.stringify(body));
  const answer: unknown = JSON.parse(answered.toString());
  if (status === 201) return { id: created.parse(answer).id };
  throw new RefusedEdit(
    `${status}: ${refused
      .parse(answer)
      .errors.map(({ detail }) => detail)
      .join(" ")}`,
  );
}

/** Sends events as they are asked for, one request each and one after the other, and gives the statuses. */
export async function sendWebhooks({ webhooks, clock }: FakePersonio, body: unknown) {
  const { webhook: id, events, copies = 1, order = "given", headers } = webhookSendingSchema.parse(body);
  const webhook = webhooks.find(id);
  if (!webhook) throw new RefusedEdit(`There is no webhook ${id}.`);
  const given = events?.map((event) => readEvent(event, clock.now())) ?? webhooks.history.eventsFor(webhook);
  const ordered = order === "given" ? given : given.toReversed();
  const statuses: (number | null)[] = [];
  for (const event of ordered.flatMap((event) => new Array<CompanyEvent>(copies).fill(event))) {
    statuses.push(await webhooks.send(webhook, event, headers));
  }
  return { statuses };
}

const readEvent = (event: z.infer<typeof sentEventSchema>, now: number): CompanyEvent => ({
  name: event.eventName,
  occurredAt: event.occurredAt === undefined ? now : Date.parse(event.occurredAt),
  personId: event.personId,
  employmentId: event.employmentId ?? null,
});
