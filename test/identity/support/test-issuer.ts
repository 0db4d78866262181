import { exportJWK, generateKeyPair, type JSONWebKeySet, type JWTPayload, SignJWT } from "jose";

export const ISSUER = "https://login.example.com/";
export const AUDIENCE = "https://people.example.com";

/** An issuer in the process of the test: it signs what it is given, also what no real issuer would sign. */
export type TestIssuer = {
  readonly kid: string;
  readonly jwk: JSONWebKeySet["keys"][number];
  readonly keySet: JSONWebKeySet;
  /** A valid token for Ada of acme, with the given changes; `undefined` leaves a claim out. */
  sign(
    claims?: Readonly<Record<string, unknown>>,
    header?: Readonly<Record<string, unknown>>,
  ): Promise<string>;
};

export const VALID_CLAIMS = {
  iss: ISSUER,
  aud: AUDIENCE,
  sub: "ada",
  tenant: "acme",
  scope: "people:read people:hr",
  email: "Ada@Example.com",
};

export const secondsFromNow = (seconds: number): number => Math.floor(Date.now() / 1_000) + seconds;

export async function createTestIssuer(kid = "one", alg = "ES256"): Promise<TestIssuer> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid, alg, use: "sig" };
  return {
    kid,
    jwk,
    keySet: { keys: [jwk] },
    sign: (claims = {}, header = {}) =>
      new SignJWT({ ...VALID_CLAIMS, exp: secondsFromNow(600), ...claims } as JWTPayload)
        .setProtectedHeader({ alg, kid, typ: "at+jwt", ...header })
        .sign(privateKey),
  };
}
