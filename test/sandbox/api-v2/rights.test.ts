import { expect, test } from "vitest";
import type { RightV2 } from "../../../src/sandbox/admin.ts";
import { DEFAULT_SETTINGS } from "../../../src/sandbox/settings.ts";
import { type List, PERSONS, type Problem, type SandboxClientV2, startV2 } from "../support/start-v2.ts";

const PATHS: Record<RightV2, string> = {
  persons: PERSONS,
  employments: "",
  orgUnits: "/v2/org-units?type=team",
  legalEntities: "/v2/legal-entities",
  workplaces: "/v2/workplaces",
  costCenters: "/v2/cost-centers",
  webhooks: "/v2/webhooks",
};

/** The path of each right, with a person who has an employment. */
const pathsOf = async (client: SandboxClientV2): Promise<Record<RightV2, string>> => {
  const [first] = (await client.read<List>(PERSONS))._data;
  return { ...PATHS, employments: `${PERSONS}/${first?.id}/employments` };
};

async function statusesOf(
  client: SandboxClientV2,
  paths: Record<string, string>,
): Promise<Record<string, number>> {
  const statuses = Object.entries(paths).map(async ([right, path]) => {
    return [right, (await client.get(path)).status] as const;
  });
  return Object.fromEntries(await Promise.all(statuses));
}

test("each right is denied separately, with its own status", async () => {
  await using client = await startV2({ people: 10 });
  const paths = { v1: "/v1/company/employees", ...(await pathsOf(client)) };
  const all = Object.fromEntries(Object.keys(paths).map((right) => [right, 200]));
  expect(await statusesOf(client, paths)).toEqual(all);

  const refusals = {
    v1: 403,
    persons: 401,
    employments: 403,
    orgUnits: 403,
    legalEntities: 412,
    workplaces: 403,
    costCenters: 403,
    webhooks: 403,
  };
  for (const [right, status] of Object.entries(refusals)) {
    await client.admin.setRights({ [right]: false });
    expect(await statusesOf(client, paths), right).toEqual({ ...all, [right]: status });
    await client.admin.setRights({ [right]: true });
  }
});

test("version 1 may be denied while version 2 is allowed, and the other way round", async () => {
  await using client = await startV2({ people: 10 });
  const statuses = async () => [
    (await client.get("/v1/company/employees")).status,
    (await client.get("/v1/company/employees/attributes")).status,
    (await client.get(PERSONS)).status,
  ];
  await client.admin.setRights({ v1: false });
  expect(await statuses()).toEqual([403, 403, 200]);
  await client.admin.setRights({ v1: true, persons: false });
  expect(await statuses()).toEqual([200, 200, 401]);
  await client.admin.setScopes([]);
  await client.admin.setRights({ persons: true });
  expect(await statuses()).toEqual([403, 403, 200]);
});

test("the status of a denied right is a setting", async () => {
  await using client = await startV2({ people: 10 });
  await client.admin.setRights({ persons: false, legalEntities: false, workplaces: false });
  const detail = async (path: string) => (await client.read<Problem>(path)).errors[0]?.detail;
  expect(await detail(PERSONS)).toBe("Unauthorized Request");
  expect(await detail("/v2/legal-entities")).toBe("No access to legal entities feature.");
  expect(await detail("/v2/workplaces")).toBe("Client scope insufficient to access resource");
});

test("an endpoint that is not enabled does not exist", async () => {
  const refusals = { ...DEFAULT_SETTINGS.v2.refusals, workplaces: 404 } as const;
  await using client = await startV2({ people: 10, settings: { v2: { refusals } } });
  await client.admin.setRights({ workplaces: false });
  const response = await client.get("/v2/workplaces");
  expect([response.status, await response.json()]).toEqual([
    404,
    {
      personio_trace_id: "",
      timestamp: expect.any(String),
      errors: [
        {
          title: "Not Found",
          detail: "The endpoint with /v2/workplaces was not found.",
          type: "https://developer.personio.de/v2.0/page/public-api-error-codes#apinot_found",
          _meta: { path: "/v2/workplaces" },
        },
      ],
    },
  ]);
});

test.each(["/v2/employments", "/v2/persons/1/salaries", "/v2/persons/1/employments/2/3", "/v2/persons/"])(
  "%s is not an endpoint",
  async (path) => {
    await using client = await startV2({ people: 10 });
    const problem = await client.read<Problem>(path);
    expect(problem.errors[0]?.type).toMatch(/#apinot_found$/);
  },
);

test("the endpoints of the organisation may still need the beta header", async () => {
  await using client = await startV2({ people: 10, settings: { v2: { betaHeader: "needed" } } });
  const status = async (path: string, headers: Record<string, string> = {}) => {
    const authorization = `Bearer ${client.token}`;
    return (await fetch(client.url + path, { headers: { authorization, ...headers } })).status;
  };
  for (const path of ["/v2/workplaces", "/v2/cost-centers", "/v2/org-units?type=team"]) {
    expect([path, await status(path)]).toEqual([path, 404]);
    expect([path, await status(path, { beta: "true" })]).toEqual([path, 200]);
  }
  expect(await status("/v2/legal-entities")).toBe(200);
});

test("a request without a known token is refused", async () => {
  await using client = await startV2({ people: 10 });
  expect((await fetch(client.url + PERSONS)).status).toBe(401);
  expect((await client.get(PERSONS, "papi-unknown")).status).toBe(401);
  await client.admin.advanceClock({ days: 1 });
  expect((await client.get(PERSONS)).status).toBe(401);
});

test("the readable attributes apply to version 2 too", async () => {
  await using client = await startV2({ people: 10 });
  const id = await client.admin.hire();
  await client.admin.terminate(id, "2026-12-31");
  await client.admin.setGrants(["email", "hire_date", "department", "termination_date", "dynamic_402191"]);
  const person = await client.person(id);
  expect(Object.keys(person)).toEqual(["id", "email", "custom_attributes", "employments", "_meta"]);
  expect(person.custom_attributes.map(({ id }) => id)).toEqual(["dynamic_402191"]);
  const employment = await client.employment(id);
  expect(Object.keys(employment)).toEqual([
    "id",
    "employment_start_date",
    "employment_end_date",
    "org_units",
    "person",
    "termination",
    "_meta",
  ]);
  expect(employment).toMatchObject({ org_units: [{ type: "department" }] });
  expect(Object.keys(employment.termination as object)).toEqual(["termination_date", "terminated_at"]);
  expect(employment._meta).toEqual({ links: { person: { href: `${client.url}/v2/persons/${id}` } } });
});

test("without any grant a person has only an id and an employment, and the employment an id and a person", async () => {
  await using client = await startV2({ people: 10 });
  await client.admin.setGrants([]);
  const [first] = (await client.read<List>(PERSONS))._data;
  expect(Object.keys(first ?? {})).toEqual(["id", "custom_attributes", "employments", "_meta"]);
  expect(Object.keys(await client.employment(String(first?.id)))).toEqual(["id", "person", "_meta"]);
});
