import { expect, test } from "vitest";
import { type EmployeeJson, startSignedIn } from "./support/start.ts";

type Described = { key: string; label: string; type: string; universal_id: string | null; options: string[] };

test("all attributes are granted at first, and described with labels, types and options", async () => {
  await using client = await startSignedIn();
  const { data } = (await (await client.get("/v1/company/employees/attributes")).json()) as {
    data: Described[];
  };
  const [first] = (await client.page("limit=1")).data;

  expect(data.map(({ key }) => key)).toEqual(
    Object.keys(first?.attributes ?? {}).filter((key) => key !== "id"),
  );
  const byKey = new Map(data.map((attribute) => [attribute.key, attribute]));
  expect(byKey.get("email")).toEqual({
    key: "email",
    label: "Email",
    type: "standard",
    universal_id: "email",
    options: [],
  });
  expect(byKey.get("dynamic_402190")).toMatchObject({
    type: "list",
    options: ["XS", "S", "M", "L", "XL", "XXL"],
  });
  expect(byKey.get("dynamic_402191")).toMatchObject({
    type: "tags",
    options: expect.arrayContaining(["German"]),
  });
  expect(byKey.get("dynamic_402194")).toMatchObject({ label: "About", type: "multiline" });
});

test("the alias returns the same description", async () => {
  await using client = await startSignedIn();
  const [attributes, alias] = await Promise.all(
    ["attributes", "custom-attributes"].map(async (name) =>
      (await client.get(`/v1/company/employees/${name}`)).text(),
    ),
  );
  expect(alias).toBe(attributes);
});

test("an attribute that is not granted is absent from the list, the single employee and the description", async () => {
  await using client = await startSignedIn();
  await client.admin.setGrants(["first_name", "dynamic_402117"]);

  const [listed] = (await client.page("limit=1&attributes[]=first_name&attributes[]=email")).data;
  expect(Object.keys(listed?.attributes ?? {})).toEqual(["id", "first_name"]);
  const single = await client.values(String(listed?.attributes.id?.value));
  expect(Object.keys(single)).toEqual(["id", "first_name", "dynamic_402117"]);
  const described = (await (await client.get("/v1/company/employees/attributes")).json()) as {
    data: Described[];
  };
  expect(described.data.map(({ key }) => key)).toEqual(["first_name", "dynamic_402117"]);
});

test("a supervisor contains only granted attributes", async () => {
  await using client = await startSignedIn();
  await client.admin.setGrants(["supervisor", "last_name"]);
  const supervisors = (await client.listEmployees()).map(
    ({ supervisor }) => supervisor as EmployeeJson | null,
  );
  const shown = new Set(supervisors.flatMap((supervisor) => Object.keys(supervisor?.attributes ?? {})));
  expect([...shown]).toEqual(["id", "last_name"]);
});

test("without any grant employees have only ids, and null grants all attributes again", async () => {
  await using client = await startSignedIn();
  const before = await client.page("limit=3");
  await client.admin.setGrants([]);
  expect((await client.page("limit=3")).data.map(({ attributes }) => Object.keys(attributes))).toEqual([
    ["id"],
    ["id"],
    ["id"],
  ]);
  await client.admin.setGrants(null);
  expect(await client.page("limit=3")).toEqual(before);
});
