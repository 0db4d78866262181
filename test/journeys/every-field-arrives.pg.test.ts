import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PEOPLE_FIELDS, type PersonField } from "../../src/integration/fields/people-fields.ts";
import { RECORD_COLUMNS } from "../../src/people/write/person-record.ts";
import { CUSTOM_ATTRIBUTE, type EditedAttributes } from "../../src/sandbox/company/attributes.ts";
import { recordFieldsOf } from "../../src/sync/plan/hide-fields.ts";
import { useSharedApp } from "../support/shared-app.ts";
import { type TestApp, untilEnded } from "../support/test-app.ts";

/**
 * Each field has a person of its own. HR enters a first value before the company connects, a second one
 * later, and then changes a custom attribute. A forgotten field fails here by its name.
 */

type Sample = {
  /** The first and the second value that HR enters. */
  readonly entered: readonly [EditedAttributes, EditedAttributes];
  /** The values that the graph shows for them. */
  readonly shown: readonly [unknown, unknown];
  /** The selection of a client; default: the field's name. */
  readonly selection?: string;
  /** The name in the graph, if it differs. */
  readonly servedAs?: string;
};

const named = (one: string, other: string) => [{ name: one }, { name: other }] as const;
const days = (attribute: keyof EditedAttributes, ...shown: readonly [string, string]): Sample => ({
  entered: [{ [attribute]: shown[0] }, { [attribute]: shown[1] }],
  shown,
});

/** Set once the supervisors are hired. */
const bosses: string[] = [];

const SAMPLES: Readonly<Record<PersonField, Sample>> = {
  workEmail: {
    entered: [{ email: "one@nordlicht.example" }, { email: "other@nordlicht.example" }],
    shown: ["one@nordlicht.example", "other@nordlicht.example"],
  },
  firstName: { entered: [{ first_name: "Ada" }, { first_name: "Eda" }], shown: ["Ada", "Eda"] },
  lastName: { entered: [{ last_name: "Lind" }, { last_name: "Sund" }], shown: ["Lind", "Sund"] },
  status: { entered: [{ status: "active" }, { status: "leave" }], shown: ["ACTIVE", "LEAVE"] },
  preferredName: {
    entered: [{ preferred_name: "Addie" }, { preferred_name: "Eddie" }],
    shown: ["Addie", "Eddie"],
    servedAs: "displayName",
  },
  employeeId: {
    entered: [{ [CUSTOM_ATTRIBUTE.employeeId]: "N-1" }, { [CUSTOM_ATTRIBUTE.employeeId]: "N-2" }],
    shown: ["N-1", "N-2"],
  },
  position: { entered: [{ position: "Nurse" }, { position: "Lead" }], shown: ["Nurse", "Lead"] },
  department: {
    entered: [{ department: "Care" }, { department: "Cure" }],
    shown: named("Care", "Cure"),
    selection: "department { name }",
  },
  subCompany: {
    entered: [{ subcompany: "North GmbH" }, { subcompany: "South GmbH" }],
    shown: ["North GmbH", "South GmbH"],
  },
  costCenter: {
    entered: [
      {
        cost_centers: [
          { name: "CC-1", percentage: 60 },
          { name: "CC-2", percentage: 40 },
        ],
      },
      {
        cost_centers: [
          { name: "CC-1", percentage: 40 },
          { name: "CC-2", percentage: 60 },
        ],
      },
    ],
    shown: ["CC-1", "CC-2"],
  },
  team: { entered: [{ team: "Day shift" }, { team: "Night shift" }], shown: ["Day shift", "Night shift"] },
  legalEntity: {
    entered: [{ subcompany: "East GmbH" }, { subcompany: "West GmbH" }],
    shown: named("East GmbH", "West GmbH"),
    selection: "legalEntity { name }",
  },
  office: {
    entered: [{ office: "Lisbon" }, { office: "Faro" }],
    shown: named("Lisbon", "Faro"),
    selection: "office { name }",
  },
  supervisor: {
    get entered(): [EditedAttributes, EditedAttributes] {
      return [{ supervisor: bosses[0] ?? null }, { supervisor: bosses[1] ?? null }];
    },
    shown: [{ displayName: "Boss One" }, { displayName: "Boss Two" }],
    selection: "supervisor { displayName }",
  },
  employmentType: {
    entered: [{ employment_type: "internal" }, { employment_type: "external" }],
    shown: ["INTERNAL", "EXTERNAL"],
  },
  hireDate: days("hire_date", "2021-03-01", "2021-04-01"),
  probationEndDate: days("probation_period_end", "2021-08-31", "2021-09-30"),
  contractEndDate: days("contract_end_date", "2091-01-31", "2091-02-28"),
  terminationDate: days("termination_date", "2091-01-31", "2091-02-28"),
  dateOfBirth: days(CUSTOM_ATTRIBUTE.birthday, "1990-06-14", "1991-07-15"),
};

const TOUCHED = CUSTOM_ATTRIBUTE.tShirtSize;

/** Version 2 sends no labels, so the mapping names the attribute of the personnel number. */
const FINISH = `mutation { finishPersonioSetup(fieldMapping: [
  { personField: "employeeId", personioAttribute: "${CUSTOM_ATTRIBUTE.employeeId}" }
  { personField: "customAttributes", personioAttribute: "${TOUCHED}" }
]) { id } }`;

const CONNECT =
  "mutation ($clientId: String!, $clientSecret: String!) { connectPersonio(clientId: $clientId, clientSecret: $clientSecret) { id } }";

const servedAs = (field: PersonField): string => SAMPLES[field].servedAs ?? field;
const fields = PEOPLE_FIELDS.map(({ field }) => field);

type Found = {
  /** The graph's data of each person, by Personio's id. */
  readonly people: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** The changed fields of each PERSON_CHANGED, by Personio's id. */
  readonly changes: ReadonlyMap<string, readonly string[][]>;
};

async function look(service: TestApp): Promise<Found> {
  const selection = fields.map((field) => SAMPLES[field]?.selection ?? servedAs(field)).join(" ");
  const { people, lifecycleEvents } = await service.get<{
    people: { nodes: (Record<string, unknown> & { personioId: string })[] };
    lifecycleEvents: { nodes: { person: { personioId: string }; changedFields: string[] }[] };
  }>(`{
    people(first: 100) { nodes { personioId ${selection} } }
    lifecycleEvents(first: 100, kinds: [PERSON_CHANGED]) { nodes { person { personioId } changedFields } }
  }`);
  const events = Map.groupBy(lifecycleEvents.nodes, ({ person }) => person.personioId);
  return {
    people: new Map(people.nodes.map((person) => [person.personioId, person])),
    changes: new Map(
      [...events].map(([id, list]) => [id, list.map(({ changedFields }) => changedFields)] as const),
    ),
  };
}

test("every column of a record belongs to a row of PEOPLE_FIELDS, and every row has a sample here", () => {
  const fromRows = new Set<string>(fields.flatMap(recordFieldsOf));
  const unread = RECORD_COLUMNS.map(({ field }) => field).filter((field) => !fromRows.has(field));
  // The ids are part of the record itself, and custom attributes are mapped one by one.
  expect(unread).toEqual(["personioId", "nextPersonioId", "customAttributes"]);
  expect(fields.filter((field) => !(field in SAMPLES))).toEqual([]);
});

const shared = useSharedApp({ sandbox: { people: 10 } });

describe.each(["V1", "V2"] as const)("with version %s of Personio's API", (version) => {
  const hired = new Map<PersonField, string>();
  let first: Found;
  let last: Found;

  beforeAll(async () => {
    const service = shared();
    await service.reset();
    const { admin, credentials } = service.sandbox;
    await admin.setRights({ v1: version === "V1" });
    bosses.splice(0, 2, ...(await hireBosses(service)));
    for (const field of fields)
      hired.set(field, await admin.hire({ hire_date: "2020-01-01", ...SAMPLES[field]?.entered[0] }));
    await service.get(CONNECT, credentials);
    await service.get(FINISH);
    await untilEnded(service.get);
    first = await look(service);
    for (const [field, id] of hired) await admin.change(id, SAMPLES[field]?.entered[1] ?? {});
    await service.sync();
    for (const id of hired.values()) await admin.change(id, { [TOUCHED]: "XXS" });
    await service.sync();
    last = await look(service);
  });
  afterAll(() => hired.clear());

  test.each(PEOPLE_FIELDS)(
    "$field arrives in the graph, and its change emits an event that names it",
    (entry) => {
      const { field } = entry;
      const id = hired.get(field) ?? "";
      const name = servedAs(field);
      const isSent = !("onlyVersion" in entry) || entry.onlyVersion === version;
      const shown = isSent ? SAMPLES[field].shown : [null, null];
      expect(first.people.get(id)?.[name], `${field} after the first sync`).toEqual(shown[0]);
      expect(last.people.get(id)?.[name], `${field} after its change`).toEqual(shown[1]);
      const [change, next, ...more] = last.changes.get(id) ?? [];
      if (isSent) {
        expect(change, `changedFields after the change of ${field}`).toContain(name);
        expect(next, "changedFields after a change of a custom attribute").toContain("customAttributes");
        expect(next, `changedFields after a change of something else than ${field}`).not.toContain(name);
        expect(more).toEqual([]);
      }
    },
  );
});

const hireBosses = async ({ sandbox: { admin } }: TestApp): Promise<string[]> => [
  await admin.hire({ first_name: "Boss", last_name: "One", hire_date: "2019-01-01" }),
  await admin.hire({ first_name: "Boss", last_name: "Two", hire_date: "2019-01-01" }),
];
