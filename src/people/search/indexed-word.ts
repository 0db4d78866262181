import { Column, Entity, PrimaryColumn } from "typeorm";

const KEY = "indexed_words_pkey";

/**
 * One word, with people that a search finds by it (`search-words.ts`). A table, because only a btree range
 * serves prefixes here. A word of many people has several rows, so that one newcomer rewrites a short one.
 */
@Entity({ name: "indexed_words" })
export class IndexedWord {
  @PrimaryColumn("text", { name: "tenant_id", collation: "C", primaryKeyConstraintName: KEY })
  tenantId!: string;

  @PrimaryColumn("text", { collation: "C", primaryKeyConstraintName: KEY })
  word!: string;

  @PrimaryColumn("integer", { primaryKeyConstraintName: KEY })
  part!: number;

  @Column("uuid", { name: "person_ids", array: true })
  personIds!: string[];
}
