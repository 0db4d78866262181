import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readRecipe } from "../../support/recipes.ts";

export type WebPages = AsyncDisposable & {
  /** Two origins of one server: to a browser, its name and its address are different sites. */
  readonly origin: string;
  readonly foreignOrigin: string;
};

/** The browser's modules of the packages that the recipe imports: a bundler would find them. */
const PACKAGES = {
  "graphql-ws": "/node_modules/graphql-ws/dist/client.js",
  "graphql-sse": "/node_modules/graphql-sse/lib/client.mjs",
};

const PAGE = `<!doctype html><link rel="icon" href="data:,">
<script type="importmap">${JSON.stringify({ imports: PACKAGES })}</script>`;

const MODULE = /^\/node_modules\/graphql-(ws|sse)\/(dist|lib)\/[\w-]+\.m?js$/;

/** Serves a page with the client of the guide's web page, `/page.js`. */
export async function startWebPages(): Promise<WebPages> {
  const recipe = await readRecipe("// page.js\n");
  const server = createServer(async ({ url = "" }, response) => {
    if (url === "/") return response.setHeader("content-type", "text/html").end(PAGE);
    response.setHeader("content-type", "text/javascript");
    if (url === "/page.js") return response.end(recipe);
    if (MODULE.test(url)) return response.end(await readFile(`.${url}`));
    return response.writeHead(404).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://localhost:${port}`,
    foreignOrigin: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}
