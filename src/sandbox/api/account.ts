import { randomUUID } from "node:crypto";
import type { Credentials } from "../admin.ts";
import type { Clock } from "../records/clock.ts";

export const EMPLOYEES_READ = "employees:read";

/** Personio's token for a pair stays the same for a day, however often it is asked for. */
const TOKEN_LIFE_MS = 24 * 60 * 60 * 1000;

/** The one pair of credentials there is, with what it may read, and its token. */
export class Account {
  scopes: readonly string[] = [EMPLOYEES_READ, "absences:read"];
  /** Keys of the readable attributes; null is all of them. */
  grants: ReadonlySet<string> | null = null;
  readonly #clock: Clock;
  #credentials: Credentials | null;
  #token: { readonly text: string; readonly expiresAt: number } | null = null;

  constructor(credentials: Credentials, clock: Clock) {
    this.#clock = clock;
    this.#credentials = credentials;
  }

  canRead(attributeKey: string): boolean {
    return this.grants === null || this.grants.has(attributeKey);
  }

  /** The token of the pair with the seconds it has left, or null for a wrong pair. */
  authenticate({ clientId, clientSecret }: Credentials): { token: string; secondsLeft: number } | null {
    const known = this.#credentials;
    if (!known || clientId !== known.clientId || clientSecret !== known.clientSecret) return null;
    const now = this.#clock.now();
    if (!this.#token || this.#token.expiresAt <= now) {
      this.#token = { text: `papi-${randomUUID()}`, expiresAt: now + TOKEN_LIFE_MS };
    }
    const { text, expiresAt } = this.#token;
    return { token: text, secondsLeft: Math.floor((expiresAt - now) / 1000) };
  }

  accepts(token: string): boolean {
    return this.#token?.text === token && this.#clock.now() < this.#token.expiresAt;
  }

  expireToken(): void {
    this.#token = null;
  }

  /** The old pair and its token die; null leaves no pair that works. */
  replaceCredentials(credentials: Credentials | null): void {
    this.#credentials = credentials;
    this.expireToken();
  }
}
