import { randomBytes, randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { openWebhookAddress, sealWebhookAddress } from "../../../src/integration/webhooks/webhook-address.ts";

const key = (id: string) => ({ id, key: randomBytes(32) });
const [old, current] = [key("1"), key("2")];
const webhook = { tenantId: "tenant-ä", webhookId: randomUUID() };

describe("the address of a webhook", () => {
  test("leads to its tenant and its webhook", () => {
    expect(openWebhookAddress([current], sealWebhookAddress([current], webhook))).toEqual(webhook);
  });

  test("still does when a new key seals in place of the one that sealed it", () => {
    expect(openWebhookAddress([current, old], sealWebhookAddress([old], webhook))).toEqual(webhook);
  });

  test("says nothing of what it leads to", () => {
    const address = sealWebhookAddress([current], webhook);
    expect(address).toMatch(/^[\w-]+$/);
    expect(Buffer.from(address, "base64url").toString("latin1")).not.toContain("tenant");
  });

  test("leads nowhere once a bit of it is another", () => {
    const bytes = Buffer.from(sealWebhookAddress([current], webhook), "base64url");
    for (let place = 0; place < bytes.length; place += 1) {
      const forged = Buffer.from(bytes);
      forged.writeUInt8(forged.readUInt8(place) ^ 1, place);
      expect(openWebhookAddress([current], forged.toString("base64url"))).toBeNull();
    }
  });

  test.each(["", "t_481920", "../../etc/passwd", "A".repeat(44), "A".repeat(10_000)])(
    "is not %j",
    (address) => {
      expect(openWebhookAddress([current], address)).toBeNull();
    },
  );

  test("leads nowhere when its key is gone, or was never ours", () => {
    expect(openWebhookAddress([current], sealWebhookAddress([old], webhook))).toBeNull();
  });
});
