import { fileURLToPath } from "node:url";
import type { Viewer } from "../../access/viewer.ts";
import type { IssuerConfig } from "../../config/auth.ts";
import { EXIT, StartError } from "../../errors.ts";
import type { Logger } from "../../log.ts";
import { COOL_DOWN_MS, createIssuerKeys, REFRESH_MS } from "./issuer-keys.ts";
import { KeySetError, type KeySource, openKeySetFile, openRemoteKeySet } from "./key-set.ts";
import type { NormalizeEmail } from "./read-claims.ts";
import { createVerifyIssuerToken } from "./verify-issuer-token.ts";

export type Issuer = AsyncDisposable & { verify(token: string): Promise<Viewer> };

/**
 * Opens the configured issuer. The keys of a file are read now, and again when they are old.
 *
 * @throws StartError if the file has no usable keys. The service starts even if the issuer is down.
 */
export async function openIssuer(
  options: IssuerConfig,
  { normalizeEmail, log }: { readonly normalizeEmail: NormalizeEmail; readonly log: Logger },
): Promise<Issuer> {
  const { jwksUrl, issuer, audiences } = options;
  const isFile = jwksUrl.protocol === "file:";
  const source = isFile ? openKeySetFile(fileURLToPath(jwksUrl)) : openRemoteKeySet(jwksUrl);
  // To read a file costs nothing, so a changed file counts soon.
  const refreshMs = isFile ? COOL_DOWN_MS : REFRESH_MS;
  const keys = createIssuerKeys({
    load: () => source.load(),
    ...(isFile && { loaded: await loadOrExplain(source, fileURLToPath(jwksUrl)) }),
    refreshMs,
    now: () => performance.now(),
    log,
  });
  // Without requests, too: the first one after a quiet night must not be served with last evening's keys.
  const timer = setInterval(() => void keys.renew(), refreshMs).unref();
  return {
    verify: createVerifyIssuerToken({
      issuer,
      audiences,
      rules: options,
      getKey: keys.getKey,
      normalizeEmail,
      clock: () => new Date(),
    }),
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await source[Symbol.asyncDispose]();
    },
  };
}

async function loadOrExplain(source: KeySource, path: string) {
  try {
    return await source.load();
  } catch (error) {
    if (!(error instanceof KeySetError)) throw error;
    throw new StartError(`AUTH_JWKS_URL: ${path} ${error.message}.`, EXIT.config);
  }
}
