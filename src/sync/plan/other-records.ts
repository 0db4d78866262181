import type { OtherRecord } from "../../people/write/other-records.repository.ts";
import type { PairedRecords } from "./pair-newcomers.ts";

/** The records that a read has found of people who have another current one. */
export type OtherRecords = {
  /** Whether this is a former record: the plan skips it, because another record of its person decides. */
  readonly isFormer: (personioId: string) => boolean;
  /** The former and the later records of the person who has this record. */
  readonly listOf: (personioId: string, personId: string) => OtherRecord[];
};

export function openOtherRecords({ personOf, moves }: PairedRecords): OtherRecords {
  const chains = [...personOf.values(), ...moves.values()];
  const ids = new Set(chains.flatMap(({ formers }) => formers.map(({ personioId }) => personioId)));
  return {
    isFormer: (personioId) => ids.has(personioId) && !personOf.has(personioId),
    listOf: (personioId, personId) => {
      const { formers = [], later = [] } = personOf.get(personioId) ?? moves.get(personioId) ?? {};
      return [...formers, ...later].map((other) => ({
        personId,
        personioId: other.personioId,
        hireDate: other.fields.hireDate ?? null,
        terminationDate: other.fields.terminationDate ?? null,
      }));
    },
  };
}
