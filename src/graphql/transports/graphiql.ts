import { createHash } from "node:crypto";
import { renderGraphiQL } from "@graphql-yoga/render-graphiql";

/**
 * GraphiQL, a page to try queries. It is one file and works without internet, so the policy forbids every
 * other source. The policy also forbids other sites to show the page in a frame.
 */
const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  // Browsers keep the page, and ask each time whether it is still the same.
  "cache-control": "private, no-cache",
  "content-security-policy":
    "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'; connect-src 'self' data: blob:; base-uri 'none'; object-src 'none'; frame-ancestors 'none'",
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

export type GraphiqlPage = {
  readonly headers: Readonly<Record<"etag" | keyof typeof HEADERS, string>>;
  readonly html: string;
};

let opened: GraphiqlPage | undefined;

/** The page, rendered once, with an ETag. It is a weak one, because the page may be compressed. */
export function openGraphiqlPage(): GraphiqlPage {
  if (opened) return opened;
  const html = renderGraphiQL({
    title: "People",
    endpoint: "/graphql",
    subscriptionsProtocol: "WS",
    defaultQuery: DEFAULT_QUERY,
    defaultEditorToolsVisibility: false,
    shouldPersistHeaders: false,
  });
  const etag = `W/"${createHash("sha256").update(html).digest("base64url")}"`;
  opened = { headers: { ...HEADERS, etag }, html };
  return opened;
}
