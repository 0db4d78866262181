import { z } from "zod";
import type { RequestCount, SandboxAdmin, Summary } from "./admin.ts";
import { createIdpAdmin } from "./idp/idp-admin-client.ts";

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

/** The typed client of the sandbox's own API at `url`: of the first company, or of the one named. */
export function createAdmin(url: string, clientId?: string): SandboxAdmin {
  const prefix = clientId === undefined ? "" : `companies/${encodeURIComponent(clientId)}/`;
  const call = async (route: string, body?: unknown): Promise<unknown> => {
    const [method = "GET", path = ""] = route.split(" ");
    const response = await fetch(`${url}/sandbox/${prefix}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`The sandbox refused ${route}: ${refused.parse(answer).error}`);
    return answer;
  };
  const send = async (route: string, body?: unknown): Promise<void> => void (await call(route, body));

  return {
    hire: async (attributes = {}) => identified.parse(await call("POST people", attributes)).id,
    change: (id, attributes) => send(`PATCH people/${id}`, attributes),
    move: (id, to) => send(`PATCH people/${id}`, to),
    putOnLeave: (id, period) => send(`POST people/${id}/leave`, period),
    terminate: (id, lastDay) => send(`POST people/${id}/termination`, { lastDay }),
    rehire: async (id, attributes) => identified.parse(await call(`POST people/${id}/rehire`, attributes)).id,
    transfer: async (id, attributes) =>
      identified.parse(await call(`POST people/${id}/transfer`, attributes)).id,
    recreate: async (id, attributes = {}) =>
      identified.parse(await call(`POST people/${id}/recreation`, attributes)).id,
    remove: (id) => send(`DELETE people/${id}`),
    rename: (unit) => send("POST units/rename", unit),
    advanceClock: async (by) => time.parse(await call("POST clock", by)).now,
    setGrants: (attributes) => send("PUT grants", { attributes }),
    setScopes: (scopes) => send("PUT scopes", { scopes }),
    setRights: (rights) => send("PUT rights", rights),
    revokeCredentials: () => send("DELETE credentials"),
    setCredentials: (credentials) => send("PUT credentials", credentials),
    setFaults: (faults) => send("PUT faults", faults),
    clearFaults: () => send("DELETE faults"),
    addWebhook: async (webhook) => identified.parse(await call("POST webhooks", webhook)).id,
    setWebhookDelivery: (isOn) => send("PUT webhooks/delivery", { isOn }),
    sendWebhooks: async (sending) => sent.parse(await call("POST webhooks/deliveries", sending)).statuses,
    settleWebhooks: () => send("POST webhooks/settle"),
    requests: async () => counts.parse(await call("GET requests")),
    clearRequests: () => send("DELETE requests"),
    summary: async () => summary.parse(await call("GET summary")),
    idp: createIdpAdmin(call),
  };
}
