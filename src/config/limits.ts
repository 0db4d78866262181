import { z } from "zod";

/** What one user and one company may use of a replica. Null means no limit. */
export type LimitsConfig = {
  readonly ratePerTenant: number | null;
  readonly ratePerUser: number | null;
  readonly ratePerScimToken: number | null;
  readonly subscriptionsPerUser: number | null;
  readonly socketsPerUser: number | null;
  /** Sign-ins at the console that one address may start in a minute. */
  readonly signInsPerMinute?: number | null;
};

const LIMIT_MAX = 1_000_000;

/** A limit is switched off by a word: a 0 could also mean that nothing is allowed. */
const limit = (standard: number) =>
  z
    .string()
    .refine((text) => text === "off" || (/^[1-9]\d*$/.test(text) && Number(text) <= LIMIT_MAX), {
      error: ({ input }) =>
        `expected a whole number from 1 to ${LIMIT_MAX}, or off, found ${JSON.stringify(input)}`,
    })
    .transform((text) => (text === "off" ? null : Number(text)))
    .default(standard);

export const limitsSchema = {
  RATE_TENANT_PER_SECOND: limit(100),
  RATE_USER_PER_SECOND: limit(20),
  RATE_SCIM_PER_SECOND: limit(50),
  SUBSCRIPTIONS_PER_USER: limit(1_000),
  SOCKETS_PER_USER: limit(100),
  RATE_SIGN_IN_PER_MINUTE: limit(10),
};

type Values = Readonly<Record<keyof typeof limitsSchema, number | null>>;

export const readLimits = (values: Values): LimitsConfig => ({
  ratePerTenant: values.RATE_TENANT_PER_SECOND,
  ratePerUser: values.RATE_USER_PER_SECOND,
  ratePerScimToken: values.RATE_SCIM_PER_SECOND,
  subscriptionsPerUser: values.SUBSCRIPTIONS_PER_USER,
  socketsPerUser: values.SOCKETS_PER_USER,
  signInsPerMinute: values.RATE_SIGN_IN_PER_MINUTE,
});

/** For programs that load the service themselves, such as the demo and the bench. */
export const NO_LIMITS: Readonly<Record<keyof typeof limitsSchema, string>> = {
  RATE_TENANT_PER_SECOND: "off",
  RATE_USER_PER_SECOND: "off",
  RATE_SCIM_PER_SECOND: "off",
  SUBSCRIPTIONS_PER_USER: "off",
  SOCKETS_PER_USER: "off",
  RATE_SIGN_IN_PER_MINUTE: "off",
};
