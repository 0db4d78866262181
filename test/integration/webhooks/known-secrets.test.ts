import { expect, test } from "vitest";
import { createKnownSecrets } from "../../../src/integration/webhooks/known-secrets.ts";
import {
  hashWebhookSecret,
  WEBHOOK_SECRET_HEADER,
} from "../../../src/integration/webhooks/webhook-secret.ts";

const delivery = (webhookId: string, secret: string, sender = "192.0.2.1") => ({
  webhookId,
  sender,
  headers: { [WEBHOOK_SECRET_HEADER.toLowerCase()]: secret },
});

test("a webhook whose secret is known needs no query to refuse a wrong one", async () => {
  const known = createKnownSecrets();
  expect(await known.check(delivery("a", "right"))).toBe("unknown");
  known.remember("a", hashWebhookSecret("right"));

  expect(await known.check(delivery("a", "right"))).toBe("right");
  expect(await known.check(delivery("a", "wrong"))).toBe("wrong");
  expect(await known.check(delivery("b", "right"))).toBe("unknown");
});

test("each sender may cost some queries; a known webhook is never refused for it", async () => {
  const known = createKnownSecrets(2);
  known.remember("a", hashWebhookSecret("right"));
  for (const webhookId of ["b", "c"]) await known.countWrong(delivery(webhookId, "x"), true);

  expect(await known.check(delivery("d", "x"))).toBe("too many");
  expect(await known.check(delivery("a", "right"))).toBe("right");
  expect(await known.check(delivery("d", "x", "192.0.2.2"))).toBe("unknown");
});

test("a webhook that is gone is unknown again", async () => {
  const known = createKnownSecrets();
  known.remember("a", hashWebhookSecret("right"));
  await known.countWrong(delivery("a", "right"), true);

  expect(await known.check(delivery("a", "right"))).toBe("unknown");
});
