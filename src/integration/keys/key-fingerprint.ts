import { hkdfSync } from "node:crypto";
import { Column, Entity, PrimaryColumn } from "typeorm";
import type { SecretKey } from "../secret.ts";

/** A key that the database knows. It belongs to the installation, not to a tenant. */
@Entity({ name: "key_fingerprints" })
export class KeyFingerprint {
  @PrimaryColumn("text", { collation: "C", primaryKeyConstraintName: "key_fingerprints_pkey" })
  fingerprint!: string;

  @Column({ type: "text", name: "key_id", collation: "C" })
  keyId!: string;

  @Column("timestamptz", { name: "first_seen_at", default: () => "now()" })
  firstSeenAt!: Date;
}

const FINGERPRINT_BYTES = 16;

/** Identifies a key of 256 random bits, and reveals nothing about it. */
export const fingerprintOf = ({ key }: SecretKey): string =>
  Buffer.from(hkdfSync("sha256", key, "", "key fingerprint", FINGERPRINT_BYTES)).toString("hex");
