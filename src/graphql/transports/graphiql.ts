import { renderGraphiQL } from "@graphql-yoga/render-graphiql";

/**
 * GraphiQL, a page to try queries. It is one file and works without internet, so the policy forbids every
 * other source. The policy also forbids other sites to show the page in a frame.
 */
export const GRAPHIQL_HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy":
    "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'; connect-src 'self' data: blob:; frame-ancestors 'none'",
};

const DEFAULT_QUERY = `# The first people of the directory, with their reporting chains.
{
  people(first: 5) {
    totalCount
    edges {
      node {
        displayName
        position
        department { name }
        reportingChain { displayName }
      }
    }
  }
}
`;

export const renderGraphiqlPage = (): string =>
  renderGraphiQL({
    title: "People",
    endpoint: "/graphql",
    subscriptionsProtocol: "WS",
    defaultQuery: DEFAULT_QUERY,
    defaultEditorToolsVisibility: false,
    shouldPersistHeaders: false,
  });
