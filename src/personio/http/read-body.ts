import { pipeline, type Readable, type Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";

/** The client accepts only the first. The others are for proxies that encode anyway. */
const DECODERS: ReadonlyMap<string, () => Transform> = new Map([
  ["gzip", createGunzip],
  ["x-gzip", createGunzip],
  ["deflate", createInflate],
  ["br", createBrotliDecompress],
]);

export const ACCEPT_ENCODING = "gzip";

/**
 * The decoded body, or `null` for an unknown encoding or more than one. A few doubly packed bytes can expand
 * to gigabytes, and no correct server sends them. Reading the result throws the error that ends it early.
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
  // The reader of the decoder gets the errors of both streams; the pipeline only destroys the other one.
  return pipeline(body, createDecoder(), () => undefined);
}

/** `null` when the body is larger than `bytesMax`. Throws when it breaks off. */
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
