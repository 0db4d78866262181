import type { EntityManager } from "typeorm";
import type { Employee } from "../../personio/employee.ts";
import type { ReadRules } from "./snapshot.ts";
import { type StagedPerson, stageKnownRecords, stagePeople } from "./staging.repository.ts";
import { storeTranslations, type Translation } from "./translated-records.repository.ts";

/** A record as read: a known one only by its id. */
export type ReadRecord =
  | { readonly personioId: string; readonly record?: undefined }
  | (StagedPerson & { readonly translation: Translation | null });

export async function stageRecords(
  manager: EntityManager,
  readId: string,
  records: readonly ReadRecord[],
): Promise<void> {
  // If an id comes twice, because pages shifted during the read, the later one wins.
  const latest = [...new Map(records.map((record) => [record.personioId, record])).values()];
  const people = latest.filter((record) => record.record !== undefined);
  await stageKnownRecords(
    manager,
    readId,
    latest.filter(({ record }) => record === undefined).map(({ personioId }) => personioId),
  );
  await stagePeople(manager, readId, people);
  await storeTranslations(
    manager,
    people.flatMap(({ translation }) => translation ?? []),
  );
}

export function translationOf(
  { digest, attributes }: Employee,
  { personioId, sourceHash }: StagedPerson,
  {
    hashRecord,
    required,
    officeCountry,
  }: {
    readonly hashRecord: ReadRules["hashRecord"];
    /** The attributes that every record must have. */
    readonly required: readonly string[];
    readonly officeCountry: Translation["officeCountry"];
  },
): Translation | null {
  if (!hashRecord || digest === undefined || sourceHash === null) return null;
  const isWhole = required.every((key) => key in attributes);
  return { personioId, recordHash: isWhole ? hashRecord(digest) : null, sourceHash, officeCountry };
}
