import { describe, expect, test } from "vitest";
import { readLateTogether, TRANSPORTS, useFeed } from "./support/late-clients.ts";

const feed = useFeed({ lagMs: 500 });

describe("H3: clients that stop reading get LAGGED when they read again", () => {
  test.each(TRANSPORTS)(
    "a late client over %s resumes from its cursor without losing an event",
    async (transport) => {
      const { late, people } = await readLateTogether(transport, feed(), 1_500);

      for (const { client, end } of late)
        expect(end).toMatchObject({ code: "LAGGED", cursor: client.cursors.at(-1) });
      expect(people).toEqual(feed().people);
    },
  );
});
