import type { SandboxOptions } from "../../../src/sandbox/sandbox.ts";
import type { PartialSettings } from "../../../src/sandbox/settings.ts";
import { EVENT_NAMES } from "../../../src/sandbox/webhooks/event.ts";
import type { NewWebhook } from "../../../src/sandbox/webhooks/webhook.ts";
import { type Receiver, startReceiver } from "./receiver.ts";
import { type SandboxClientV2, startV2 } from "./start-v2.ts";

export type SandboxWithWebhook = SandboxClientV2 & { readonly receiver: Receiver; readonly webhook: string };

type Options = {
  readonly webhook?: Partial<NewWebhook>;
  readonly settings?: PartialSettings["webhooks"];
  readonly sandbox?: Partial<SandboxOptions>;
};

/** A small company and a receiver of all its events. */
export async function startWithWebhook(options: Options = {}): Promise<SandboxWithWebhook> {
  await using starting = new AsyncDisposableStack();
  const receiver = starting.use(await startReceiver());
  const client = starting.use(
    await startV2({
      people: 10,
      settings: { webhooks: { urls: "https or loopback", ...options.settings } },
      ...options.sandbox,
    }),
  );
  const webhook = await client.admin.addWebhook({
    url: receiver.url,
    description: "People sync",
    status: "ENABLED",
    auth_type: "NONE",
    enabled_events: [...EVENT_NAMES],
    ...options.webhook,
  });
  const started = starting.move();
  return { ...client, receiver, webhook, [Symbol.asyncDispose]: () => started.disposeAsync() };
}
