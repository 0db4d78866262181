import { connect } from "node:net";
import { expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import {
  authenticate,
  type Page,
  type SandboxClient,
  startSignedIn,
  supervisorIdOf,
} from "./support/start.ts";

const PAGE = "/v1/company/employees?limit=100&offset=";
const idsOf = ({ data }: Page) => data.map(({ attributes }) => attributes.id?.value);

/** The bytes of one response from the socket, and whether the connection was reset. */
async function receiveRaw(client: SandboxClient, path: string): Promise<{ text: string; reset: boolean }> {
  const { hostname, port } = new URL(client.url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${client.token}\r\nConnection: close\r\n\r\n`,
  );
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
  });
  const reset = await new Promise<boolean>((resolve) => {
    socket.once("error", () => resolve(true)).once("end", () => resolve(false));
  });
  return { text, reset };
}

const contentOf = ({ text }: { text: string }) => {
  const end = text.indexOf("\r\n\r\n");
  const announced = Number(/content-length: (\d+)/i.exec(text.slice(0, end))?.[1]);
  return { announced, received: text.length - end - 4 };
};

test("a status fault applies the given number of times, with Retry-After and an empty body", async () => {
  await using client = await startSignedIn();
  await client.admin.setFaults([{ kind: "status", status: 429, retryAfter: "7", times: 2 }]);
  for (let turn = 0; turn < 2; turn += 1) {
    const response = await client.get(`${PAGE}0`);
    expect(response.status).toBe(429);
    expect(response.headers.get("retry-after")).toBe("7");
    expect(await response.text()).toBe("");
  }
  expect((await client.get(`${PAGE}0`)).status).toBe(200);
});

test("a gateway's error is HTML, Personio's own is JSON, and the body can be set", async () => {
  await using client = await startSignedIn();
  await client.admin.setFaults([
    { kind: "status", status: 502, offset: 0 },
    { kind: "status", status: 500, offset: 100 },
    { kind: "status", status: 503, offset: 200, body: "gone fishing" },
  ]);
  const [gateway, own, given] = await Promise.all([0, 100, 200].map((offset) => client.get(PAGE + offset)));
  expect([gateway?.status, gateway?.headers.get("content-type")]).toEqual([502, "text/html; charset=utf-8"]);
  expect(await gateway?.text()).toMatch(/^<!DOCTYPE html>/);
  expect([own?.status, await own?.json()]).toEqual([
    500,
    { success: false, error: { code: 0, message: "Es ist ein Problem aufgetreten " } },
  ]);
  expect([given?.status, await given?.text()]).toEqual([503, "gone fishing"]);
});

test("a fault applies only to its path and page, until cleared", async () => {
  await using client = await startSignedIn();
  await client.admin.setFaults([
    { kind: "status", status: 500, path: "/v1/company/employees?", offset: 100 },
    { kind: "status", status: 401, path: "/v1/auth" },
  ]);
  const statuses = async () => [
    (await client.get(`${PAGE}0`)).status,
    (await client.get(`${PAGE}100`)).status,
    (await client.get("/v1/company/employees/attributes")).status,
    (await authenticate(client.url, client.credentials)).status,
  ];
  expect(await statuses()).toEqual([200, 500, 200, 401]);
  await client.admin.clearFaults();
  expect(await statuses()).toEqual([200, 200, 200, 200]);
});

test("a cut body ends half-way with a reset", async () => {
  await using client = await startSignedIn();
  await client.admin.setFaults([{ kind: "cut-body" }]);
  const raw = await receiveRaw(client, `${PAGE}0`);
  const { announced, received } = contentOf(raw);
  expect(raw.reset).toBe(true);
  expect(announced).toBeGreaterThan(100_000);
  expect(received).toBeLessThan(announced);
  await expect(client.get(`${PAGE}0`).then((response) => response.text())).rejects.toThrow();
});

test.each([10, -10])("a Content-Length may be wrong by %i", async (by) => {
  await using client = await startSignedIn();
  await client.admin.setFaults([{ kind: "wrong-content-length", by }]);
  const { announced, received } = contentOf(await receiveRaw(client, "/v1/company/employees?limit=1"));
  expect(announced - received).toBe(by);
});

test("a slow body arrives second by second", async () => {
  await using client = await startSignedIn();
  await client.admin.setFaults([{ kind: "slow-body", path: "/v1/company/employees/0", bytesPerSecond: 60 }]);
  const startedAt = performance.now();
  const response = await client.get("/v1/company/employees/0");
  expect((await response.json()) as never).toMatchObject({ success: false });
  expect(performance.now() - startedAt).toBeGreaterThan(1_000);
});

test("a slow body does not prevent the sandbox from stopping", async () => {
  const client = await startSignedIn();
  await client.admin.setFaults([{ kind: "slow-body" }]);
  const response = await client.get(`${PAGE}0`);
  const body = response.text().catch(() => "cut");
  await client[Symbol.asyncDispose]();
  expect(await body).toBe("cut");
});

test("a delay comes before the complete response", async () => {
  await using client = await startSignedIn();
  await client.admin.setFaults([{ kind: "delay", milliseconds: 300 }]);
  const startedAt = performance.now();
  expect((await client.page()).data).toHaveLength(50);
  expect(performance.now() - startedAt).toBeGreaterThan(290);
});

test("a delay ends when the faults are cleared", async () => {
  await using client = await startSignedIn();
  await client.admin.setFaults([{ kind: "delay", milliseconds: 3_600_000 }]);
  const page = client.page();
  await eventually(async () =>
    (await client.admin.requests()).some(({ path }) => path.includes("employees")),
  );
  await client.admin.clearFaults();
  expect((await page).data).toHaveLength(50);
});

test("a redirect, a login page and a failure replace the response", async () => {
  await using client = await startSignedIn();
  await client.admin.setFaults([
    { kind: "redirect", location: "http://127.0.0.1:9/elsewhere", offset: 0 },
    { kind: "html", offset: 100 },
    { kind: "unsuccessful", offset: 200 },
  ]);
  const [redirect, login, failure] = await Promise.all(
    [0, 100, 200].map((offset) => client.get(PAGE + offset)),
  );
  expect([redirect?.status, redirect?.headers.get("location")]).toEqual([
    302,
    "http://127.0.0.1:9/elsewhere",
  ]);
  expect([login?.status, login?.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  expect([failure?.status, await failure?.json()]).toMatchObject([
    200,
    { success: false, error: { code: 0 } },
  ]);
});

test("an expired token is refused until the client requests a new one", async () => {
  await using client = await startSignedIn();
  await client.admin.setFaults([{ kind: "token-expired", offset: 100, times: 1 }]);
  expect((await client.get(`${PAGE}0`)).status).toBe(200);
  expect((await client.get(`${PAGE}100`)).status).toBe(401);
  expect((await client.get(`${PAGE}100`)).status).toBe(401);

  const answer = (await (await authenticate(client.url, client.credentials)).json()) as {
    data: { token: string };
  };
  expect(answer.data.token).not.toBe(client.token);
  expect((await client.get(`${PAGE}100`, answer.data.token)).status).toBe(200);
});

test("pages may be empty, repeated, missing, overlapping, or of a shrinking company", async () => {
  await using client = await startSignedIn();
  const read = (offset: number) => client.page(`limit=100&offset=${offset}`);
  const whole = { first: await read(0), second: await read(100), third: await read(200) };
  const struckBy = async (
    fault: Parameters<SandboxClient["admin"]["setFaults"]>[0][number],
    offset: number,
  ) => {
    await client.admin.setFaults([fault]);
    return read(offset);
  };

  expect(await struckBy({ kind: "empty-company" }, 0)).toMatchObject({
    data: [],
    metadata: { total_elements: 0 },
  });
  expect(idsOf(await struckBy({ kind: "repeated-page", offset: 100 }, 100))).toEqual(idsOf(whole.first));
  expect(await struckBy({ kind: "missing-page", offset: 100 }, 100)).toMatchObject({
    data: [],
    metadata: { total_elements: 250 },
  });
  // A full page drops its own last one; the last page has room.
  const duplicate = await struckBy({ kind: "duplicate-record" }, 100);
  expect(idsOf(duplicate)).toEqual([...idsOf(whole.first).slice(-1), ...idsOf(whole.second).slice(0, -1)]);
  expect(idsOf(await read(200))).toEqual([...idsOf(whole.second).slice(-1), ...idsOf(whole.third)]);
  await client.admin.setFaults([{ kind: "shrinking-total", by: 2 }]);
  const totals = (await Promise.all([0, 100, 200].map(read))).map(({ metadata }) => metadata.total_elements);
  expect(totals).toEqual([250, 248, 246]);
});

test("in an empty company no id is found, unless the fault applies to the list only", async () => {
  await using client = await startSignedIn();
  const [employee] = await client.listEmployees();
  const status = async () => (await client.get(`/v1/company/employees/${employee?.id}`)).status;
  await client.admin.setFaults([{ kind: "empty-company" }]);
  expect(await status()).toBe(404);
  await client.admin.setFaults([{ kind: "empty-company", path: "/v1/company/employees?" }]);
  expect(await status()).toBe(200);
});

test("hidden employees leave no gap: no other employee is lost, on any page", async () => {
  await using client = await startSignedIn();
  const readAll = () => Promise.all([0, 100, 200].map((offset) => client.page(`limit=100&offset=${offset}`)));
  const ids = (await readAll()).flatMap(idsOf);
  const hidden = [ids[3], ids[150]].map(String);
  await client.admin.setFaults([{ kind: "hidden-employees", employees: [...hidden, "1"] }]);
  const pages = await readAll();
  expect(pages.map(({ data }) => data.length)).toEqual([100, 100, 48]);
  expect(pages.flatMap(idsOf)).toEqual(ids.filter((id) => !hidden.includes(String(id))));
  expect(pages[0]?.metadata.total_elements).toBe(248);
});

test("values may have the wrong type, for all people or for some", async () => {
  await using client = await startSignedIn();
  const [one, other] = (await client.listEmployees()).map(({ id }) => String(id));
  await client.admin.setFaults([
    { kind: "wrong-value", attribute: "hire_date", value: "0000-00-00", employees: [one!] },
    { kind: "wrong-value", attribute: "position", value: { title: "Engineer" } },
    { kind: "wrong-value", attribute: "dynamic_402193", value: "nine" },
  ]);
  expect(await client.values(one!)).toMatchObject({
    hire_date: "0000-00-00",
    position: { title: "Engineer" },
    dynamic_402193: "nine",
  });
  expect(await client.values(other!)).toMatchObject({
    hire_date: expect.stringMatching(/^2/),
    position: { title: "Engineer" },
  });
});

test("attributes may be missing although they are granted", async () => {
  await using client = await startSignedIn();
  await client.admin.setFaults([
    { kind: "missing-attributes", attributes: ["email", "status"], offset: 100 },
  ]);
  const keys = async (offset: number) =>
    Object.keys((await client.page(`offset=${offset}`)).data[0]?.attributes ?? {});
  expect(await keys(0)).toEqual(expect.arrayContaining(["email", "status"]));
  const struck = await keys(100);
  expect(struck).toContain("first_name");
  expect(struck).not.toContain("email");
  expect(struck).not.toContain("status");
});

test("tags may be JSON in a string", async () => {
  await using client = await startSignedIn();
  const id = await client.admin.hire({ dynamic_402191: ["German", "English"] });
  const none = await client.admin.hire({ dynamic_402191: [] });
  await client.admin.setFaults([{ kind: "tags-as-json" }]);
  expect(await client.values(id)).toMatchObject({ dynamic_402191: '["German","English"]' });
  expect(await client.values(none)).toMatchObject({ dynamic_402191: "" });
});

test.each([{ as: "" }, { as: [] }] as const)("empty objects may be %j instead of null", async ({ as }) => {
  await using client = await startSignedIn();
  const id = await client.admin.hire({
    office: null,
    supervisor: null,
    department: "Sales",
    contract_end_date: null,
  });
  await client.admin.setFaults([{ kind: "empty-objects", as: as === "" ? "" : [] }]);
  const values = await client.values(id);
  expect(values).toMatchObject({
    office: as,
    supervisor: as,
    holiday_calendar: as,
    contract_end_date: null,
  });
  expect(supervisorIdOf((await client.listEmployees())[9]?.supervisor)).toMatch(/^\d+$/);
});

test("an unknown kind of fault is refused", async () => {
  await using client = await startSignedIn();
  await expect(client.admin.setFaults([{ kind: "meteor" } as never])).rejects.toThrow(/refused/);
});
