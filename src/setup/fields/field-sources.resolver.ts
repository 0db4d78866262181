import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { RequiresScope } from "../../access/field-rules.ts";
import { ADMIN_SCOPE } from "../../access/viewer.ts";
import { SCOPE_OF } from "../../fields/field-sensitivity.ts";
import type { PersonRow } from "../../people/person.repository.ts";
import { Person } from "../../people/person.ts";
import { customKeyOf } from "../../people/write/person-record.ts";
import { NotKept } from "../../request/kept-rules.ts";
import type { FieldSourcesContext } from "./field-sources.loader.ts";
import { PersonFieldSource } from "./person-field-source.ts";

@Resolver(() => Person)
export class FieldSourcesResolver {
  @RequiresScope(ADMIN_SCOPE)
  @NotKept("STATE")
  @FieldResolver(() => [PersonFieldSource], {
    description:
      "Where the value of each field comes from, in the order of `peopleFields`. Fields that the company hides, " +
      "and fields that no source has, are left out. Of the custom attributes, it lists those of `customAttributes`. " +
      "Needs the scope `people:admin`.",
  })
  async fieldSources(
    @Root() { id }: PersonRow,
    @Ctx() { loaders, viewer }: FieldSourcesContext,
  ): Promise<readonly PersonFieldSource[]> {
    const sources = await loaders.fieldSources.load(id);
    return sources.flatMap(({ sensitivity, ...source }) => {
      if (viewer.scopes.has(SCOPE_OF[sensitivity])) return source;
      // A losing value is as sensitive as the field, and so is whether a person has a custom attribute.
      return customKeyOf(source.field) === null ? { ...source, other: null } : [];
    });
  }
}
