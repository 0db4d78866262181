import { GraphQLJSON } from "graphql-scalars";
import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { CUSTOM_ATTRIBUTES_FIELD } from "../integration/fields/people-fields.ts";
import { PersonioAttribute } from "../integration/personio-integration.ts";
import type { Sample } from "../integration/samples.ts";
import { hiddenPersonFields } from "../people/person-scopes.ts";
import { customAttributeField } from "../people/write/person-record.ts";
import type { RequestContext } from "../request/request-context.ts";

@Resolver(() => PersonioAttribute)
export class AttributeSampleResolver {
  @FieldResolver(() => GraphQLJSON, {
    nullable: true,
    description:
      "An example of a value, to recognize the attribute: the first one that the preview has read. Cut to 100 characters, " +
      "with names in place of references. Only while AWAITING_REVIEW, and null before the preview is ready. Also null if no " +
      "person has a value, if no field uses the attribute, or if a field that uses it needs more than `people:read`.",
  })
  async sample(
    @Root() { key, neededFor, storedSample = null }: PersonioAttribute,
    @Ctx() { viewer, raised }: RequestContext,
  ): Promise<Sample | null> {
    if (storedSample === null) return null;
    // The company may have raised a field since the preview.
    const hidden = hiddenPersonFields(viewer, await raised());
    const fields = neededFor.map((field) =>
      field === CUSTOM_ATTRIBUTES_FIELD ? customAttributeField(key) : field,
    );
    return fields.some((field) => hidden.includes(field)) ? null : storedSample;
  }
}
