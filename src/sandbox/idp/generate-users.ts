import { createHash } from "node:crypto";
import { CUSTOM_ATTRIBUTE } from "../company/attributes.ts";
import type { Company } from "../company/company.ts";
import { TOPIC } from "../company/dice.ts";
import type { Person } from "../company/person.ts";
import type { Records } from "../records/records.ts";
import { statusOf, type Today } from "../records/status.ts";
import type { IdpVendor } from "./idp-settings.ts";
import type { IdpGroup, IdpUser } from "./idp-user.ts";

type Source = { readonly records: Records; readonly today: Today; readonly vendor: IdpVendor };
type Generated = { readonly users: readonly IdpUser[]; readonly groups: readonly IdpGroup[] };

/** "One in this many" accounts differs from HR. */
const ONE_IN = {
  leaverWithAccount: 4,
  otherTitle: 5,
  noTitle: 20,
  shoutedDepartment: 10,
  unknownDepartment: 20,
  noNumber: 12,
};
/** Names of accounts that are not in HR come after those of any company in the list of names. */
const STRANGERS_FROM = 1_000_000;
const CONTRACTORS = 2;
const UNKNOWN_DEPARTMENT = "Office of the CTO";
const MANAGERS = "Managers";

/**
 * The accounts of a company whose IT department and HR department do not always agree:
 *
 * - some accounts have another title, another department or no personnel number
 * - some leavers still have an active account; one account has its address in capitals
 * - two contractors are not in HR, and a service account has no address
 */
export function generateUsers({ records, today, vendor }: Source): Generated {
  const { company } = records;
  const idOf = createIds(company, vendor);
  const people = [...records.all()].filter(({ email }) => email);
  // Even a small company has one leaver whose account was forgotten.
  const forgotten = people.find((person) => statusOf(person, today) === "inactive");
  const holders = people.filter((person) => person === forgotten || hasAccount(company, person, today));
  const known = new Set(holders.map(({ id }) => id));
  const ordinary = holders.find((person) => statusOf(person, today) === "active" && person.supervisor);
  const users = holders.map((person): IdpUser => {
    const user = userOf(company, person, idOf(person.id));
    const { supervisor } = person;
    return {
      ...user,
      managerId: supervisor !== null && known.has(supervisor) ? idOf(supervisor) : null,
      ...(person === ordinary && { email: shoutedAddress(user.userName) }),
    };
  });
  const all = [...users, ...strangers(company, idOf)];
  return { users: all, groups: groupsOf(all, idOf) };
}

/** An id in the vendor's form, always the same for the same key. */
export function createIds({ id }: Pick<Company, "id">, vendor: IdpVendor): (key: string) => string {
  return (key) => {
    const hash = createHash("sha256").update(`${id}/${key}`).digest("hex");
    if (vendor === "okta") return `00u${BigInt(`0x${hash}`).toString(36).slice(0, 17)}`;
    const parts = [hash.slice(0, 8), hash.slice(8, 12), `4${hash.slice(13, 16)}`, `a${hash.slice(17, 20)}`];
    return [...parts, hash.slice(20, 32)].join("-");
  };
}

function hasAccount({ dice }: Company, person: Person, today: Today): boolean {
  if (statusOf(person, today) !== "inactive") return true;
  return dice(numberOf(person), TOPIC.idpAccount, ONE_IN.leaverWithAccount) === 0;
}

function userOf({ dice }: Company, person: Person, id: string): IdpUser {
  const at = numberOf(person);
  const number = person[CUSTOM_ATTRIBUTE.employeeId];
  return {
    id,
    userName: person.email ?? "",
    email: person.email,
    firstName: person.first_name,
    lastName: person.last_name,
    displayName: `${person.first_name} ${person.last_name}`,
    title: titleOf(dice(at, TOPIC.idpTitle, ONE_IN.noTitle * ONE_IN.otherTitle), person.position),
    department: departmentOf(
      dice(at, TOPIC.idpDepartment, ONE_IN.unknownDepartment * ONE_IN.shoutedDepartment),
      person.department?.name ?? null,
    ),
    employeeNumber: number === "" || dice(at, TOPIC.idpAccount, ONE_IN.noNumber) === 1 ? null : number,
    managerId: null,
    state: "active",
    deletedAt: null,
  };
}

/** Employee ids above 2^53 are not numbers, and their last digits differ enough. */
const numberOf = ({ id }: Person): number => Number(id.slice(-9));

function titleOf(choice: number, position: string): string | null {
  if (choice % ONE_IN.noTitle === 1) return null;
  return choice % ONE_IN.otherTitle === 0 ? `${position} II` : position;
}

function departmentOf(choice: number, department: string | null): string | null {
  if (choice % ONE_IN.unknownDepartment === 1) return UNKNOWN_DEPARTMENT;
  return choice % ONE_IN.shoutedDepartment === 0 ? (department?.toUpperCase() ?? null) : department;
}

const shoutedAddress = (address: string): string => address.toUpperCase();

function strangers(company: Company, idOf: (key: string) => string): IdpUser[] {
  const blank = { title: null, department: null, employeeNumber: null, managerId: null };
  const alive = { state: "active", deletedAt: null } as const;
  const contractors = Array.from({ length: CONTRACTORS }, (_, place): IdpUser => {
    const { first, last, slug } = company.nameAt(STRANGERS_FROM + place);
    const address = `ext-${slug}@${company.emailDomain}`;
    return {
      ...{ id: idOf(address), userName: address, email: address, firstName: first, lastName: last },
      ...{ displayName: `${first} ${last} (Contractor)`, ...blank, title: "Contractor", ...alive },
    };
  });
  const service = `svc-backup@${company.emailDomain}`;
  return [
    ...contractors,
    {
      ...{ id: idOf(service), userName: service, email: null, firstName: null, lastName: null },
      ...{ displayName: "Backup service", ...blank, ...alive },
    },
  ];
}

/** A group for each department, and one of all managers. */
function groupsOf(users: readonly IdpUser[], idOf: (key: string) => string): IdpGroup[] {
  const managers = new Set(users.flatMap(({ managerId }) => (managerId === null ? [] : [managerId])));
  const departments = Map.groupBy(
    users.filter(({ department }) => department !== null),
    ({ department }) => department?.toLowerCase(),
  );
  const named = [...departments.values()].map((members): [string, Set<string>] => [
    members[0]?.department ?? "",
    new Set(members.map(({ id }) => id)),
  ]);
  return [...named, [MANAGERS, managers] as const].map(([name, members]) => ({
    id: idOf(`group ${name}`),
    name,
    members,
    isDeleted: false,
  }));
}
