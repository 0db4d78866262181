import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { isOwnRecord } from "../../access/own-record.ts";
import { missingScope, NOTHING_RAISED } from "../../fields/raised-fields.ts";
import { Kept } from "../../request/kept-rules.ts";
import type { PersonRow } from "../person.repository.ts";
import { Person } from "../person.ts";
import { customAttributeField } from "../write/person-record.ts";
import type { CustomAttributeContext } from "./custom-attribute.loader.ts";
import { CustomAttribute, type CustomAttributeType } from "./custom-attribute.ts";

@Resolver(() => Person)
export class CustomAttributeResolver {
  @Kept()
  @FieldResolver(() => [CustomAttribute], {
    description:
      "The custom attributes that the company keeps about the person, by label. Leaves out those for " +
      "which the company demands a scope that you lack.",
  })
  async customAttributes(
    @Root() person: PersonRow,
    @Ctx() { loaders, viewer, raised }: CustomAttributeContext,
  ): Promise<readonly CustomAttribute[]> {
    const found = await loaders.customAttributes.load(person.id);
    const protectedBy = isOwnRecord(person, viewer) ? NOTHING_RAISED : await raised();
    const shown = found?.attributes.filter(
      ({ key }) => missingScope(protectedBy, customAttributeField(key), viewer) === null,
    );
    return shown?.map(fitType) ?? [];
  }
}

/** The JSON type of a value of each attribute type, in the words of `typeof`. */
const JSON_OF = {
  TEXT: "string",
  MULTILINE: "string",
  NUMBER: "number",
  DATE: "string",
  LIST: "string",
  TAGS: "list",
  LINK: "string",
} as const satisfies Record<CustomAttributeType, string>;

/** A number that JSON would round is stored as a text of its digits. */
const DIGITS = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Gives the attribute the type that its value has. If HR changes the type of an attribute, a value that does
 * not fit stays as it was until HR corrects the record. Its type stays too, so clients never get a text as a
 * number. Pure.
 */
export function fitType(attribute: CustomAttribute): CustomAttribute {
  const { type, value } = attribute;
  const json = Array.isArray(value) ? "list" : typeof value;
  const isDigits = type === "NUMBER" && typeof value === "string" && DIGITS.test(value);
  const fits = isDigits || (JSON_OF[type] === json && (type !== "DATE" || DAY.test(String(value))));
  if (value === null || value === undefined || fits) return attribute;
  return { ...attribute, type: json === "list" ? "TAGS" : json === "number" ? "NUMBER" : "TEXT" };
}
