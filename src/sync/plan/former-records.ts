import type { FormerRecord } from "../../people/write/former-records.repository.ts";
import type { PairedRecords } from "./pair-newcomers.ts";

/** The former records that a read has found, of which no run had joined any. */
export type Chains = {
  /** Whether this is a former record: the plan skips it, because another record of its person decides. */
  readonly isFormer: (personioId: string) => boolean;
  /** The former records of the person who has this record. */
  readonly listFormers: (personioId: string, personId: string) => FormerRecord[];
};

export function openChains({ personOf, moves }: PairedRecords): Chains {
  const chains = [...personOf.values(), ...moves.values()];
  const ids = new Set(chains.flatMap(({ formers }) => formers.map(({ personioId }) => personioId)));
  return {
    isFormer: (personioId) => ids.has(personioId) && !personOf.has(personioId),
    listFormers: (personioId, personId) => {
      const { formers = [] } = personOf.get(personioId) ?? moves.get(personioId) ?? {};
      return formers.map((former) => ({
        personId,
        personioId: former.personioId,
        hireDate: former.fields.hireDate ?? null,
        terminationDate: former.fields.terminationDate ?? null,
      }));
    },
  };
}
