/** As long as 24 random bytes in base64: nothing that fits into a header and can be guessed. */
const LENGTH_MIN = 32;

/** The gateways need the old and the new one during a rotation; each request is compared with all. */
const SECRETS_MAX = 4;

/** Characters that every gateway can send in a header. */
const SENDABLE = /^[\x21-\x7e]+$/;

const MAKE_A_SECRET = "Make a secret with: openssl rand -hex 32";

/** Reads `new,old`. Problems name a secret by its place and never quote it. */
export function parseGatewaySecrets(text: string): {
  entries: readonly string[];
  problems: readonly string[];
} {
  const entries = text.split(",").map((secret) => secret.trim());
  const problems = entries.flatMap((secret, index) => {
    if (secret.length < LENGTH_MIN)
      return [`entry ${index + 1} has fewer than ${LENGTH_MIN} characters. ${MAKE_A_SECRET}`];
    if (!SENDABLE.test(secret))
      return [`entry ${index + 1} contains a character that a header cannot. ${MAKE_A_SECRET}`];
    return entries.indexOf(secret) < index ? [`entry ${index + 1} repeats an earlier one`] : [];
  });
  if (entries.length > SECRETS_MAX) problems.push(`expected at most ${SECRETS_MAX}, found ${entries.length}`);
  return { entries, problems };
}
