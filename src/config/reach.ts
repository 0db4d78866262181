import { isIP } from "node:net";
import { z } from "zod";

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

/** Who may reach the service, and through which names. */
export const reachSchema = {
  /** In a URL an IPv6 address has brackets; `listen` takes it without. */
  HOST: z
    .string()
    .default("127.0.0.1")
    .transform((host) => host.replace(/^\[(.*)\]$/, "$1")),
  ALLOWED_HOSTS: list(parseHost),
  ALLOWED_ORIGINS: list(parseOrigin),
  TRUST_PROXY: list(parseProxy),
};
