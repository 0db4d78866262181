import { type DocumentInput, gql } from "urql";
import type { graphql as TypedGraphql } from "#graph/gql";

const SPREAD = /\.\.\.([A-Z]\w*)/g;

/** Fragments that several screens share, by name. A screen imports the file of each fragment that it uses. */
const fragments = new Map<string, DocumentInput>();

/**
 * An operation of a screen, typed from the published schema. The types come from the build; at runtime an
 * operation is only its text. Write it as one template without expressions.
 */
export const graphql = ((text: string) => {
  const named = [...text.matchAll(SPREAD)].map(([, name = ""]) => {
    const fragment = fragments.get(name);
    if (!fragment) throw new Error(`Import the file of the fragment ${name}.`);
    return fragment;
  });
  const document = gql([text, ...named.map(() => "")] as unknown as TemplateStringsArray, ...named);
  const [, name] = /^\s*fragment (\w+)/.exec(text) ?? [];
  if (name) fragments.set(name, document);
  return document;
}) as typeof TypedGraphql;
