import { readFile, stat } from "node:fs/promises";
import type { JSONWebKeySet } from "jose";
import { Agent, errors, request } from "undici";
import { z } from "zod";

/** The set of a large issuer, with certificates, has 20 KB. */
const KEY_SET_BYTES_MAX = 256 * 1024;

/** Issuers publish two or three keys, and a dozen at most while they rotate. */
const KEYS_MAX = 100;

/** Includes the last byte. Requests wait for keys only if there are none, or for a key that is new. */
const FETCH_DEADLINE_MS = 5_000;

/** Why a key set is unusable, in words of ours: the response of an issuer never reaches a log. */
export class KeySetError extends Error {
  override readonly name = "KeySetError";
}

/** Where keys come from. Each call reads them again, and rejects with a KeySetError. */
export type KeySource = AsyncDisposable & { load(): Promise<JSONWebKeySet> };

const keySetSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(KEYS_MAX) });

const KEY_TYPES = ["RSA", "EC", "OKP"];

/** The keys that can verify signatures. Keys for encryption, and types of the future, are left out. */
function parseKeySet(text: string): JSONWebKeySet {
  const parsed = keySetSchema.safeParse(parseJson(text));
  if (!parsed.success) throw new KeySetError("is not a key set (JWKS) in JSON");
  const { keys } = parsed.data;
  if (keys.some((key) => "d" in key || key.kty === "oct"))
    throw new KeySetError("contains a private key or a shared secret, which only the issuer may have");
  const usable = keys.filter(
    ({ kty, use }) => KEY_TYPES.includes(kty) && (use === undefined || use === "sig"),
  );
  if (usable.length === 0) throw new KeySetError("contains no key for signatures");
  return { keys: usable };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Fetches a key set without following redirects, bounded in bytes and in time. */
export function openRemoteKeySet(url: URL, { deadlineMs = FETCH_DEADLINE_MS } = {}): KeySource {
  const agent = new Agent({ maxResponseSize: KEY_SET_BYTES_MAX, allowH2: false });
  const headers = { accept: "application/jwk-set+json, application/json", "user-agent": "people-subgraph" };
  const fetchText = async () => {
    const signal = AbortSignal.timeout(deadlineMs);
    const { statusCode, body } = await request(url, { dispatcher: agent, headers, signal });
    return { statusCode, text: await body.text() };
  };
  return {
    async load() {
      const { statusCode, text } = await fetchText().catch((error: unknown) => {
        throw new KeySetError(describeFailure(error));
      });
      if (statusCode !== 200) throw new KeySetError(`was answered with status ${statusCode}`);
      return parseKeySet(text);
    },
    [Symbol.asyncDispose]: () => agent.destroy(),
  };
}

/** Reads a key set from a file, which an operator may replace at any time. */
export function openKeySetFile(path: string): KeySource {
  const readText = async () => {
    const { size } = await stat(path);
    return size > KEY_SET_BYTES_MAX ? null : readFile(path, "utf8");
  };
  return {
    async load() {
      const text = await readText().catch((error: unknown) => {
        throw new KeySetError(describeFailure(error));
      });
      if (text === null) throw new KeySetError(TOO_LARGE);
      return parseKeySet(text);
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

const TOO_LARGE = `is larger than ${KEY_SET_BYTES_MAX / 1024} KiB`;

/** Only the code: messages of the system contain addresses. */
function describeFailure(error: unknown): string {
  if (error instanceof errors.ResponseExceededMaxSizeError) return TOO_LARGE;
  if (!(error instanceof Error)) return "cannot be read";
  if (error.name === "TimeoutError") return "did not arrive in time";
  return `cannot be read (${"code" in error ? error.code : error.name})`;
}
