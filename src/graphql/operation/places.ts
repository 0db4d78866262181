import { type ASTNode, type DocumentNode, type SourceLocation, visit } from "graphql";

const places = new WeakMap<ASTNode, SourceLocation>();

/**
 * Remembers the line and column of each node, and drops its `loc`. From a `loc`, graphql-js reads the text up to the node again for each
 * error: ten thousand errors behind a megabyte of blank lines blocked the event loop for minutes (D19). The tokens, which `loc` keeps
 * in memory, go as well.
 */
export function rememberPlaces(document: DocumentNode): DocumentNode {
  visit(document, {
    enter(node) {
      if (node.loc) places.set(node, { line: node.loc.startToken.line, column: node.loc.startToken.column });
      Object.assign(node, { loc: undefined });
    },
  });
  return document;
}

/** Where the nodes of an error are in the text of the operation; undefined when it has none. */
export function placesOf(nodes: readonly ASTNode[] | undefined): readonly SourceLocation[] | undefined {
  const found = (nodes ?? []).flatMap((node) => places.get(node) ?? []);
  return found.length > 0 ? found : undefined;
}
