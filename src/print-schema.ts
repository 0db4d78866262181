// Decorators need it before the first room loads.
import "reflect-metadata";
import { writeFile } from "node:fs/promises";
import { renderErrorPage } from "./error-page.ts";
import { buildSubgraph, printApiSchema } from "./graphql/build-schema.ts";
import { subgraphResolvers } from "./graphql/resolvers.ts";

/** `npm run schema:print`: writes the published files from the code. */
const { sdl } = await buildSubgraph(subgraphResolvers);
await writeFile("schema/people.graphql", sdl);
await writeFile("schema/people.api.graphql", printApiSchema(sdl));
await writeFile("schema/errors.md", renderErrorPage());
