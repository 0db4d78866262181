import { writeFile } from "node:fs/promises";
import { buildSubgraph } from "./build-schema.ts";
import { rooms } from "./resolvers.ts";

/** `npm run schema:print`: writes what we publish, from the code. */
const { sdl, apiSdl } = await buildSubgraph(rooms);
await writeFile("schema/people.graphql", sdl);
await writeFile("schema/people.api.graphql", apiSdl);
