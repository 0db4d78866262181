import { randomBytes, randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { openWebhookAddress, sealWebhookAddress } from "../../../src/integration/webhooks/webhook-address.ts";

const key = (id: string) => ({ id, key: randomBytes(32) });
const [old, current] = [key("1"), key("2")];
const webhook = { tenantId: "tenant-ä", webhookId: randomUUID() };

describe("the address of a webhook", () => {
  test("an address identifies its tenant and its webhook", () => {
    expect(openWebhookAddress([current], sealWebhookAddress([current], webhook))).toEqual(webhook);
  });

  test("an address still works after a new key becomes the first", () => {
    expect(openWebhookAddress([current, old], sealWebhookAddress([old], webhook))).toEqual(webhook);
  });

  test("an address reveals no part of its content", () => {
    const address = sealWebhookAddress([current], webhook);
    expect(address).toMatch(/^[\w-]+$/);
    expect(Buffer.from(address, "base64url").toString("latin1")).not.toContain("tenant");
  });

  test("an address with a changed bit identifies no webhook", () => {
    const bytes = Buffer.from(sealWebhookAddress([current], webhook), "base64url");
    for (let place = 0; place < bytes.length; place += 1) {
      const forged = Buffer.from(bytes);
      forged.writeUInt8(forged.readUInt8(place) ^ 1, place);
      expect(openWebhookAddress([current], forged.toString("base64url"))).toBeNull();
    }
  });

  test.each(["", "t_481920", "../../etc/passwd", "A".repeat(44), "A".repeat(10_000)])(
    "%j is not an address",
    (address) => {
      expect(openWebhookAddress([current], address)).toBeNull();
    },
  );

  test("an address whose key is gone, or was never ours, identifies no webhook", () => {
    expect(openWebhookAddress([current], sealWebhookAddress([old], webhook))).toBeNull();
  });
});
