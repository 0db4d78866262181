import { setTimeout as sleep } from "node:timers/promises";
import { serveCalls } from "./program.ts";

/** How long a refused client waits before it retries. */
const REFUSED_MS = 300;

type Crowd = {
  readonly url: string;
  readonly token: string;
  readonly query: string;
  readonly clients: number;
};

let isOver = false;
let asking: Promise<void>[] = [];
let [answered, refused] = [0, 0];

/** Clients that repeat the same query, each after its answer. They read answers as bytes. */
const calls = {
  async start({ url, token, query, clients }: Crowd): Promise<void> {
    const ask = async (): Promise<boolean> => {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
        body: JSON.stringify({ query }),
      });
      const head = Buffer.from(await response.arrayBuffer()).subarray(0, '{"errors"'.length);
      return response.ok && String(head) !== '{"errors"';
    };
    const askUntilOver = async (): Promise<void> => {
      while (!isOver) {
        if (await ask().catch(() => false)) answered += 1;
        else {
          refused += 1;
          await sleep(REFUSED_MS);
        }
      }
    };
    asking = Array.from({ length: clients }, askUntilOver);
  },

  async stop(_nothing: undefined): Promise<{ answered: number; refused: number }> {
    isOver = true;
    await Promise.all(asking);
    return { answered, refused };
  },
};

export type CrowdProgram = typeof calls;

serveCalls(calls, async () => undefined);
