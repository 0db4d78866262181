import { Entity, PrimaryColumn } from "typeorm";

/**
 * A part of the version of a company's directory: the set of these rows. Triggers on the served tables add
 * one in each transaction that changes them (see the migration 0035).
 */
@Entity({ name: "directory_versions" })
export class DirectoryVersion {
  @PrimaryColumn("text", {
    name: "tenant_id",
    collation: "C",
    primaryKeyConstraintName: "directory_versions_pkey",
  })
  tenantId!: string;

  @PrimaryColumn("uuid", {
    primaryKeyConstraintName: "directory_versions_pkey",
  })
  version!: string;
}

/** One row with the version as a text; null for a directory that was never written. */
export const DIRECTORY_VERSION_SQL =
  "select string_agg(version::text, ' ' order by version) as version from directory_versions";
