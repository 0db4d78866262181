import { Directive, Field, ID, ObjectType } from "type-graphql";
import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from "typeorm";
import { RequiresScope } from "../access/field-rules.ts";
import { READ_SCOPE } from "../access/viewer.ts";
import { Kept } from "../request/kept-rules.ts";

/** A department that people belong to, or once did. The list of its people is in `people/`. */
@Directive('@key(fields: "id")')
@RequiresScope(READ_SCOPE)
@Kept()
@ObjectType({ simpleResolvers: true, description: "A department of the company." })
@Entity({ name: "departments" })
@Unique("departments_personio_id_key", ["tenantId", "personioId"])
@ForeignKey("tenants", ["tenantId"], ["id"], { name: "departments_tenant_fkey" })
export class Department {
  @PrimaryColumn("text", { name: "tenant_id", collation: "C", primaryKeyConstraintName: "departments_pkey" })
  tenantId!: string;

  @PrimaryColumn("uuid", { primaryKeyConstraintName: "departments_pkey" })
  @Field(() => ID, { description: "Our id of the department: opaque, and kept when it is renamed." })
  id!: string;

  @Column({ type: "text", name: "personio_id", collation: "C" })
  @Field(() => ID, {
    description:
      "Personio's id of the department, from the API version in use. If that version does not know it, the " +
      "id comes from the other version, with the version in front: `V1:…`. A department that only the identity " +
      "provider names has `IDP:` and its name in lower case.",
  })
  personioId!: string;

  @Column({ type: "text", collation: "person_name" })
  @Field(() => String, {
    description: "Name in Personio, or at the identity provider if only that has the department.",
  })
  name!: string;
}
