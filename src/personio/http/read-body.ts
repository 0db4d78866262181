import { pipeline, type Readable, type Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";

/** Only the first is asked for. Proxies that use another one are still understood. */
const DECODERS: ReadonlyMap<string, () => Transform> = new Map([
  ["gzip", createGunzip],
  ["x-gzip", createGunzip],
  ["deflate", createInflate],
  ["br", createBrotliDecompress],
]);

export const ACCEPT_ENCODING = "gzip";

/**
 * The body without its encoding, or `null` where that is not one that we know, or more than one: a few bytes that are packed
 * twice can be gigabytes, and nobody sends such an answer on purpose. Reading it throws whatever ends it early.
 */
export function decodeBody(body: Readable, contentEncoding: string | null): Readable | null {
  const encodings = (contentEncoding ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "" && name !== "identity");
  const [encoding] = encodings;
  if (encoding === undefined) return body;
  const createDecoder = encodings.length === 1 ? DECODERS.get(encoding) : undefined;
  if (!createDecoder) return null;
  // An error of either reaches whoever reads the decoder; the pipeline only makes sure that neither is left alone with it.
  return pipeline(body, createDecoder(), () => undefined);
}

/** `null` when the body is larger than we are willing to hold. Throws when it breaks off. */
export async function readBody(body: Readable, bytesMax: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > bytesMax) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
