import type { EntityManager } from "typeorm";
import { type FieldSettings, sourcesOf } from "../../fields/field-settings.ts";
import { IDP_FIELDS, type IdpField } from "../../fields/field-source.ts";
import type { OrgName } from "../../org/org-changes.repository.ts";
import type { PersonRecord } from "../write/person-record.ts";
import { createFindDepartment, type FindDepartment } from "./find-department.ts";
import {
  type IdpValues,
  type Merged,
  mergeSources,
  personioRecord,
  type SourceRules,
} from "./merge-sources.ts";
import {
  findOffers,
  findStoredPeople,
  hasSecondSource,
  type IdpOffer,
  type StoredPerson,
} from "./person-sources.repository.ts";

export type MergeOptions = {
  readonly settings: FieldSettings;
  /** True to merge although no second source exists any more. */
  readonly isNeeded?: boolean;
  /** The fields of a record that the credential may read. Asked only where a second source exists. */
  readonly readable: () => Promise<ReadonlySet<string>>;
  /** Fields that an admin has hidden. */
  readonly hidden: readonly string[];
  /** The departments that a name of the identity provider can mean. */
  readonly departments: () => Promise<readonly OrgName[]>;
};

/** A person to merge, by Personio's values; a function gets Personio's values so far. */
export type MergeRequest = {
  readonly personId: string;
  readonly personio: PersonRecord | ((stored: PersonRecord) => PersonRecord);
};

export type MergedPerson = Merged & {
  readonly personId: string;
  /** Null for a person who is not in the directory yet. */
  readonly stored: StoredPerson | null;
  /** Our id of the supervisor that the identity provider gave; undefined if it did not decide. */
  readonly idpSupervisorId: string | null | undefined;
};

export type Merging = {
  /** Merges people with the users of the identity provider that match them now. */
  mergePeople(requests: readonly MergeRequest[], at: Date): Promise<MergedPerson[]>;
  /** Departments of the identity provider that merged people refer to, since the last call. */
  takeDepartments(): readonly OrgName[];
};

/** Null if only Personio decides about every person of the company. */
export async function openMerging(manager: EntityManager, options: MergeOptions): Promise<Merging | null> {
  const { settings, hidden, isNeeded = false } = options;
  const orderOf = (field: IdpField) => sourcesOf(settings, field);
  // A hidden field has no source at all.
  const needsPersonio = IDP_FIELDS.filter((field) => orderOf(field).length > 0).every((field) =>
    orderOf(field).includes("PERSONIO"),
  );
  if (!isNeeded && needsPersonio && !(await hasSecondSource(manager))) return null;
  const departments = await options.departments();
  const findDepartment = createFindDepartment(departments);
  const newDepartments = createNewDepartments(departments);
  const rules = { sourcesOf: orderOf, readable: await options.readable(), hidden };

  return {
    async mergePeople(requests, at) {
      const wanted = await findWanted(manager, requests);
      const emails = wanted.flatMap(({ personio: { workEmail } }) => workEmail ?? []);
      const offerOf = new Map((await findOffers(manager, emails)).map((offer) => [offer.email, offer]));
      return wanted.map((person) => {
        const offer = offerOf.get(person.personio.workEmail ?? "") ?? null;
        const department = offer && findNamed(offer, person.personio, findDepartment);
        const merged = mergePerson({ ...person, offer, department, at }, rules);
        if (department) newDepartments.note(department, merged);
        return merged;
      });
    },
    takeDepartments: newDepartments.take,
  };
}

/** A person to merge, with Personio's values and what is stored of the person. */
type Wanted = {
  readonly personId: string;
  readonly personio: PersonRecord;
  readonly stored: StoredPerson | null;
};

async function findWanted(manager: EntityManager, requests: readonly MergeRequest[]): Promise<Wanted[]> {
  const people = await findStoredPeople(
    manager,
    requests.map(({ personId }) => personId),
  );
  const storedOf = new Map(people.map((person) => [person.personId, person]));
  return requests.flatMap(({ personId, personio }) => {
    const stored = storedOf.get(personId) ?? null;
    if (typeof personio !== "function") return [{ personId, personio, stored }];
    return stored
      ? [{ personId, personio: personio(personioRecord(stored.served, stored.sources)), stored }]
      : [];
  });
}

/** What the identity provider offers for a person, and the department that it names. */
type Offer = { readonly offer: IdpOffer | null; readonly department: OrgName | null };

function mergePerson(
  { personId, personio, stored, offer, department, at }: Wanted & Offer & { readonly at: Date },
  rules: SourceRules,
): MergedPerson {
  const idp = offer && { ...offer, values: readOffer(offer, department) };
  const merged = mergeSources({ personio, idp, former: stored?.sources ?? null, at }, rules);
  const decides = merged.sources?.winners.supervisor?.source === "IDP";
  return {
    ...merged,
    personId,
    stored,
    idpSupervisorId: decides ? (offer?.supervisorId ?? null) : undefined,
  };
}

/** Collects departments that merged people have from the identity provider, each once. */
function createNewDepartments(departments: readonly OrgName[]) {
  const known = new Set(departments.map(({ personioId }) => personioId));
  let named: OrgName[] = [];
  return {
    note(department: OrgName, { sources }: Merged): void {
      const isNew = !known.has(department.personioId);
      if (!isNew || !sources || !("departmentPersonioId" in sources.personio)) return;
      known.add(department.personioId);
      named.push(department);
    },
    take(): readonly OrgName[] {
      const taken = named;
      named = [];
      return taken;
    },
  };
}

function findNamed({ offered }: IdpOffer, personio: PersonRecord, find: FindDepartment): OrgName | null {
  const { department } = offered;
  return department?.trim() && isShort(department, "department")
    ? find(department, personio.departmentPersonioId)
    : null;
}

/** An offer in the terms of a record. A value that is too long for its index counts as absent. Pure. */
function readOffer({ offered, supervisorPersonioId }: IdpOffer, department: OrgName | null): IdpValues {
  const values: Partial<Record<IdpField, string | null>> = {};
  for (const field of IDP_FIELDS) {
    const value = offered[field];
    if (value === undefined || (value !== null && !isShort(value, field))) continue;
    values[field] = value?.trim() ? value : null;
  }
  if (values.department) values.department = department?.personioId ?? null;
  if (values.supervisor) values.supervisor = supervisorPersonioId;
  return values;
}

/**
 * An index entry holds both names of a person, which are 2,400 bytes at most. One name of 2,000 bytes may
 * come from Personio, so one of the identity provider has the rest. A department's name is in an id, too.
 */
const BYTES_MAX: Readonly<Partial<Record<IdpField, number>>> = {
  firstName: 400,
  lastName: 400,
  department: 1_000,
};

/** As long as a text of Personio that is in an index. */
const OTHER_BYTES_MAX = 2_000;

const isShort = (value: string, field: IdpField): boolean =>
  Buffer.byteLength(value) <= (BYTES_MAX[field] ?? OTHER_BYTES_MAX);
