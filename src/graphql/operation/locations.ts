import { type ASTNode, type DocumentNode, type SourceLocation, visit } from "graphql";

const locations = new WeakMap<ASTNode, SourceLocation>();

/**
 * Stores the line and column of each node, and removes its `loc`. With a `loc`, graphql-js scans the text up
 * to the node for each error. Ten thousand errors behind a megabyte of blank lines blocked the event loop for
 * minutes (D19). Removing it also frees the tokens.
 */
export function storeLocations(document: DocumentNode): DocumentNode {
  visit(document, {
    enter(node) {
      if (node.loc)
        locations.set(node, { line: node.loc.startToken.line, column: node.loc.startToken.column });
      Object.assign(node, { loc: undefined });
    },
  });
  return document;
}

/** The positions of the nodes of an error in the text of the operation; undefined when there are none. */
export function locationsOf(nodes: readonly ASTNode[] | undefined): readonly SourceLocation[] | undefined {
  const found = (nodes ?? []).flatMap((node) => locations.get(node) ?? []);
  return found.length > 0 ? found : undefined;
}
