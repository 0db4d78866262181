import { type Answer, errorAnswer, notFound, ok } from "../api/answer.ts";
import { type Fault, oddRecord } from "../api/faults.ts";
import type { FakePersonio } from "../api/personio.ts";
import type { Person } from "../company/person.ts";
import { type Attribute, createEmployeeWriter, describe, type PageContext } from "./attribute.ts";
import { CUSTOM_ATTRIBUTES } from "./custom-attributes.ts";
import { PRESET_ATTRIBUTES } from "./preset-attributes.ts";
import { type EmployeeQuery, selectEmployees, sinceInstant } from "./select-employees.ts";

const LIMIT_MAX = 100;
const LIMIT_DEFAULT = 50;
const ALL_ATTRIBUTES = [...PRESET_ATTRIBUTES, ...CUSTOM_ATTRIBUTES];

/** An authorized request under `/v1/company/employees`. */
export type EmployeesRequest = {
  readonly query: URLSearchParams;
  readonly url: string;
  readonly faults: readonly Fault[];
};

/** `GET /v1/company/employees`. */
export function listEmployees(personio: FakePersonio, request: EmployeesRequest): Answer {
  const query = readQuery(request.query, personio);
  if ("status" in query) return query;
  const { people, total } = selectEmployees(personio, query, request.faults);
  const write = createEmployeeWriter(readable(personio, request, query), pageContext(personio, request));
  const { offset, limit } = query;
  const metadata = {
    total_elements: total,
    current_page: Math.floor(offset / limit),
    total_pages: Math.ceil(total / limit),
  };
  const head = `{"success":true,"metadata":${writeMetadata(metadata, request.faults)},"offset":${offset},"limit":${limit},"data":[`;
  const writeRecord = (person: Person): string => {
    const odd = oddRecord(request.faults, person.id);
    return odd ? JSON.stringify(odd.record) : write(person);
  };
  // A page has half a megabyte: encoding it person by person takes half the time of one long string.
  const parts = people.map((person, place) =>
    Buffer.from(place === 0 ? writeRecord(person) : `,${writeRecord(person)}`),
  );
  return ok(Buffer.concat([Buffer.from(head), ...parts, Buffer.from("]}")]));
}

function writeMetadata(metadata: { readonly total_elements: number }, faults: readonly Fault[]): string {
  const text = JSON.stringify(metadata);
  const wrong = faults.find((fault) => fault.kind === "wrong-total");
  return wrong ? text.replace(/(?<="total_elements":)\d+/, wrong.json) : text;
}

/** `GET /v1/company/employees/{id}`. */
export function getEmployee(personio: FakePersonio, id: string, request: EmployeesRequest): Answer {
  const person = personio.records.find(id);
  if (!person || request.faults.some(({ kind }) => kind === "empty-company")) return notFound();
  const write = createEmployeeWriter(readable(personio, request), pageContext(personio, request));
  return ok(`{"success":true,"data":${write(person)}}`);
}

/** `GET /v1/company/employees/attributes`: only the attributes that the credential may read. */
export function listAttributes(
  { account }: FakePersonio,
  { faults }: Pick<EmployeesRequest, "faults">,
): Answer {
  const granted = ALL_ATTRIBUTES.filter(({ key }) => account.canRead(key));
  const added = faults.flatMap((fault) => (fault.kind === "listed-attributes" ? fault.entries : []));
  return ok(JSON.stringify({ success: true, data: [...granted.map(describe), ...added] }));
}

/** An attribute that is not granted is absent. */
function readable(
  { account }: FakePersonio,
  { faults }: EmployeesRequest,
  projection?: Pick<EmployeeQuery, "attributes">,
): readonly Attribute[] {
  const asked = projection?.attributes ?? [];
  const granted = ALL_ATTRIBUTES.filter(
    ({ key }) => account.canRead(key) && (asked.length === 0 || asked.includes(key)),
  );
  return withFaults(granted, faults);
}

const pageContext = (personio: FakePersonio, { url }: EmployeesRequest): PageContext => ({
  today: personio.clock.today(),
  zone: personio.zone,
  url,
  customDates: personio.settings.customDates,
  canRead: (key) => personio.account.canRead(key),
  findPerson: (id) => personio.records.find(id),
});

function readQuery(query: URLSearchParams, { settings }: FakePersonio): EmployeeQuery | Answer {
  const asked = Number(query.get("limit") ?? LIMIT_DEFAULT);
  const limit = settings.limitAboveMaximum === "capped" ? Math.min(asked, LIMIT_MAX) : asked;
  const offset = Number(query.get("offset") ?? 0);
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX) {
    return errorAnswer(400, `The limit must be between 1 and ${LIMIT_MAX}.`);
  }
  if (!Number.isInteger(offset) || offset < 0) return errorAnswer(400, "The offset must be at least 0.");
  const updatedSince = query.get("updated_since");
  if (updatedSince !== null && Number.isNaN(sinceInstant(updatedSince, settings.updatedSinceZone))) {
    return errorAnswer(400, "The updated since is not a valid date.");
  }
  return { offset, limit, updatedSince, email: query.get("email"), attributes: query.getAll("attributes[]") };
}

/** The attributes of a page after these faults. */
const withFaults = (attributes: readonly Attribute[], faults: readonly Fault[]): readonly Attribute[] =>
  faults.reduce(withFault, attributes);

function withFault(attributes: readonly Attribute[], fault: Fault): readonly Attribute[] {
  switch (fault.kind) {
    case "missing-attributes":
      return attributes.filter(({ key }) => !fault.attributes.includes(key));
    case "raw-value":
    case "wrong-value": {
      const value = fault.kind === "raw-value" ? fault.json : JSON.stringify(fault.value);
      const applies = (id: string) => fault.employees?.includes(id) ?? true;
      return rewrite(
        attributes,
        ({ key }) => key === fault.attribute,
        (text, id) => (applies(id) ? value : text),
      );
    }
    case "tags-as-json":
      return rewrite(attributes, ({ type }) => type === "tags", tagsAsJson);
    case "empty-objects": {
      const empty = JSON.stringify(fault.as);
      return rewrite(
        attributes,
        ({ isObject }) => isObject === true,
        (text) => (text === "null" ? empty : text),
      );
    }
    default:
      return attributes;
  }
}

function rewrite(
  attributes: readonly Attribute[],
  matches: (attribute: Attribute) => boolean,
  change: (text: string, id: string) => string,
): readonly Attribute[] {
  return attributes.map((attribute) =>
    matches(attribute)
      ? { ...attribute, write: (person, page) => change(attribute.write(person, page), person.id) }
      : attribute,
  );
}

/** `"German,English"` becomes `"[\"German\",\"English\"]"`; no tags stay an empty string. */
function tagsAsJson(text: string): string {
  const tags: string = JSON.parse(text);
  return tags === "" ? text : JSON.stringify(JSON.stringify(tags.split(",")));
}
