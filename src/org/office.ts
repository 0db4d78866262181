import { Directive, Field, ID, ObjectType } from "type-graphql";
import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from "typeorm";
import { RequiresScope } from "../access/field-rules.ts";
import { READ_SCOPE } from "../access/viewer.ts";
import { Kept } from "../request/kept-rules.ts";

/** An office that people belong to, or once did. */
@Directive('@key(fields: "id")')
@RequiresScope(READ_SCOPE)
@Kept()
@ObjectType({ simpleResolvers: true, description: "A place where people of the company work." })
@Entity({ name: "offices" })
@Unique("offices_personio_id_key", ["tenantId", "personioId"])
@ForeignKey("tenants", ["tenantId"], ["id"], { name: "offices_tenant_fkey" })
export class Office {
  @PrimaryColumn("text", { name: "tenant_id", collation: "C", primaryKeyConstraintName: "offices_pkey" })
  tenantId!: string;

  @PrimaryColumn("uuid", { primaryKeyConstraintName: "offices_pkey" })
  @Field(() => ID, { description: "Our id of the office: opaque, and kept when it is renamed." })
  id!: string;

  @Column({ type: "text", name: "personio_id", collation: "C" })
  @Field(() => ID, {
    description:
      "Personio's id of the office, from the API version in use. If that version does not know it, the id " +
      "comes from the other version, with the version in front: `V1:…`.",
  })
  personioId!: string;

  @Column({ type: "text", collation: "person_name" })
  @Field(() => String, { description: "Name, as in Personio." })
  name!: string;

  @Column("text", { name: "time_zone", nullable: true })
  @Field(() => String, {
    nullable: true,
    description:
      'IANA name of the zone, such as "Europe/Berlin", in which the days of its people begin. An admin ' +
      "sets it; otherwise it is a guess from Personio's holiday calendar (see `isTimeZoneGuessed`). Null " +
      "if there is neither: then the company's zone applies.",
  })
  timeZone!: string | null;

  /** A guess from the holiday calendars of its people; the zone that an admin sets (`timeZone`) wins. */
  @Column("text", { name: "guessed_time_zone", nullable: true })
  guessedTimeZone!: string | null;
}
