import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import type { PeopleContext } from "../person.loader.ts";
import type { PersonRow } from "../person.repository.ts";
import { Person } from "../person.ts";
import { CustomAttribute } from "./custom-attribute.ts";
import { fitType } from "./fit-type.ts";

@Resolver(() => Person)
export class CustomAttributeResolver {
  @FieldResolver(() => [CustomAttribute], {
    description: "The custom attributes that the company keeps about the person, by label.",
  })
  async customAttributes(
    @Root() { id }: PersonRow,
    @Ctx() { loaders }: PeopleContext,
  ): Promise<readonly CustomAttribute[]> {
    const found = await loaders.customAttributes.load(id);
    return found?.attributes.map(fitType) ?? [];
  }
}
