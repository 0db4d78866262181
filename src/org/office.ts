import { Directive, Field, ID, ObjectType } from "type-graphql";
import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from "typeorm";

/** An office that somebody belongs to, or once did. */
@Directive('@key(fields: "id")')
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
      "Personio's id of the office, by the version of its API that is in use. One that this version does not know has the other one's, " +
      "with that in front: `V1:…`.",
  })
  personioId!: string;

  @Column({ type: "text", collation: "person_name" })
  @Field(() => String, { description: "Name, as it stands in Personio." })
  name!: string;

  @Column("text", { name: "time_zone", nullable: true })
  @Field(() => String, {
    nullable: true,
    description:
      'IANA name of the zone, such as "Europe/Berlin", in which the days of its people begin: what an admin has set, else what ' +
      "Personio's holiday calendar lets us guess (see `isTimeZoneGuessed`). Null where neither is known: then the company's zone " +
      "holds.",
  })
  timeZone!: string | null;

  /** From the holiday calendars of its people; `timeZone` is what an admin has set, and wins. */
  @Column("text", { name: "guessed_time_zone", nullable: true })
  guessedTimeZone!: string | null;
}
