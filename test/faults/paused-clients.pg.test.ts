import { describe, expect, test } from "vitest";
import { CLIENTS, readLateTogether, TRANSPORTS, useFeed } from "./support/late-clients.ts";

const feed = useFeed({ stalledMs: 1_000, checkIntervalMs: 100 });

describe("H3: clients that stop reading are disconnected when they stay paused", () => {
  test.each(TRANSPORTS)(
    "a late client over %s resumes from its cursor without losing an event",
    async (transport) => {
      const { late, people } = await readLateTogether(transport, feed(), 3_000);

      expect(late.map(({ end }) => end)).toEqual(Array(CLIENTS).fill("closed"));
      expect(people).toEqual(feed().people);
    },
  );
});
