import { afterAll, afterEach, beforeAll } from "vitest";
import type { PartialSettings } from "../../../src/sandbox/settings.ts";
import { EVENT_NAMES } from "../../../src/sandbox/webhooks/event.ts";
import type { NewWebhook } from "../../../src/sandbox/webhooks/webhook.ts";
import { type ResettableSandbox, startResettableSandbox } from "../../support/resettable-sandbox.ts";
import { type Receiver, startReceiver } from "./receiver.ts";
import { DEFAULTS } from "./start.ts";
import { connectToV2, type SandboxClientV2 } from "./start-v2.ts";

export type SandboxWithWebhook = SandboxClientV2 & { readonly receiver: Receiver; readonly webhook: string };

type Options = {
  readonly webhook?: Partial<NewWebhook>;
  readonly settings?: PartialSettings["webhooks"];
};

/**
 * One sandbox for all tests of a file. The function that it returns gives a test a new company of ten people,
 * and a receiver of all its events.
 */
export function useSandboxWithWebhook(): (options?: Options) => Promise<SandboxWithWebhook> {
  const opened = new AsyncDisposableStack();
  const receivers: Receiver[] = [];
  let sandbox: ResettableSandbox;
  beforeAll(async () => {
    sandbox = opened.use(await startResettableSandbox(DEFAULTS));
  });
  afterEach(async () => {
    for (const receiver of receivers.splice(0)) await receiver[Symbol.asyncDispose]();
  });
  afterAll(() => opened.disposeAsync());

  return async (options = {}) => {
    const receiver = await startReceiver();
    receivers.push(receiver);
    sandbox.reset({
      people: 10,
      settings: { webhooks: { urls: "https or loopback", ...options.settings } },
    });
    const client = await connectToV2(sandbox);
    const webhook = await client.admin.addWebhook({
      url: receiver.url,
      description: "People sync",
      status: "ENABLED",
      auth_type: "NONE",
      enabled_events: [...EVENT_NAMES],
      ...options.webhook,
    });
    return { ...client, receiver, webhook, [Symbol.asyncDispose]: () => opened.disposeAsync() };
  };
}
