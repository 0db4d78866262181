import { generateKeyPairSync } from "node:crypto";
import { chmod, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { calculateJwkThumbprint, type JWK, SignJWT } from "jose";
import { z } from "zod";
import type { Scope } from "../access/viewer.ts";
import { DEVELOPMENT_ISSUER } from "../config/auth.ts";
import { EXIT, StartError } from "../errors.ts";
import { makeFolder } from "../make-folder.ts";

const ALGORITHM = "ES256";

const AUDIENCE = "people";

/** What a developer's token contains. */
export type DevelopmentToken = {
  readonly tenant: string;
  readonly scopes: readonly Scope[];
  readonly subject: string;
  readonly email: string | undefined;
  readonly minutes: number;
};

/** An issuer for development, whose private key is a file. */
export type DevelopmentIssuer = {
  /** The variables by which the service accepts its tokens. */
  readonly settings: Readonly<Record<string, string>>;
  sign(token: DevelopmentToken, now: Date): Promise<string>;
};

/** Opens the issuer of a data folder. The first call creates its keys. */
export async function openDevelopmentIssuer(dataDir: string): Promise<DevelopmentIssuer> {
  const folder = join(resolve(dataDir), DEVELOPMENT_ISSUER.folder);
  makeFolder(dataDir);
  const key = (await readKey(folder)) ?? (await createKeys(folder));
  return {
    settings: {
      AUTH: "jwt",
      AUTH_JWKS_URL: pathToFileURL(join(folder, "jwks.json")).href,
      AUTH_ISSUER: DEVELOPMENT_ISSUER.name,
      AUTH_AUDIENCE: AUDIENCE,
    },
    sign({ tenant, scopes, subject, email, minutes }, now) {
      const seconds = Math.floor(now.getTime() / 1_000);
      return new SignJWT({ tenant, scope: scopes.join(" "), ...(email !== undefined && { email }) })
        .setProtectedHeader({ alg: ALGORITHM, kid: key.kid, typ: "at+jwt" })
        .setIssuer(DEVELOPMENT_ISSUER.name)
        .setAudience(AUDIENCE)
        .setSubject(subject)
        .setIssuedAt(seconds)
        .setExpirationTime(seconds + minutes * 60)
        .sign(key);
    },
  };
}

type PrivateKey = JWK & { readonly kid: string };

const keySchema = z.object({
  kty: z.literal("EC"),
  crv: z.literal("P-256"),
  x: z.string(),
  y: z.string(),
  d: z.string(),
  kid: z.string(),
});

/** Null if there is none yet. */
async function readKey(folder: string): Promise<PrivateKey | null> {
  const path = join(folder, "key.json");
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (text === null) return null;
  try {
    return keySchema.parse(JSON.parse(text));
  } catch (cause) {
    const remedy = `${path} cannot be read as a key. Delete the folder ${folder}, and start the service again`;
    throw new StartError(`${remedy} after the next token.`, EXIT.config, { cause });
  }
}

/** Both files appear at once, with their folder. The second of two processes uses those of the first. */
async function createKeys(folder: string): Promise<PrivateKey> {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const publicJwk: JWK = publicKey.export({ format: "jwk" });
  const named = { kid: await calculateJwkThumbprint(publicJwk), alg: ALGORITHM, use: "sig" };
  const draft = await mkdtemp(`${folder}.`);
  const key = { ...privateKey.export({ format: "jwk" }), ...named };
  await writeFile(join(draft, "key.json"), JSON.stringify(key), { mode: 0o600 });
  await writeFile(join(draft, "jwks.json"), JSON.stringify({ keys: [{ ...publicJwk, ...named }] }));
  // A service that runs as another user reads the public key.
  await chmod(draft, 0o755);
  await rename(draft, folder).catch(async (error: NodeJS.ErrnoException) => {
    await rm(draft, { recursive: true });
    if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
  });
  const created = await readKey(folder);
  if (!created) throw new StartError(`${folder} disappeared while it was created.`, EXIT.config);
  return created;
}
