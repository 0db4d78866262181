import { isIP } from "node:net";
import { z } from "zod";
import { secrets, url, wholeNumber } from "./values.ts";

/** The server's address; the names, pages, proxies and gateways that it trusts; and what it reveals. */
export type Reach = {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** True hides what only development shows: the names of the schema, and the page to try queries. */
  readonly production: boolean;
  /** The URL that browsers use, if it differs from the listening address. */
  readonly publicUrl: string | undefined;
  /** Names in `Host` beside those of loopback and of the public URL. */
  readonly allowedHosts: readonly string[];
  /** Origins, besides that of the public URL, whose pages may use the graph. */
  readonly allowedOrigins: readonly string[];
  /** Addresses of proxies whose `X-Forwarded-For` contains the address of the client. */
  readonly trustProxy: readonly string[];
  /** Each secret opens the fields for gateways; without any secret, every client may ask for them. */
  readonly gatewaySecrets: readonly string[];
};

/** The value of an entry in the form that the service uses, or what is wrong with it. */
type Parsed = { readonly value: string } | { readonly problem: string };

/** A setting with several values: separated by commas, spaces around them are ignored. */
const list = (parse: (text: string) => Parsed) =>
  z
    .string()
    .transform((text, context): readonly string[] => {
      const parsed = text.split(",").map((entry) => parse(entry.trim()));
      for (const [index, entry] of parsed.entries())
        if ("problem" in entry)
          context.addIssue({ code: "custom", message: `entry ${index + 1} ${entry.problem}` });
      return parsed.flatMap((entry) => ("value" in entry ? [entry.value] : []));
    })
    .default([]);

/** A name in lower case, without its port: a port proves nothing about who named the host. */
function parseHost(text: string): Parsed {
  const url = `http://${text}`;
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isBare = parsed?.username === "" && parsed.pathname === "/" && !/[/?#@]/.test(text);
  if (!parsed || !isBare || text.includes("*"))
    return { problem: "is not a host name: expected people.example.com or people:4000" };
  return { value: parsed.hostname.replace(/\.$/, "") };
}

/** The origin in the form that browsers send. */
function parseOrigin(text: string): Parsed {
  const problem = "is not an origin: expected https://app.example.com, without a path, a wildcard or null";
  if (!URL.canParse(text) || text.includes("*")) return { problem };
  const { protocol, origin, username, pathname, search, hash } = new URL(text);
  const isBare = username === "" && pathname === "/" && search === "" && hash === "";
  return /^https?:$/.test(protocol) && isBare ? { value: origin } : { problem };
}

/** Ranges that Fastify knows by name. */
const RANGE_NAMES = ["loopback", "linklocal", "uniquelocal"];

/** An address, a range in CIDR notation, or the name of ranges; never every address. */
function parseProxy(text: string): Parsed {
  if (RANGE_NAMES.includes(text)) return { value: text };
  const [address = "", prefix, ...more] = text.split("/");
  const bits = address.includes("%") ? 0 : ({ 4: 32, 6: 128 }[isIP(address)] ?? 0);
  const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1;
  if (bits === 0 || more.length > 0 || length < 0 || length > bits)
    return { problem: `is not an address range: expected 10.0.0.0/8, or one of ${RANGE_NAMES.join(", ")}` };
  // Every client could then choose the address that the service counts.
  if (length === 0) return { problem: "contains every address: name the addresses of your proxies" };
  return { value: text };
}

/** As long as 24 random bytes in base64: nothing that fits into a header and can be guessed. */
const SECRET_LENGTH_MIN = 32;

/** The gateways need the old and the new one during a rotation; each request is compared with all. */
const GATEWAY_SECRETS_MAX = 4;

/** Characters that every gateway can send in a header. */
const SENDABLE_SECRET = /^[\x21-\x7e]+$/;

const MAKE_A_SECRET = "Make a secret with: openssl rand -hex 32";

/** Reads `new,old`. Problems name a secret by its place and never quote it. */
function parseGatewaySecrets(text: string): {
  entries: readonly string[];
  problems: readonly string[];
} {
  const entries = text.split(",").map((secret) => secret.trim());
  const problems = entries.flatMap((secret, index) => {
    if (secret.length < SECRET_LENGTH_MIN)
      return [`entry ${index + 1} has fewer than ${SECRET_LENGTH_MIN} characters. ${MAKE_A_SECRET}`];
    if (!SENDABLE_SECRET.test(secret))
      return [`entry ${index + 1} contains a character that a header cannot. ${MAKE_A_SECRET}`];
    return entries.indexOf(secret) < index ? [`entry ${index + 1} repeats an earlier one`] : [];
  });
  if (entries.length > GATEWAY_SECRETS_MAX)
    problems.push(`expected at most ${GATEWAY_SECRETS_MAX}, found ${entries.length}`);
  return { entries, problems };
}

const PRODUCTION = "production";

export const isProduction = (text: string): boolean => text.trim().toLowerCase() === PRODUCTION;

/** A replica whose operator wrote `Production` would otherwise show what only development shows. */
const nodeEnv = z.string().refine((text) => text === PRODUCTION || !isProduction(text), {
  error: ({ input }) => `expected ${PRODUCTION} in this form, found ${JSON.stringify(input)}`,
});

export const PORT_MAX = 65_535;
export const PORT_DEFAULT = 4000;

export const reachSchema = {
  /** In a URL an IPv6 address has brackets; `listen` takes it without. */
  HOST: z
    .string()
    .default("127.0.0.1")
    .transform((host) => host.replace(/^\[(.*)\]$/, "$1")),
  ALLOWED_HOSTS: list(parseHost),
  ALLOWED_ORIGINS: list(parseOrigin),
  TRUST_PROXY: list(parseProxy),
  PORT: wholeNumber(0, PORT_MAX).default(PORT_DEFAULT),
  PUBLIC_URL: url(["https:", "http:"]).optional(),
  GATEWAY_SECRETS: secrets(parseGatewaySecrets).default([]),
  NODE_ENV: nodeEnv.optional(),
};

type Values = z.output<z.ZodObject<typeof reachSchema>>;

export const readReach = (values: Values): Reach => ({
  host: values.HOST,
  port: values.PORT,
  publicUrl: values.PUBLIC_URL,
  production: values.NODE_ENV === PRODUCTION,
  allowedHosts: values.ALLOWED_HOSTS,
  allowedOrigins: values.ALLOWED_ORIGINS,
  trustProxy: values.TRUST_PROXY,
  gatewaySecrets: values.GATEWAY_SECRETS,
});
