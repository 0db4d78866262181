import { randomUUID } from "node:crypto";
import type { Credentials, Rights } from "../admin.ts";
import type { Clock } from "../records/clock.ts";

export const EMPLOYEES_READ = "employees:read";

/** Personio's token for a pair stays the same for a day, for all requests and on both versions. */
const TOKEN_LIFE_MS = 24 * 60 * 60 * 1000;

export type Token = {
  readonly text: string;
  readonly expiresAt: number;
  /** The scopes of version 2 that it was narrowed to; null means all scopes of the credential. */
  readonly scopes: readonly string[] | null;
};

/** The token in an `Authorization` header. */
export const bearerOf = (header: string | undefined): string | undefined =>
  /^Bearer (\S+)$/.exec(header ?? "")?.[1];

const ALL_RIGHTS: Rights = {
  v1: true,
  persons: true,
  employments: true,
  orgUnits: true,
  legalEntities: true,
  workplaces: true,
  costCenters: true,
  webhooks: true,
};

/** The only pair of credentials, with its rights and tokens. */
export class Account {
  scopes: readonly string[] = [EMPLOYEES_READ, "absences:read"];
  rights: Rights = ALL_RIGHTS;
  /** Keys of the readable attributes; null means all. */
  grants: ReadonlySet<string> | null = null;
  readonly #clock: Clock;
  #credentials: Credentials | null;
  /** One token without narrowed scopes, and one for each set of scopes. */
  readonly #tokens = new Map<string, Token>();

  constructor(credentials: Credentials, clock: Clock) {
    this.#clock = clock;
    this.#credentials = credentials;
  }

  canRead(attributeKey: string): boolean {
    return this.grants === null || this.grants.has(attributeKey);
  }

  isPair({ clientId, clientSecret }: Credentials): boolean {
    const known = this.#credentials;
    return known !== null && clientId === known.clientId && clientSecret === known.clientSecret;
  }

  hasClientId(clientId: string): boolean {
    return this.#credentials?.clientId === clientId;
  }

  /** A token of the pair, with its remaining seconds. */
  issueToken(scopes: readonly string[] | null = null): { token: string; secondsLeft: number } {
    const now = this.#clock.now();
    const name = scopes?.toSorted().join(" ") ?? "";
    const known = this.#tokens.get(name);
    const token =
      known && now < known.expiresAt
        ? known
        : { text: `papi-${randomUUID()}`, expiresAt: now + TOKEN_LIFE_MS, scopes };
    this.#tokens.set(name, token);
    return { token: token.text, secondsLeft: Math.floor((token.expiresAt - now) / 1000) };
  }

  findToken(text: string): Token | undefined {
    const now = this.#clock.now();
    return this.#tokens.values().find((token) => token.text === text && now < token.expiresAt);
  }

  /** Other holders of this token are logged out too. */
  revokeToken(text: string): void {
    for (const [name, token] of this.#tokens) if (token.text === text) this.#tokens.delete(name);
  }

  expireTokens(): void {
    this.#tokens.clear();
  }

  /** Invalidates the old pair and its tokens; null leaves no valid pair. */
  replaceCredentials(credentials: Credentials | null): void {
    this.#credentials = credentials;
    this.expireTokens();
  }
}
