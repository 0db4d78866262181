import { once } from "node:events";
import { connect, createServer } from "node:net";
import { overTcp } from "../support/test-database.ts";

export type CuttingProxy = AsyncDisposable & {
  readonly url: string;
  /**
   * The next transaction that sends a statement with this name in its comment is committed. The proxy cuts
   * its connection before the answer arrives, so the client does not learn of the commit.
   */
  cutAnswerToCommitOf(statement: string): void;
  /** How many connections the proxy has cut. */
  cuts(): number;
};

/** Opens a proxy before a database that loses one answer at the request of a test. */
export async function openCuttingProxy(databaseUrl: string): Promise<CuttingProxy> {
  const target = new URL(databaseUrl);
  let [wanted, cuts]: [string | undefined, number] = [undefined, 0];
  const server = createServer((incoming) => {
    const outgoing = connect(Number(target.port), target.hostname);
    let [isMarked, isCut] = [false, false];
    for (const socket of [incoming, outgoing]) {
      socket.on("error", () => undefined);
      socket.on("close", () => {
        incoming.destroy();
        outgoing.destroy();
      });
    }
    incoming.on("data", (sent) => {
      if (wanted !== undefined && sent.includes(`/* ${wanted} */`)) isMarked = true;
      if (isMarked && sent.includes("commit\0")) {
        [isCut, wanted] = [true, undefined];
        cuts += 1;
      }
      outgoing.write(sent);
    });
    outgoing.on("data", (answer) => {
      if (isCut) incoming.destroy();
      else incoming.write(answer);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const url = overTcp(databaseUrl);
  url.host = `127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  return {
    url: url.href,
    cutAnswerToCommitOf(statement) {
      wanted = statement;
    },
    cuts: () => cuts,
    async [Symbol.asyncDispose]() {
      server.close();
    },
  };
}
