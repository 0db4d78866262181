import type { Graph } from "./graph.ts";

/** A Personio and its credentials. */
export type Company = {
  readonly url: string;
  readonly credentials: { readonly clientId: string; readonly clientSecret: string };
};

/**
 * Connects the company and waits for its preview. The caller finishes the setup, which starts the first sync.
 */
export async function connectCompany(
  graph: Graph,
  { credentials }: Pick<Company, "credentials">,
): Promise<void> {
  await graph.ask(CONNECT, credentials);
  await graph.askUntil<PreviewAnswer>(PREVIEW, isPreviewed);
}

const CONNECT = `mutation ($clientId: String!, $clientSecret: String!) {
  connectPersonio(clientId: $clientId, clientSecret: $clientSecret) { status }
}`;

const PREVIEW = "{ personioIntegration { preview { ready } problem { message } } }";
type PreviewAnswer = {
  readonly personioIntegration: {
    readonly preview: { readonly ready: boolean } | null;
    readonly problem: { readonly message: string } | null;
  };
};

function isPreviewed({ personioIntegration: { preview, problem } }: PreviewAnswer): boolean {
  if (problem) throw new Error(`The preview failed: ${problem.message}`);
  return preview?.ready === true;
}
