import type { Side } from "./measure-reads.ts";
import { watchPostgres } from "./postgres-cpu.ts";
import type { FloorProgram } from "./programs/floor-program.ts";
import type { PeerProgram } from "./programs/peer-program.ts";
import { type Program, startProgram } from "./programs/program.ts";
import type { Service } from "./start-service.ts";

type Sides = {
  /** The service, the fair floor, and the others. */
  readonly sides: readonly [Side, Side, ...Side[]];
  readonly readPostgresMs: () => Promise<number>;
};

/** Starts the sides with which the service's reads are compared, on the same database. */
export async function startSides(programs: AsyncDisposableStack, service: Service): Promise<Sides> {
  const { app, graph, databaseUrl } = service;
  const floor = programs.use(startProgram<FloorProgram>("floor-program"));
  const { url: floorUrl } = await floor.call("start", { databaseUrl });
  const peer = programs.use(startProgram<PeerProgram>("peer-program"));
  const { url: peerUrl, firstCursor } = await peer.call("start", { databaseUrl });
  const ours: Side = {
    name: "ours",
    program: app,
    addressOf: () => graph.url,
    bodyOf: ({ query }, { variables }) => ({ query, variables }),
    peopleIn: ({ peopleIn }, { data }: { data: never }) => peopleIn(data),
  };
  return {
    sides: [
      ours,
      floorSide("fair", floor, floorUrl),
      floorSide("bare", floor, floorUrl),
      {
        name: "PostGraphile",
        program: peer,
        addressOf: () => peerUrl,
        bodyOf: ({ peerQuery: query }, { parameters }) =>
          query === undefined
            ? undefined
            : { query, variables: { after: cursorAt(firstCursor, parameters) } },
        peopleIn: (_workload, { data }: { data: PeerAnswer }) => data.allPeople.edges.map(({ node }) => node),
      },
    ],
    readPostgresMs: await watchPostgres(databaseUrl),
  };
}

type PeerAnswer = { readonly allPeople: { readonly edges: readonly { readonly node: unknown }[] } };

const floorSide = (floor: "fair" | "bare", program: Program<FloorProgram>, url: string): Side => ({
  name: `${floor} floor`,
  program,
  addressOf: ({ floor: statement }) => `${url}/${floor}/${statement}`,
  bodyOf: (_workload, { parameters }) => parameters,
  peopleIn: (_workload, people) => people,
});

/** PostGraphile's cursor of a person: a hash of the order, the columns of the order, and the primary key. */
function cursorAt(anyCursor: string, parameters: readonly string[]): string {
  const [hash]: unknown[] = JSON.parse(Buffer.from(anyCursor, "base64").toString());
  const [, , id] = parameters;
  return Buffer.from(JSON.stringify([hash, ...parameters, "default", id])).toString("base64");
}
