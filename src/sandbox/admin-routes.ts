import { z } from "zod";
import type { Rights, Summary } from "./admin.ts";
import type { ActiveFaults } from "./api/active-faults.ts";
import { type Answer, ok } from "./api/answer.ts";
import { faultSchema } from "./api/faults.ts";
import type { FakePersonio } from "./api/personio.ts";
import type { RequestLog } from "./api/request-log.ts";
import { attributesSchema } from "./company/attributes.ts";
import { supervisorCycle } from "./company/special-cases.ts";
import type { Idp } from "./idp/idp.ts";
import { findIdpRoute, IDP_ROUTES } from "./idp/idp-routes.ts";
import { change, hire, putOnLeave, recreate, rehire, terminate, transfer } from "./records/edits.ts";
import { RefusedEdit } from "./records/records.ts";
import { statusOf } from "./records/status.ts";
import type { CompanyEvent } from "./webhooks/event.ts";
import { createWebhook } from "./webhooks/webhook-endpoints.ts";

export const ADMIN_PREFIX = "/sandbox/";

/** Everything that the sandbox's own API controls. */
export type Controls = {
  readonly personio: FakePersonio;
  readonly faults: ActiveFaults;
  readonly requests: RequestLog;
  readonly idp: Idp;
};

type AdminRequest = { readonly method: string; readonly path: string; readonly body: string };

/** Gets the request's body and the id in its path; returns the JSON response, or a promise of it. */
type Handler = (controls: Controls, body: unknown, id: string) => unknown;

const day = z.iso.date();
const leave = z.strictObject({ from: day, until: day });
const termination = z.strictObject({ lastDay: day });
const rename = z.strictObject({ from: z.string(), to: z.string().min(1) });
const advance = z.union([z.strictObject({ days: z.number() }), z.strictObject({ to: z.string() })]);
const grants = z.strictObject({ attributes: z.array(z.string()).nullable() });
const scopes = z.strictObject({ scopes: z.array(z.string()) });
const right = z.boolean().exactOptional();
const rights = z.strictObject({
  v1: right,
  persons: right,
  employments: right,
  orgUnits: right,
  legalEntities: right,
  workplaces: right,
  costCenters: right,
  webhooks: right,
}) satisfies z.ZodType<Partial<Rights>>;
const delivery = z.strictObject({ isOn: z.boolean() });
const credentials = z.strictObject({ clientId: z.string().min(1), clientSecret: z.string().min(1) });

/** Handlers by method and path; `:id` stands for an employee id. */
const ROUTES: Readonly<Record<string, Handler>> = {
  "POST people": ({ personio }, body) => ({ id: hire(personio, attributesSchema.parse(body)) }),
  "PATCH people/:id": ({ personio }, body, id) => change(personio, id, attributesSchema.parse(body)),
  "DELETE people/:id": ({ personio }, _, id) => personio.records.remove(id),
  "POST people/:id/leave": ({ personio }, body, id) => putOnLeave(personio, id, leave.parse(body)),
  "POST people/:id/termination": ({ personio }, body, id) =>
    terminate(personio, id, termination.parse(body).lastDay),
  "POST people/:id/rehire": ({ personio }, body, id) => ({
    id: rehire(personio, id, attributesSchema.extend({ hire_date: day }).parse(body)),
  }),
  "POST people/:id/transfer": ({ personio }, body, id) => ({
    id: transfer(personio, id, attributesSchema.extend({ hire_date: day }).parse(body)),
  }),
  "POST people/:id/recreation": ({ personio }, body, id) => ({
    id: recreate(personio, id, attributesSchema.parse(body)),
  }),
  "POST units/rename": ({ personio }, body) => personio.units.rename(rename.parse(body)),
  "POST clock": ({ personio, idp }, body) => {
    personio.clock.advance(advance.parse(body));
    personio.webhooks.onClockMoved();
    idp.onClockMoved();
    return { now: new Date(personio.clock.now()).toISOString() };
  },
  "PUT grants": ({ personio }, body) => {
    const { attributes } = grants.parse(body);
    personio.account.grants = attributes && new Set(attributes);
  },
  "PUT scopes": ({ personio }, body) => {
    personio.account.scopes = scopes.parse(body).scopes;
  },
  "PUT rights": ({ personio }, body) => {
    personio.account.rights = { ...personio.account.rights, ...rights.parse(body) };
  },
  "POST webhooks": ({ personio }, body) => addWebhook(personio, body),
  "POST webhooks/deliveries": ({ personio }, body) => sendWebhooks(personio, body),
  "PUT webhooks/delivery": ({ personio }, body) => {
    personio.webhooks.isDelivering = delivery.parse(body).isOn;
  },
  "POST webhooks/settle": ({ personio }) => personio.webhooks.settle(),
  "PUT credentials": ({ personio }, body) => personio.account.replaceCredentials(credentials.parse(body)),
  "DELETE credentials": ({ personio }) => personio.account.replaceCredentials(null),
  "PUT faults": ({ faults }, body) => faults.replace(z.array(faultSchema).parse(body)),
  "DELETE faults": ({ faults }) => faults.replace([]),
  "GET requests": ({ requests }) => requests.counts(),
  "DELETE requests": ({ requests }) => requests.clear(),
  "GET summary": ({ personio }) => summarize(personio),
};

/**
 * The sandbox's own API: edits, clock, credentials and faults. It has no password; it listens on loopback
 * only.
 */
export async function handleAdminRequest(
  controls: Controls,
  { method, path, body }: AdminRequest,
): Promise<Answer> {
  const handle = findRoute(method, path.slice(ADMIN_PREFIX.length).replace(COMPANY_PREFIX, ""));
  if (!handle) return reject(404, `There is no ${method} ${path}. The routes are: ${ALL_ROUTES.join(", ")}.`);
  try {
    const given: unknown = body === "" ? undefined : JSON.parse(body);
    return ok(JSON.stringify((await handle(controls, given)) ?? {}));
  } catch (error) {
    if (error instanceof z.ZodError) return reject(422, z.prettifyError(error));
    if (error instanceof RefusedEdit || error instanceof SyntaxError) return reject(422, error.message);
    throw error;
  }
}

const ALL_ROUTES = [...Object.keys(ROUTES), ...IDP_ROUTES];

/** `companies/<client id>/` before a path names another company than the first. */
const COMPANY_PREFIX = /^companies\/([^/]+)\//;

/** The company that a path under `/sandbox/` is about; undefined for an unknown client id. */
export function controlsOf<C extends Pick<Controls, "personio">>(
  companies: readonly [C, ...C[]],
  path: string,
): C | undefined {
  const named = COMPANY_PREFIX.exec(path.slice(ADMIN_PREFIX.length))?.[1];
  if (named === undefined) return companies[0];
  return companies.find(({ personio }) => personio.account.hasClientId(decodeURIComponent(named)));
}

function findRoute(
  method: string,
  place: string,
): ((controls: Controls, body: unknown) => unknown) | undefined {
  if (place.startsWith("idp/")) {
    const handle = findIdpRoute(method, place.slice("idp/".length));
    return handle ? ({ idp }, body) => handle(idp, body) : undefined;
  }
  const id = /^people\/(\d+)/.exec(place)?.[1] ?? "";
  const handle = ROUTES[`${method} ${place.replace(/^people\/\d+/, "people/:id")}`];
  return handle && ((controls, body) => handle(controls, body, id));
}

const reject = (status: number, error: string): Answer => ({ ...ok(JSON.stringify({ error })), status });

/** Reads every person: for a million people that takes some seconds. */
function summarize({ company, records, clock }: FakePersonio): Summary {
  const byStatus = { onboarding: 0, active: 0, leave: 0, inactive: 0 };
  const today = clock.today();
  let withoutEmail = 0;
  let present = 0;
  for (const person of records.all()) {
    const status = statusOf(person, today);
    byStatus[status] += 1;
    if (!person.email) withoutEmail += 1;
    else if (status !== "inactive") present += 1;
  }
  return {
    people: records.count,
    now: new Date(clock.now()).toISOString(),
    byStatus,
    withoutEmail,
    present,
    supervisorCycle: supervisorCycle(company).map((index) => company.ids.idAt(index)),
  };
}

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

/** Creates a webhook by the rules of `POST /v2/webhooks`, without a token. */
function addWebhook(personio: FakePersonio, body: unknown): { id: string } {
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

/** Sends the requested events, one request each and one after the other, and returns the statuses. */
async function sendWebhooks({ webhooks, clock }: FakePersonio, body: unknown) {
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
