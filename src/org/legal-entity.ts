import { Directive, Field, ID, ObjectType } from "type-graphql";
import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from "typeorm";
import { RequiresScope } from "../access/field-rules.ts";
import { READ_SCOPE } from "../access/viewer.ts";
import { Kept } from "../request/kept-rules.ts";

/** A legal entity that employs people, or once did. */
@Directive('@key(fields: "id")')
@RequiresScope(READ_SCOPE)
@Kept()
@ObjectType({
  simpleResolvers: true,
  description: "The legal person that employs people, such as a GmbH or an Ltd.",
})
@Entity({ name: "legal_entities" })
@Unique("legal_entities_personio_id_key", ["tenantId", "personioId"])
@ForeignKey("tenants", ["tenantId"], ["id"], { name: "legal_entities_tenant_fkey" })
export class LegalEntity {
  @PrimaryColumn("text", {
    name: "tenant_id",
    collation: "C",
    primaryKeyConstraintName: "legal_entities_pkey",
  })
  tenantId!: string;

  @PrimaryColumn("uuid", { primaryKeyConstraintName: "legal_entities_pkey" })
  @Field(() => ID, { description: "Our id of the legal entity: opaque, and kept when it is renamed." })
  id!: string;

  @Column({ type: "text", name: "personio_id", collation: "C" })
  @Field(() => ID, {
    description:
      "Personio's id of the legal entity, from the API version in use. If that version does not know it, " +
      "the id comes from the other version, with the version in front: `V1:…`.",
  })
  personioId!: string;

  @Column({ type: "text", collation: "person_name" })
  @Field(() => String, { description: "Name, as in Personio." })
  name!: string;
}
