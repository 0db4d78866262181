/** An attribute of a schema (RFC 7643, section 7), without what has the default value. */
export type Attribute = {
  readonly name: string;
  readonly type: "string" | "boolean" | "reference" | "complex";
  readonly description: string;
  readonly multiValued?: true;
  readonly required?: true;
  readonly caseExact?: true;
  readonly unique?: true;
  readonly readOnly?: true;
  readonly canonicalValues?: readonly string[];
  readonly referenceTypes?: readonly string[];
  readonly subAttributes?: readonly Attribute[];
  /** An index or the directory keeps it, so it has a limit of its own. */
  readonly isShort?: true;
};

export type Schema = {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly Attribute[];
};

/** Users or groups: what the protocol needs to know about them. */
export type ResourceKind = {
  readonly name: "User" | "Group";
  readonly endpoint: "/Users" | "/Groups";
  readonly schema: Schema;
  readonly extensions: readonly Schema[];
};

/** Names have no case (RFC 7643, section 2.1). Only a name of the list is found, so `__proto__` never is. */
export function findAttribute(attributes: readonly Attribute[], name: string): Attribute | undefined {
  const key = name.toLowerCase();
  return attributes.find((attribute) => attribute.name.toLowerCase() === key);
}

/** The known schema that a text begins with, followed by `:` or by nothing. */
export function findSchema(kind: ResourceKind, text: string): Schema | undefined {
  const lower = text.toLowerCase();
  return [kind.schema, ...kind.extensions].find(({ id }) => {
    const prefix = id.toLowerCase();
    return lower === prefix || lower.startsWith(`${prefix}:`);
  });
}
