import { z } from "zod";
import type { RequestCount, SandboxAdmin, Summary } from "../admin.ts";

const identified = z.object({ id: z.string() });
const time = z.object({ now: z.string() });
const sent = z.object({ statuses: z.array(z.number().nullable()) });
const refused = z.object({ error: z.string() });
const counts = z.array(
  z.object({ method: z.string(), path: z.string(), count: z.number() }),
) satisfies z.ZodType<RequestCount[]>;
const summary = z.object({
  people: z.number(),
  now: z.string(),
  byStatus: z.object({ onboarding: z.number(), active: z.number(), leave: z.number(), inactive: z.number() }),
  withoutEmail: z.number(),
  present: z.number(),
  supervisorCycle: z.array(z.string()),
}) satisfies z.ZodType<Summary>;

/** The typed side of the sandbox' own API at `url`. */
export function createAdmin(url: string): SandboxAdmin {
  const call = async (route: string, body?: unknown): Promise<unknown> => {
    const [method = "GET", path = ""] = route.split(" ");
    const response = await fetch(`${url}/sandbox/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`The sandbox refused ${route}: ${refused.parse(answer).error}`);
    return answer;
  };
  const tell = async (route: string, body?: unknown): Promise<void> => void (await call(route, body));

  return {
    hire: async (attributes = {}) => identified.parse(await call("POST people", attributes)).id,
    change: (id, attributes) => tell(`PATCH people/${id}`, attributes),
    move: (id, to) => tell(`PATCH people/${id}`, to),
    putOnLeave: (id, period) => tell(`POST people/${id}/leave`, period),
    terminate: (id, lastDay) => tell(`POST people/${id}/termination`, { lastDay }),
    rehire: async (id, attributes) => identified.parse(await call(`POST people/${id}/rehire`, attributes)).id,
    transfer: async (id, attributes) =>
      identified.parse(await call(`POST people/${id}/transfer`, attributes)).id,
    recreate: async (id, attributes = {}) =>
      identified.parse(await call(`POST people/${id}/anew`, attributes)).id,
    remove: (id) => tell(`DELETE people/${id}`),
    rename: (unit) => tell("POST units/rename", unit),
    advanceClock: async (by) => time.parse(await call("POST clock", by)).now,
    setGrants: (attributes) => tell("PUT grants", { attributes }),
    setScopes: (scopes) => tell("PUT scopes", { scopes }),
    setRights: (rights) => tell("PUT rights", rights),
    revokeCredentials: () => tell("DELETE credentials"),
    setCredentials: (credentials) => tell("PUT credentials", credentials),
    setFaults: (faults) => tell("PUT faults", faults),
    clearFaults: () => tell("DELETE faults"),
    addWebhook: async (webhook) => identified.parse(await call("POST webhooks", webhook)).id,
    setWebhookDelivery: (isOn) => tell("PUT webhooks/delivery", { isOn }),
    sendWebhooks: async (sending) => sent.parse(await call("POST webhooks/deliveries", sending)).statuses,
    settleWebhooks: () => tell("POST webhooks/settle"),
    requests: async () => counts.parse(await call("GET requests")),
    clearRequests: () => tell("DELETE requests"),
    summary: async () => summary.parse(await call("GET summary")),
  };
}
