import type { Fault } from "../control/faults.ts";
import type { Attribute } from "./attribute.ts";

/** The attributes as a page has them that these faults strike. */
export const withFaults = (
  attributes: readonly Attribute[],
  faults: readonly Fault[],
): readonly Attribute[] => faults.reduce(withFault, attributes);

function withFault(attributes: readonly Attribute[], fault: Fault): readonly Attribute[] {
  switch (fault.kind) {
    case "missing-attributes":
      return attributes.filter(({ key }) => !fault.attributes.includes(key));
    case "raw-value":
    case "wrong-value": {
      const value = fault.kind === "raw-value" ? fault.json : JSON.stringify(fault.value);
      const strikes = (id: string) => fault.employees?.includes(id) ?? true;
      return rewrite(
        attributes,
        ({ key }) => key === fault.attribute,
        (text, id) => (strikes(id) ? value : text),
      );
    }
    case "tags-as-json":
      return rewrite(attributes, ({ type }) => type === "tags", tagsAsJson);
    case "empty-objects": {
      const empty = JSON.stringify(fault.as);
      return rewrite(
        attributes,
        ({ isObject }) => isObject === true,
        (text) => (text === "null" ? empty : text),
      );
    }
    default:
      return attributes;
  }
}

function rewrite(
  attributes: readonly Attribute[],
  isMeant: (attribute: Attribute) => boolean,
  change: (text: string, id: string) => string,
): readonly Attribute[] {
  return attributes.map((attribute) =>
    isMeant(attribute)
      ? { ...attribute, write: (person, page) => change(attribute.write(person, page), person.id) }
      : attribute,
  );
}

/** `"German,English"` becomes `"[\"German\",\"English\"]"`; no tags stay an empty string. */
function tagsAsJson(text: string): string {
  const tags: string = JSON.parse(text);
  return tags === "" ? text : JSON.stringify(JSON.stringify(tags.split(",")));
}
