import { describe, expect, test } from "vitest";
import { FILTER_DEPTH_MAX, FILTER_LENGTH_MAX } from "../../src/scim/filter/parse-filter.ts";
import { applyOperations, OPERATIONS_APPLIED_MAX } from "../../src/scim/patch/apply-operations.ts";
import { readOperations } from "../../src/scim/requests/read-scim-request.ts";
import { SHORT_TEXT_BYTES_MAX, TEXT_BYTES_MAX } from "../../src/scim/schema/read-value.ts";
import { USERS } from "../../src/scim/schema/user-schema.ts";
import { PAGE_BYTES_MAX } from "../../src/scim/users/user.repository.ts";
import { measureLongestTurn } from "../support/measure-turns.ts";
import { measureCpuSlowness } from "../support/slowness.ts";
import { ENTERPRISE, ERROR, PATCH_OP, USER, useScim } from "./support.ts";

const scim = useScim();

const body = (...operations: object[]) => ({ schemas: [PATCH_OP], Operations: operations });

describe("the prototype of all objects", () => {
  const NAMES = [
    "__proto__",
    "constructor",
    "prototype",
    "constructor.prototype",
    "toString",
    "hasOwnProperty",
  ];
  const paths = NAMES.flatMap((name) => [
    name,
    `${name}.polluted`,
    `name.${name}`,
    `name.${name}.polluted`,
    `emails[type eq "work"].${name}`,
    `emails[type eq "work"].${name}.polluted`,
    `emails[${name} eq "work"].value`,
    `emails[${name}.polluted eq "x"]`,
    `${name}[value eq "x"].polluted`,
    `${USER}:${name}`,
    `${USER}:${name}.polluted`,
    `${ENTERPRISE}:${name}.polluted`,
    `${ENTERPRISE}:manager.${name}`,
    `urn:x:1.0:${name}`,
    `${name}:polluted`,
  ]);

  test("no path, key, filter or attribute reaches it", async () => {
    const { send } = scim();
    const kim = await scim().createUser({
      userName: "kim",
      name: { givenName: "Kim" },
      emails: [{ type: "work", value: "kim@example.com" }],
    });
    for (const op of ["add", "replace", "remove"])
      for (const path of paths) {
        const answers = [
          await send("PATCH", `/Users/${kim.id}`, body({ op, path, value: "yes" })),
          await send("PATCH", `/Users/${kim.id}`, body({ op, path, value: { polluted: "yes" } })),
        ];
        if (!path.includes("__proto__"))
          answers.push(
            await send("PATCH", `/Users/${kim.id}`, body({ op: "replace", value: { [path]: "yes" } })),
          );
        for (const { status } of answers) expect([200, 400], `${op} ${path}`).toContain(status);
      }
    for (const name of NAMES) {
      expect((await scim().find(`${name} eq "x"`)).status).toBe(400);
      expect(
        (await send("GET", `/Users/${kim.id}?attributes=${name}&excludedAttributes=${name}`)).status,
      ).toBe(200);
      expect((await send("GET", `/${name}/${name}`)).status).toBe(404);
    }
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect((await send("GET", `/Users/${kim.id}`)).text).not.toMatch(/yes|polluted/);
  });

  test.each([
    ["a key __proto__", '{"userName":"x","__proto__":{"polluted":"yes"}}'],
    ["a key __proto__ further down", '{"userName":"x","name":{"__proto__":{"polluted":"yes"}}}'],
    ["a key constructor with a prototype", '{"userName":"x","constructor":{"prototype":{"polluted":"yes"}}}'],
    ["an escaped key", '{"userName":"x","\\u005f_proto__":{"polluted":"yes"}}'],
  ])("a body with %s is refused", async (_name, text) => {
    const { status, body: error } = await scim().send("POST", "/Users", text);
    expect([status, error.scimType]).toEqual([400, "invalidSyntax"]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe("bodies that cannot be read", () => {
  test.each([
    ["no JSON", "{", 400],
    ["no object", "[]", 400],
    ["a number", "7", 400],
    ["null", "null", 400],
    ["nothing", "", 400],
    ["JSON that nests deeply", `{"userName":"x","name":${"[".repeat(50_000)}${"]".repeat(50_000)}}`, 400],
    ["more than 1 MiB", JSON.stringify({ userName: "x".repeat(1_100_000) }), 413],
    ["a login that is NUL", JSON.stringify({ userName: "a\0b" }), 400],
    ["a login that is half of a surrogate pair", '{"userName":"\\ud83d"}', 400],
    ["no login", JSON.stringify({ displayName: "Kim" }), 400],
    ["an empty login", JSON.stringify({ userName: " " }), 400],
    ["a list as a login", JSON.stringify({ userName: ["a", "b"] }), 400],
    ["schemas that are not a list", JSON.stringify({ schemas: {}, userName: "x" }), 400],
    ["schemas of groups", JSON.stringify({ schemas: [PATCH_OP], userName: "x" }), 400],
    [
      "a login that no index can hold",
      JSON.stringify({ userName: "x".repeat(SHORT_TEXT_BYTES_MAX + 1) }),
      400,
    ],
    [
      "a login whose small letters are longer",
      JSON.stringify({ userName: "\u0130".repeat(SHORT_TEXT_BYTES_MAX / 2) }),
      400,
    ],
    ["a text of 70 KB", JSON.stringify({ userName: "x", nickName: "x".repeat(TEXT_BYTES_MAX + 1) }), 400],
    [
      "texts of 300 KB together",
      JSON.stringify({
        userName: "x",
        roles: Array.from({ length: 5 }, (_, at) => ({ value: `${at}${"x".repeat(60_000)}` })),
      }),
      400,
    ],
    [
      "a thousand addresses",
      JSON.stringify({
        userName: "x",
        emails: Array.from({ length: 1_000 }, (_, at) => ({ value: `${at}@x` })),
      }),
      400,
    ],
  ])("%s", async (_name, text, status) => {
    const answer = await scim().send("POST", "/Users", text);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({
      schemas: [ERROR],
      status: String(status),
      detail: expect.any(String),
    });
  });

  test("another content type is refused", async () => {
    expect((await scim().send("POST", "/Users", "<x/>", { "content-type": "text/xml" })).status).toBe(415);
  });

  test("the longest login is stored, found and comes back", async () => {
    const userName = "\u00fc".repeat(SHORT_TEXT_BYTES_MAX / 2);
    const user = await scim().createUser({ userName });
    expect((await scim().send("GET", `/Users/${user.id}`)).body.userName).toBe(userName);
    expect((await scim().find(`userName eq "${userName.slice(0, 900)}"`)).body.totalResults).toBe(0);
    expect((await scim().find(`userName sw "${userName.slice(0, 900)}"`)).body.totalResults).toBe(1);
  });
});

describe("filters", () => {
  test(`a filter has at most ${FILTER_LENGTH_MAX} characters and ${FILTER_DEPTH_MAX} levels`, async () => {
    const deep = (levels: number): string => `${"(".repeat(levels)}userName pr${")".repeat(levels)}`;
    const long = (length: number): string => `userName eq "${"x".repeat(length - 14)}"`;
    expect((await scim().find(deep(FILTER_DEPTH_MAX))).status).toBe(200);
    expect((await scim().find(long(FILTER_LENGTH_MAX))).status).toBe(200);
    const nots = `${"not ".repeat(FILTER_DEPTH_MAX + 2)}(userName pr)`;
    for (const filter of [deep(FILTER_DEPTH_MAX + 1), deep(450), long(FILTER_LENGTH_MAX + 1), nots]) {
      const { status, body: error } = await scim().find(filter);
      expect([status, error.scimType]).toEqual([400, "invalidFilter"]);
    }
  });

  test.each([
    ["NUL", 'userName eq "a\0"'],
    ["an escaped NUL", 'userName eq "\\u0000"'],
    ["an escaped half of a surrogate pair", 'userName eq "\\ud800"'],
    ["an open text", 'userName eq "x'],
    ["an open bracket", '(userName eq "x"'],
    ["two operators", 'userName eq eq "x"'],
    ["a list of conditions without and", "userName pr displayName pr"],
    ["null", "userName eq null"],
    ["SQL", "userName eq 'x' or 1=1"],
    ["nothing", ""],
  ])("%s is 400 invalidFilter", async (_name, filter) => {
    const { status, body: error } = await scim().find(filter);
    expect([status, error.scimType]).toEqual([400, "invalidFilter"]);
  });

  test("quotes, backslashes, percents and SQL are characters of a text", async () => {
    for (const userName of ['a"b', "DOMAIN\\user", "%", "_", "'; drop table idp_users; --", "a]b.c[d"]) {
      await scim().createUser({ userName });
      const { body: list } = await scim().find(`userName eq ${JSON.stringify(userName)}`);
      expect(list.Resources?.map((user) => user.userName)).toEqual([userName]);
    }
    expect((await scim().find('userName eq "DOMAIN\\user"')).body.totalResults).toBe(1);
    expect((await scim().find('userName co "%"')).body.totalResults).toBe(1);
  });
});

describe("odd requests", () => {
  test("many names of attributes are refused", async () => {
    const names = Array.from({ length: 3_000 }, (_, at) => `n${at % 1_000}`)
      .join(",")
      .slice(0, 12_000);
    for (const name of ["attributes", "excludedAttributes"]) {
      const { status, body: error } = await scim().send("GET", `/Users?${name}=${names}`);
      expect([status, error.scimType]).toEqual([400, "invalidValue"]);
    }
  });

  test("a change that is refused for its query writes nothing", async () => {
    const kim = await scim().createUser({ userName: "kim", title: "before" });
    const query = `?attributes=${"a,".repeat(300)}`;
    const change = { Operations: [{ op: "replace", path: "title", value: "after" }] };
    const statuses = [
      await scim().send("POST", `/Users${query}`, { userName: "lee" }),
      await scim().send("PATCH", `/Users/${kim.id}${query}`, change),
      await scim().send("PUT", `/Users/${kim.id}${query}`, { userName: "kim", title: "after" }),
    ].map(({ status }) => status);
    expect(statuses).toEqual([400, 400, 400]);
    expect((await scim().find("userName pr")).body.totalResults).toBe(1);
    expect((await scim().send("GET", `/Users/${kim.id}`)).body.title).toBe("before");
  });

  test("unknown methods, versions and addresses are answered in SCIM's form", async () => {
    const kim = await scim().createUser({ userName: "kim" });
    const { send } = scim();
    expect((await send("HEAD", `/Users/${kim.id}`)).status).toBe(200);
    expect((await send("DELETE", "/Users")).body).toMatchObject({ schemas: [ERROR], status: "405" });
    expect((await send("DELETE", "/Users")).headers.get("allow")).toBe("GET, POST");
    expect((await send("POST", `/Users/${kim.id}`, {})).status).toBe(405);
    expect((await send("GET", `/Users/${kim.id}/name`)).status).toBe(404);
    expect((await send("GET", `/Users/${encodeURIComponent("a/../b\0'")}`)).status).toBe(404);
    for (const version of ["", "x", 'W/"', '"2"', "1"])
      expect((await send("DELETE", `/Users/${kim.id}`, undefined, { "if-match": version })).status).toBe(412);
    expect((await send("DELETE", `/Users/${kim.id}`, undefined, { "if-match": '"9", W/"1"' })).status).toBe(
      204,
    );
  });
});

describe("requests that have no route", () => {
  const answerOf = async (method: string, path: string) => {
    const { app } = scim().service;
    const headers = { authorization: `Bearer ${scim().token}` };
    const response = await fetch(`${app.url}${path}`, { method, headers });
    return { type: response.headers.get("content-type"), body: await response.json() };
  };

  test.each([
    ["GET", "//scim/v2/Users", 404],
    ["GET", "//scim/v2", 404],
    ["GET", "/scim//v2/Users?count=1", 404],
    ["PROPFIND", "/scim/v2/Users", 501],
    ["REPORT", "/scim/v2", 501],
    ["GET", "/scim/v2/%zz", 400],
  ])("%s %s is answered in SCIM's form", async (method, path, status) => {
    const { type, body: error } = await answerOf(method, path);
    expect(type).toBe("application/scim+json; charset=utf-8");
    expect(error).toMatchObject({ schemas: [ERROR], status: String(status), detail: expect.any(String) });
  });

  test("other addresses keep the form of GraphQL", async () => {
    for (const path of ["/scim/v20", "//scim", "//graphql"])
      expect((await answerOf("GET", path)).body).toMatchObject({ errors: [{ message: expect.any(String) }] });
  });
});

test("a compressed body is 415, which names what is accepted", async () => {
  for (const coding of ["gzip", "br", "gzip, identity"]) {
    const answer = await scim().send("POST", "/Users", { userName: "kim" }, { "content-encoding": coding });
    expect(answer.status).toBe(415);
    expect(answer.body).toMatchObject({ schemas: [ERROR], status: "415" });
    expect(answer.headers.get("accept-encoding")).toBe("identity");
  }
  const plain = await scim().send("POST", "/Users", { userName: "kim" }, { "content-encoding": "identity" });
  expect(plain.status).toBe(201);
});

test("only true opens an account that is closed", async () => {
  const kim = await scim().createUser({ userName: "kim", active: false });
  const path = `/Users/${kim.id}`;
  const silent = [
    () => scim().patch(path, { op: "remove", path: "active" }),
    () => scim().patch(path, { op: "replace", path: "active", value: null }),
    () => scim().patch(path, { op: "Replace", value: { active: null, title: "T" } }),
    () => scim().send("PUT", path, { schemas: [USER], userName: "kim", title: "U" }),
  ];
  for (const change of silent) {
    const { status, body: user } = await change();
    expect([status, user.active]).toEqual([200, false]);
    expect((await scim().send("GET", path)).body.active).toBe(false);
  }
  expect((await scim().patch(path, { op: "Replace", path: "active", value: "True" })).body.active).toBe(true);
});

test("a part of members that is not kept changes no membership", async () => {
  const kim = await scim().createUser({ userName: "kim" });
  const { id } = await scim().createGroup({ displayName: "Staff", members: [{ value: kim.id }] });
  for (const path of ["members.display", "members.$ref", `members[value eq "${kim.id}"].display`])
    for (const op of ["add", "replace", "remove"]) {
      const { status } = await scim().patch(`/Groups/${id}`, {
        op,
        path,
        ...(op !== "remove" && { value: "x" }),
      });
      expect([op, path, status]).toEqual([op, path, 204]);
    }
  expect((await scim().send("GET", `/Groups/${id}`)).body.members).toHaveLength(1);
});

test("a page of large users ends early, and the next one continues where it ended", async () => {
  const { dataSource } = scim().service.app.database;
  await dataSource.query(`
    insert into idp_users (tenant_id, id, user_name, user_name_key, active, resource, offered, version, created_at, modified_at)
    select 'default', gen_random_uuid(), 'u' || n, 'u' || n, true,
      jsonb_build_object('userName', 'u' || n, 'nickName', repeat('x', 200000)), '{}', 1, now(), now()
    from generate_series(1, 60) n`);
  const names = new Set<unknown>();
  let pages = 0;
  while (names.size < 60 && pages < 60) {
    const { body: page, text } = await scim().send("GET", `/Users?count=200&startIndex=${names.size + 1}`);
    expect(page).toMatchObject({ totalResults: 60, itemsPerPage: page.Resources?.length });
    expect(text.length).toBeLessThan(PAGE_BYTES_MAX * 1.1);
    for (const { userName } of page.Resources ?? []) names.add(userName);
    pages += 1;
  }
  expect([names.size, pages]).toEqual([60, 3]);
});

describe("large changes", () => {
  test("10,000 members are added with one PATCH, found, read without them, and removed with one", async () => {
    const { dataSource } = scim().service.app.database;
    await dataSource.query(`
      insert into idp_users (tenant_id, id, user_name, user_name_key, active, resource, offered, version, created_at, modified_at)
      select 'default', gen_random_uuid(), 'u' || n, 'u' || n, true, jsonb_build_object('userName', 'u' || n), '{}', 1, now(), now()
      from generate_series(1, 10000) n`);
    const users: { id: string }[] = await dataSource.query("select id from idp_users");
    const members = users.map(({ id }) => ({ $ref: null, value: id }));
    const { id } = await scim().createGroup({ displayName: "Everybody" });
    const path = `/Groups/${id}`;
    const added = await scim().patch(path, { op: "Add", path: "members", value: members });
    expect(added.status).toBe(204);
    expect((await scim().send("GET", path)).body.members).toHaveLength(10_000);
    expect((await scim().send("GET", `${path}?excludedAttributes=members`)).text.length).toBeLessThan(1_000);
    expect((await scim().find(`members eq "${users[7]?.id}"`, "Groups")).body.totalResults).toBe(1);
    expect(
      (await scim().patch(path, { op: "remove", path: `members[value eq "${users[7]?.id}"]` })).status,
    ).toBe(204);
    expect(
      (await scim().patch(path, { op: "Remove", path: "members", value: members.slice(0, 9_000) })).status,
    ).toBe(204);
    expect((await scim().send("GET", path)).body.members).toHaveLength(1_000);
    expect(
      (await scim().patch(path, { op: "replace", path: "members", value: members.slice(0, 2) })).status,
    ).toBe(204);
    expect((await scim().send("GET", path)).body.members).toHaveLength(2);
  });

  test("the answer with 20,000 members lets other requests run", async () => {
    const { dataSource } = scim().service.app.database;
    const { id } = await scim().createGroup({ displayName: "Everybody" });
    await dataSource.query(`
      insert into idp_users (tenant_id, id, user_name, user_name_key, active, resource, offered, version, created_at, modified_at)
      select 'default', gen_random_uuid(), 'u' || n, 'u' || n, true, jsonb_build_object('userName', 'u' || n), '{}', 1, now(), now()
      from generate_series(1, 20000) n`);
    await dataSource.query(
      "insert into idp_group_members (tenant_id, group_id, user_id) select tenant_id, $1, id from idp_users",
      [id],
    );
    const read = async (): Promise<number> => {
      const response = await fetch(`${scim().service.app.url}/scim/v2/Groups/${id}`, {
        headers: { authorization: `Bearer ${scim().token}`, "accept-encoding": "identity" },
      });
      let bytes = 0;
      for await (const chunk of response.body ?? []) bytes += chunk.byteLength;
      return bytes;
    };
    expect(await read()).toBeGreaterThan(20_000 * 100);
    expect(await measureLongestTurn(read)).toBeLessThan(0.25);
  });

  test("a PATCH of 1 MB with many operations is refused without long work", async () => {
    const kim = await scim().createUser({ userName: "kim" });
    const operations = Array.from({ length: 19_000 }, (_, at) => ({
      op: "add",
      path: "title",
      value: `${at}`,
    }));
    const { status, body: error } = await scim().patch(`/Users/${kim.id}`, ...operations);
    expect([status, error.scimType]).toEqual([400, "invalidValue"]);
  });

  test("the longest lists, as often as a PATCH may change them, occupy the process briefly", async () => {
    const roles = Array.from({ length: 100 }, (_, at) => ({ value: `${at}${"x".repeat(1_500)}` }));
    const filter = Array.from({ length: 30 }, (_, at) => `value co "y${at}"`).join(" or ");
    const change = (at: number) => ({
      op: "replace",
      path: `roles[${filter} or value pr].display`,
      value: `${at}`,
    });
    const operations = Array.from({ length: OPERATIONS_APPLIED_MAX }, (_, at) => change(at));
    const slowness = measureCpuSlowness();
    const before = process.threadCpuUsage();
    applyOperations({ userName: "kim", roles }, readOperations(USERS, body(...operations)));
    const { user, system } = process.threadCpuUsage(before);
    // 80 ms on a quiet machine.
    expect((user + system) / 1_000).toBeLessThan(250 * slowness);
    const kim = await scim().createUser({ userName: "kim" });
    const { status, body: error } = await scim().patch(`/Users/${kim.id}`, ...operations, change(0));
    expect([status, error.scimType]).toEqual([400, "invalidValue"]);
  });

  test.each([
    ["with one filter", { op: "replace", path: 'roles[value eq "x" or value pr].display', value: "y" }],
    ["by their values", { op: "remove", path: "roles", value: [{ value: "x" }] }],
  ])("texts that are slow to compare are compared once, %s", async (_name, operation) => {
    const roles = ["\u0315\u0300".repeat(15_000), `a${"\u0315\u0300".repeat(15_000)}`, "Ä".repeat(30_000)];
    const operations = Array.from({ length: OPERATIONS_APPLIED_MAX }, () => operation);
    const resource = { userName: "kim", roles: roles.map((value) => ({ value })) };
    const slowness = measureCpuSlowness();
    const before = process.threadCpuUsage();
    const patched = applyOperations(resource, readOperations(USERS, body(...operations)));
    const { user, system } = process.threadCpuUsage(before);
    expect(patched.roles).toHaveLength(3);
    // 30 ms on a quiet machine.
    expect((user + system) / 1_000).toBeLessThan(150 * slowness);
  });
});
