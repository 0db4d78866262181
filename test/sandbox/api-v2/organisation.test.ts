import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type List, type Problem, type SandboxClientV2, startV2 } from "../support/start-v2.ts";

let client: SandboxClientV2;
beforeAll(async () => {
  client = await startV2();
});
afterAll(() => client[Symbol.asyncDispose]());

describe("org units", () => {
  test("a list of org units needs a type", async () => {
    expect((await client.get("/v2/org-units")).status).toBe(400);
    expect((await client.get("/v2/org-units?type=squad")).status).toBe(400);
    expect((await client.get("/v2/org-units/330127")).status).toBe(400);
  });

  test("org units have numbers as ids, and parents on request", async () => {
    const departments = await client.readAll(
      "/v2/org-units?type=department&include_parent_chain=true&limit=50",
    );
    const platform = departments.find(({ name }) => name === "Software Platform");
    const engineering = departments.find(({ name }) => name === "Engineering");
    expect(platform).toEqual({
      id: expect.any(Number),
      type: "department",
      name: "Software Platform",
      abbreviation: "SOF",
      description: "",
      resource_uri: `/v2/org-units/${platform?.id}?type=department`,
      parent_id: engineering?.id,
      create_time: "2021-01-04T10:00:00Z",
      parent_chain: [{ id: engineering?.id, type: "department", name: "Engineering" }],
      _meta: { links: { self: { href: `${client.url}/v2/org-units/${platform?.id}?type=department` } } },
    });
    expect(engineering).toMatchObject({ parent_id: null, parent_chain: [] });
    const { parent_chain: _, ...withoutChain } = platform ?? {};
    expect(await client.read(`/v2/org-units/${platform?.id}?type=department`)).toEqual(withoutChain);
    expect((await client.get(`/v2/org-units/${platform?.id}?type=team`)).status).toBe(404);
  });

  test("org units are sorted by name on request, over all pages", async () => {
    const names = async (sort: string) =>
      (await client.readAll(`/v2/org-units?type=team&sort=${sort}`)).map(({ name }) => String(name));
    const sorted = (await names("id")).toSorted((left, right) => left.localeCompare(right));
    expect(sorted.length).toBeGreaterThan(30);
    expect(await names("name")).toEqual(sorted);
    expect(await names("-name")).toEqual(sorted.toReversed());
    expect((await client.get("/v2/org-units?type=team&sort=age")).status).toBe(400);
  });

  test("the list of org units contains those that edits created, with their current names", async () => {
    await using edited = await startV2({ people: 10 });
    const id = await edited.admin.hire({
      department: "Robot Ethics",
      office: "Oslo",
      subcompany: "Nordlicht AS",
    });
    await edited.admin.rename({ from: "Engineering", to: "Entwicklung" });
    const names = async (path: string) => (await edited.readAll(path)).map(({ name }) => name);
    const departments = await names("/v2/org-units?type=department&limit=50");
    expect(departments).toEqual(expect.arrayContaining(["Robot Ethics", "Entwicklung"]));
    expect(departments).not.toContain("Engineering");
    expect(await names("/v2/workplaces")).toContain("Oslo");
    const { legal_entity: entity } = await edited.employment(id);
    expect(await edited.read(`/v2/legal-entities/${(entity as { id: string }).id}`)).toMatchObject({
      name: "Nordlicht AS",
      country: null,
    });
  });
});

test("legal entities may have numbers that version 1 has for other ones", async () => {
  await using other = await startV2({ people: 10, settings: { v2: { legalEntityIds: "overlapping" } } });
  const idsOf = async (one: SandboxClientV2) =>
    new Map((await one.readAll("/v2/legal-entities")).map(({ id, name }) => [String(name), String(id)]));
  const [own, overlapping] = [await idsOf(client), await idsOf(other)];
  expect(overlapping.size).toBe(own.size);
  expect([...overlapping.values()].toSorted()[0]).toBe("5120");
  expect([...overlapping.values()].some((id) => [...own.values()].includes(id))).toBe(false);
  const [someone] = (await other.readAll("/v2/persons?limit=10")) as { id: string }[];
  const { legal_entity: entity } = await other.employment(someone?.id ?? "");
  expect([...overlapping.values()]).toContain((entity as { id: string }).id);
});

describe("legal entities", () => {
  test("legal entities share their names, and no id, with the subcompanies of version 1", async () => {
    const entities = await client.readAll("/v2/legal-entities");
    const subcompanies = (await client.listEmployees()).map(
      ({ subcompany }) => (subcompany as { attributes: { id: number; name: string } }).attributes,
    );
    expect(entities.map(({ name }) => name)).toEqual(
      expect.arrayContaining([...new Set(subcompanies.map(({ name }) => name))]),
    );
    const known = new Set(subcompanies.map(({ id }) => String(id)));
    expect(entities.filter(({ id }) => known.has(String(id)))).toEqual([]);
  });

  test("legal entities are listed newest first, twenty to a page, and filtered by id and country", async () => {
    const entities = await client.readAll("/v2/legal-entities?limit=3");
    const dates = entities.map(({ valid_from: from }) => String(from));
    expect(dates).toEqual(dates.toSorted().reverse());
    expect(entities.at(-1)).toMatchObject({ is_main: true, country: "DE", status: "ACTIVE" });
    const [newest, second] = entities;
    expect(await client.readAll(`/v2/legal-entities?id=${second?.id}&id=${newest?.id}`)).toEqual([
      newest,
      second,
    ]);
    const german = await client.readAll("/v2/legal-entities?country=DE&country=PT");
    expect(new Set(german.map(({ country }) => country))).toEqual(new Set(["DE", "PT"]));
    expect((await client.get("/v2/legal-entities?limit=100")).status).toBe(200);
    expect((await client.get("/v2/legal-entities?limit=101")).status).toBe(400);
  });

  test("an unknown legal entity has an error type of its own", async () => {
    const response = await client.get("/v2/legal-entities/5120");
    expect(response.status).toBe(404);
    expect(((await response.json()) as Problem).errors[0]?.type).toMatch(
      /#common\.requested_resource_not_found$/,
    );
  });
});

test.each(["workplaces", "cost-centers"])(
  "%s consist of ids and names, and are found by either",
  async (resource) => {
    const list = await client.readAll(`/v2/${resource}?limit=4`);
    const [first, second] = list;
    expect(Object.keys(first ?? {})).toEqual(["id", "name"]);
    expect(new Set(list.map(({ id }) => id)).size).toBe(list.length);
    expect(await client.readAll(`/v2/${resource}?id=${first?.id},${second?.id}`)).toEqual([first, second]);
    expect(await client.readAll(`/v2/${resource}?name=${encodeURIComponent(String(second?.name))}`)).toEqual([
      second,
    ]);
    const sorted = (await client.read<List>(`/v2/${resource}?sort=name&limit=50`))._data.map(({ name }) =>
      String(name),
    );
    expect(sorted).toEqual(sorted.toSorted((left, right) => left.localeCompare(right)));
  },
);
