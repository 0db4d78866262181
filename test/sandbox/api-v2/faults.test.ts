import { expect, test } from "vitest";
import type { Fault } from "../../../src/sandbox/api/faults.ts";
import {
  type List,
  PERSONS,
  type Problem,
  requestToken,
  type SandboxClientV2,
  startV2,
} from "../support/start-v2.ts";

const PAGE = `${PERSONS}?limit=50`;
const idsOf = ({ _data }: List) => _data.map(({ id }) => String(id));
const nextOf = ({ _meta }: List) => _meta.links.next?.href ?? "";

/** The pages from the first to the last. */
async function readPages(client: SandboxClientV2): Promise<List[]> {
  const pages = [await client.read<List>(PAGE)];
  for (let next = nextOf(pages[0]!); next; next = nextOf(pages.at(-1)!))
    pages.push(await client.read<List>(next));
  return pages;
}

test("a fault without a path applies to both versions, and one with a path only to its own", async () => {
  await using client = await startV2({ people: 10 });
  const statuses = async () => [
    (await client.get("/v1/company/employees")).status,
    (await client.get(PERSONS)).status,
    (await client.get("/v2/workplaces")).status,
  ];
  await client.admin.setFaults([{ kind: "status", status: 500 }]);
  expect(await statuses()).toEqual([500, 500, 500]);
  await client.admin.setFaults([{ kind: "status", status: 500, path: "/v2/persons" }]);
  expect(await statuses()).toEqual([200, 500, 200]);
  await expect(client.admin.setFaults([{ kind: "html", path: "/v3/" }])).rejects.toThrow(/path/);
});

test("a status fault has the body of version 2, with the rate headers if it is Personio's own", async () => {
  await using client = await startV2({ people: 10 });
  const struckBy = async (status: number, path = PERSONS) => {
    await client.admin.setFaults([{ kind: "status", status, path }]);
    return client.get(path);
  };
  const detailOf = async (response: Response) => ((await response.json()) as Problem).errors[0]?.detail;
  expect(await detailOf(await struckBy(500))).toMatch(/^There was a problem while processing/);
  expect(await detailOf(await struckBy(401))).toBe("Unauthorized Request");
  expect(await detailOf(await struckBy(403))).toBe("Client scope insufficient to access resource");
  expect(await detailOf(await struckBy(404))).toBe("The endpoint with /v2/persons was not found.");
  expect(await detailOf(await struckBy(412, "/v2/legal-entities"))).toBe(
    "No access to legal entities feature.",
  );

  const limited = await struckBy(429);
  expect([limited.status, await limited.text()]).toEqual([429, ""]);
  expect(limited.headers.get("x-ratelimit-remaining")).toBe("0");
  const gateway = await struckBy(502);
  expect([gateway.status, gateway.headers.get("content-type")]).toEqual([502, "text/html; charset=utf-8"]);
  expect(gateway.headers.has("x-ratelimit-remaining")).toBe(false);
});

test("the token endpoint fails in its own format", async () => {
  await using client = await startV2({ people: 10 });
  await client.admin.setFaults([{ kind: "status", status: 401, path: "/v2/auth/token" }]);
  const response = await requestToken(client);
  expect([response.status, await response.json()]).toMatchObject([401, { error: "invalid_client" }]);
});

test("a fault applies to a page of persons by the number of persons before it", async () => {
  await using client = await startV2();
  await client.admin.setFaults([{ kind: "status", status: 500, offset: 100 }]);
  const first = await client.read<List>(PAGE);
  const second = await client.read<List>(nextOf(first));
  expect((await client.get(new URL(nextOf(second)).pathname + new URL(nextOf(second)).search)).status).toBe(
    500,
  );
  await client.admin.setFaults([{ kind: "status", status: 500, offset: 0 }]);
  expect((await client.get(PAGE)).status).toBe(500);
  expect((await client.get("/v2/workplaces")).status).toBe(200);
});

test("next may point to its own page, without end", async () => {
  await using client = await startV2();
  const [first, second] = await readPages(client);
  await client.admin.setFaults([{ kind: "self-pointing-next" }]);
  const stuck = await client.read<List>(nextOf(first!));
  expect(stuck._data).toEqual(second?._data);
  expect(nextOf(stuck)).toBe(nextOf(first!));
  // Also from the first page, and where there is only one.
  const [start, only] = [await client.read<List>(PAGE), await client.read<List>("/v2/legal-entities")];
  expect(await client.read<List>(nextOf(start))).toEqual(start);
  expect(await client.read<List>(nextOf(only))).toEqual(only);
});

test("next may be relative, or point to another host", async () => {
  await using client = await startV2();
  const honest = new URL(nextOf(await client.read<List>(PAGE)));
  const struckBy = async (fault: Fault) => {
    await client.admin.setFaults([fault]);
    return nextOf(await client.read<List>(PAGE));
  };
  expect(await struckBy({ kind: "relative-next" })).toBe(honest.pathname + honest.search);
  expect(await struckBy({ kind: "foreign-next", origin: "https://evil.example" })).toBe(
    `https://evil.example${honest.pathname}${honest.search}`,
  );
});

test("a page may begin with the last person of the page before, and no person is missing", async () => {
  await using client = await startV2();
  const ids = (await readPages(client)).flatMap(idsOf);
  for (const times of [1, 100]) {
    await client.admin.setFaults([{ kind: "duplicate-record", offset: 50, times }]);
    const [first, second, ...rest] = await readPages(client);
    expect(idsOf(second!)).toHaveLength(50);
    expect(idsOf(second!)[0]).toBe(idsOf(first!).at(-1));
    expect([...new Set([first!, second!, ...rest].flatMap(idsOf))]).toEqual(ids);
  }
});

test("pages may be empty, repeated or missing", async () => {
  await using client = await startV2();
  const pages = await readPages(client);
  const struckBy = async (fault: Fault) => {
    await client.admin.setFaults([fault]);
    return readPages(client);
  };
  expect((await struckBy({ kind: "empty-company" })).map(idsOf)).toEqual([[]]);
  const repeated = await struckBy({ kind: "repeated-page", offset: 100 });
  expect(repeated.map(idsOf)).toEqual(pages.map(idsOf).with(2, idsOf(pages[1]!)));
  const missing = await struckBy({ kind: "missing-page", offset: 100 });
  expect(missing.map(idsOf)).toEqual(pages.map(idsOf).with(2, []));
});

test("hidden employees leave no gap, and are still found by id", async () => {
  await using client = await startV2();
  const ids = (await readPages(client)).flatMap(idsOf);
  const hidden = String(ids[3]);
  await client.admin.setFaults([{ kind: "hidden-employees", employees: [hidden] }]);
  const pages = await readPages(client);
  expect(pages[0]?._data).toHaveLength(50);
  expect(pages.flatMap(idsOf)).toEqual(ids.filter((id) => id !== hidden));
  expect((await client.person(hidden)).id).toBe(hidden);
});

test("filters by time may accept days only", async () => {
  await using client = await startV2({ people: 10 });
  const [first] = (await client.read<List>(PERSONS))._data;
  await client.admin.setFaults([{ kind: "date-only-filters" }]);
  for (const path of [PERSONS, `${PERSONS}/${first?.id}/employments`]) {
    expect((await client.get(`${path}?updated_at.gt=2026-11-01T00:00:00Z`)).status).toBe(400);
    expect((await client.get(`${path}?updated_at.gt=2026-11-01`)).status).toBe(200);
  }
});

test("responses may differ from the documentation: the last day's name, types in upper case, and labels", async () => {
  await using client = await startV2({ people: 10 });
  const id = await client.admin.hire();
  await client.admin.terminate(id, "2026-12-31");
  await client.admin.setFaults([
    { kind: "last-working-date" },
    { kind: "upper-case-types" },
    { kind: "labels" },
  ]);
  const { termination } = await client.employment(id);
  expect(termination).toMatchObject({ last_working_date: "2026-12-31" });
  expect(termination).not.toHaveProperty("last_working_day");
  const attributes = (await client.person(id)).custom_attributes;
  expect(attributes.map(({ type }) => type)).toEqual(
    expect.arrayContaining(["DATE", "STRING", "STRING_LIST", "INT"]),
  );
  expect(attributes.map(({ label }) => label)).toContain("T-shirt size");
});

test("fields may be missing although they are granted, or of the wrong type for some", async () => {
  await using client = await startV2({ people: 10 });
  const [one, other] = idsOf(await client.read<List>(PERSONS));
  await client.admin.setFaults([
    { kind: "missing-attributes", attributes: ["first_name", "office", "dynamic_402190"] },
    { kind: "wrong-value", attribute: "employment_start_date", value: "0000-00-00", employees: [one!] },
    { kind: "wrong-value", attribute: "dynamic_402193", value: "nine" },
  ]);
  const person = await client.person(one!);
  expect(person).not.toHaveProperty("first_name");
  expect(person.custom_attributes.map(({ id }) => id)).not.toContain("dynamic_402190");
  expect(person.custom_attributes).toContainEqual(
    expect.objectContaining({ id: "dynamic_402193", value: "nine" }),
  );
  expect(await client.employment(one!)).not.toHaveProperty("office");
  expect(await client.employment(one!)).toMatchObject({ employment_start_date: "0000-00-00" });
  expect(await client.employment(other!)).toMatchObject({
    employment_start_date: expect.stringMatching(/^2/),
  });
});

test("an expired token is refused until the client requests a new one", async () => {
  await using client = await startV2({ people: 10 });
  await client.admin.setFaults([{ kind: "token-expired", path: PERSONS, times: 1 }]);
  expect((await client.get(PERSONS)).status).toBe(401);
  expect((await client.get(PERSONS)).status).toBe(401);
  expect((await client.send("GET", PERSONS)).status).toBe(200);
});
