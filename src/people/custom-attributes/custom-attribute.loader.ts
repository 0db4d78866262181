import { createRowLoader, type Loading, type RowLoader } from "../../request/row-loader.ts";
import type { PeopleContext } from "../person.loader.ts";
import { type AttributesOfPerson, findCustomAttributes } from "./custom-attribute.repository.ts";

export type CustomAttributeLoaders = { readonly customAttributes: RowLoader<AttributesOfPerson> };

export type CustomAttributeContext = PeopleContext & { readonly loaders: CustomAttributeLoaders };

export const createCustomAttributeLoaders = (loading: Loading): CustomAttributeLoaders => ({
  customAttributes: createRowLoader(loading, findCustomAttributes, ({ id }) => id),
});
