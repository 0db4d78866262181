import { setTimeout as pause } from "node:timers/promises";
import { request } from "undici";
import { z } from "zod";
import { isLoopback } from "../webhooks/send.ts";
import type { IdpSettings } from "./idp-settings.ts";

/** Where the provider provisions to, as an administrator enters it. */
export type Target = { readonly url: string; readonly token: string };

export type ScimRequest = {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below the base URL, with its query. */
  readonly path: string;
  readonly body?: object;
};

/** One request as the provisioning log shows it. */
export type LoggedRequest = {
  readonly method: string;
  readonly path: string;
  /** Null for no answer in time. */
  readonly status: number | null;
};

/** A resource as the service returned it. */
export type Resource = Readonly<Record<string, unknown>> & { readonly id: string };

/** The service refused a request, or did not answer. */
export class RefusedRequest extends Error {
  override readonly name = "RefusedRequest";
  readonly request: LoggedRequest;

  constructor({ method, path, status }: LoggedRequest, detail: string) {
    super(`${method} ${path}: ${status ?? "no answer"}${detail && `: ${detail}`}`);
    this.request = { method, path, status };
  }
}

type ClientOptions = {
  readonly target: Target;
  readonly headers: Readonly<Record<string, string>>;
  readonly settings: Pick<IdpSettings, "retries" | "timeoutMs">;
  readonly signal: AbortSignal;
  readonly onAnswer: (logged: LoggedRequest) => void;
};

type Answer = {
  readonly status: number | null;
  readonly body: unknown;
  readonly retryAfterMs: number | null;
};

const resource = z.looseObject({ id: z.string().min(1) });
const list = z.looseObject({ totalResults: z.int(), Resources: z.array(resource).default([]) });
const refusal = z.object({ detail: z.string() });

const NOT_FOUND = 404;
const TOO_MANY = 429;

/** Sends SCIM requests with the token, to this machine only, and again when the service asks to wait. */
export class ScimClient {
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** The resource of the answer; rejects unless the service did what was asked. */
  async send(sent: ScimRequest): Promise<Resource | null> {
    const { status, body } = await this.#succeed(sent);
    const found = resource.safeParse(body);
    if (sent.method === "POST" && !found.success)
      throw new RefusedRequest({ ...sent, status }, "the answer has no resource with an id");
    return found.success ? found.data : null;
  }

  /** The resource, or null when the service no longer has it. */
  async get(path: string): Promise<Resource | null> {
    const answer = await this.#sendPatiently({ method: "GET", path });
    if (answer.status === NOT_FOUND) return null;
    return resource.parse(this.#check({ method: "GET", path }, answer).body);
  }

  /** The first match of a filter, or null. */
  async find(path: string, unknown: { readonly mayBe404: boolean }): Promise<Resource | null> {
    const sent = { method: "GET", path } as const;
    const answer = await this.#sendPatiently(sent);
    if (answer.status === NOT_FOUND && unknown.mayBe404) return null;
    const listed = list.safeParse(this.#check(sent, answer).body);
    if (!listed.success) throw new RefusedRequest({ ...sent, status: answer.status }, "no list response");
    return listed.data.Resources[0] ?? null;
  }

  async #succeed(sent: ScimRequest): Promise<Answer> {
    return this.#check(sent, await this.#sendPatiently(sent));
  }

  #check(sent: ScimRequest, answer: Answer): Answer {
    const { status, body } = answer;
    if (status !== null && status >= 200 && status < 300) return answer;
    const { data } = refusal.safeParse(body);
    throw new RefusedRequest({ ...sent, status }, data?.detail ?? "");
  }

  async #sendPatiently(sent: ScimRequest): Promise<Answer> {
    const { attempts, firstDelayMs, fasterBy } = this.#options.settings.retries;
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#sendOnce(sent);
      if (attempt >= attempts || !isWorthRetrying(answer.status)) return answer;
      const delay = answer.retryAfterMs ?? firstDelayMs * 2 ** (attempt - 1);
      await pause(delay / fasterBy, undefined, { signal: this.#options.signal });
    }
  }

  async #sendOnce({ method, path, body }: ScimRequest): Promise<Answer> {
    const { target, headers, settings, signal, onAnswer } = this.#options;
    const url = urlOf(target.url, path);
    const answer = await request(url, {
      method,
      headers: { ...headers, authorization: `Bearer ${target.token}` },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.any([AbortSignal.timeout(settings.timeoutMs), signal]),
    })
      .then(async (response) => ({
        status: response.statusCode,
        body: readJson(await response.body.text()),
        retryAfterMs: readRetryAfter(response.headers["retry-after"]),
      }))
      // Refused, reset or too late: the provider treats them alike.
      .catch(() => ({ status: null, body: null, retryAfterMs: null }));
    signal.throwIfAborted();
    onAnswer({ method, path, status: answer.status });
    return answer;
  }
}

/** The base URL may have a query, with Microsoft's flags; it is not part of the requests. */
function urlOf(base: string, path: string): URL {
  const { origin, pathname } = new URL(base);
  return new URL(`${origin}${pathname.replace(/\/$/, "")}${path}`);
}

/** Whether an administrator may enter it: the sandbox sends to its own machine only. */
export const isAllowedTarget = (url: string): boolean =>
  URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) && isLoopback(new URL(url));

const isWorthRetrying = (status: number | null): boolean =>
  status === null || status === TOO_MANY || (status >= 500 && status !== 501);

function readRetryAfter(header: string | string[] | undefined): number | null {
  const text = String(header ?? "");
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now());
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
