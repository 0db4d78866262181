import { describe, expect, test } from "vitest";
import { parseJson } from "../../../src/personio/http/parse-json.ts";
import { cutPage, UnparsedRecord } from "../../../src/personio/v1/cut-page.ts";
import { employeesResponse, parseUnknown } from "../../../src/personio/v1/parse-employees.ts";

const value = (label: string, value: unknown) => ({ label, value, type: "standard", universal_id: null });

const record = (id: number, attributes: Record<string, unknown> = {}) => ({
  type: "Employee",
  attributes: { id: value("ID", id), ...attributes },
});

const bytesOf = (page: unknown) => Buffer.from(typeof page === "string" ? page : JSON.stringify(page));
const page = (...data: unknown[]) =>
  bytesOf({ success: true, metadata: { total_elements: data.length }, offset: 0, data, limit: "200" });

const cut = async (bytes: Uint8Array, known: ReadonlyMap<string, string> = new Map()) =>
  parseUnknown(employeesResponse().parse(cutPage(bytes)), async () => known);
const whole = (bytes: Uint8Array) => employeesResponse().parse(parseJson(bytes));
const recordsOf = (bytes: Uint8Array): UnparsedRecord[] =>
  (cutPage(bytes) as { data: unknown[] }).data.filter((item) => item instanceof UnparsedRecord);

const boss = value("Supervisor", { type: "Employee", attributes: { id: value("ID", 9) } });
const text = value("Notes", '},{"type":"Employee"} }] "data":[{"type":"Employee"');

describe("a page that is cut into records", () => {
  test.each([
    ["records with a supervisor", page(record(1, { supervisor: boss }), record(2), record(3))],
    ["a text that looks like a border", page(record(1, { text }), record(2, { text }))],
    [
      "an id beyond a double",
      bytesOf(page(record(1)).toString().replace('"value":1', '"value":9007199254740993')),
    ],
    ["a record without an id", page({ type: "Employee", attributes: {} }, record(2))],
    ["no record", page()],
  ])("a page that is cut into records has the employees of the whole page: %s", async (_, bytes) => {
    const { known = [], ...found } = (await cut(bytes)) ?? {};
    expect(known).toEqual([]);
    const { employees, ...rest } = found as ReturnType<typeof whole>;
    expect({ ...rest, employees: employees.map(({ digest: _digest, ...employee }) => employee) }).toEqual(
      whole(bytes),
    );
  });

  test.each([
    ["blanks", bytesOf(JSON.stringify(JSON.parse(page(record(1), record(2)).toString()), null, 2))],
    ["another first key", page({ attributes: { id: value("ID", 1) }, type: "Employee" })],
    [
      "a list of employees that is empty outside",
      bytesOf({ success: true, metadata: {}, data: [], more: { data: [record(1)] } }),
    ],
  ])("a page that is cut into records is parsed as a whole if it has another form: %s", async (_, bytes) => {
    expect(recordsOf(bytes)).toEqual([]);
    expect(await cut(bytes)).toEqual(whole(bytes));
  });

  test("a page that is cut into records is refused if a cut falls into a record, and if a record is broken", async () => {
    const team = value("Team", [boss.value, boss.value]);
    expect(await cut(page(record(1, { team }), record(2)))).toBeNull();
    expect(
      await cut(bytesOf(page(record(1), record(2)).toString().replace('"value":2', '"value":'))),
    ).toBeNull();
  });

  test("a page that is cut into records frees its bytes once its records are parsed or known, unless other buffers share them", async () => {
    const notes = value("Notes", "x".repeat(Buffer.poolSize));
    const [large, small] = [page(record(1, { notes })), page(record(2))];
    expect(await cut(large)).toMatchObject({ employees: [{ id: "1" }] });
    expect(await cut(small)).toMatchObject({ employees: [{ id: "2" }] });
    expect(large.byteLength).toBe(0);
    expect(small.byteLength).toBeGreaterThan(0);
  });

  test("a page that is cut into records contains only the ids of known records, and the next page starts after them", async () => {
    const bytes = page(record(1), record(2, { text }), record(3));
    const [, known] = recordsOf(bytes);
    expect(known?.id).toBe("2");
    expect(await cut(bytes, new Map([[known?.digest ?? "", "2"]]))).toMatchObject({
      received: 3,
      known: ["2"],
      employees: [{ id: "1" }, { id: "3" }],
    });
  });

  test("a page that is cut into records has another digest for each other byte", () => {
    const [one] = recordsOf(page(record(1)));
    const [same] = recordsOf(page(record(1), record(2)));
    const [other] = recordsOf(page(record(1, { text })));
    expect(same?.digest).toBe(one?.digest);
    expect(other?.digest).not.toBe(one?.digest);
  });
});
