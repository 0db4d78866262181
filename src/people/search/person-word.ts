import { Entity, Index, PrimaryColumn } from "typeorm";

const KEY = "person_words_pkey";

/**
 * One word by which a search finds a person (`search-words.ts`). A table, because only a btree range serves
 * prefixes here.
 */
@Entity({ name: "person_words" })
@Index("person_words_person_idx", ["tenantId", "personId", "word"])
export class PersonWord {
  @PrimaryColumn("text", { name: "tenant_id", collation: "C", primaryKeyConstraintName: KEY })
  tenantId!: string;

  @PrimaryColumn("text", { collation: "C", primaryKeyConstraintName: KEY })
  word!: string;

  @PrimaryColumn("uuid", { name: "person_id", primaryKeyConstraintName: KEY })
  personId!: string;
}
