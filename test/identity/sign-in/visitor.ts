/** A browser without a page: it keeps cookies and follows redirects. */
export type Visitor = {
  /** By name. Tests look at them, and change them. */
  readonly cookies: Map<string, string>;
  /** Each `Set-Cookie` of the service, as it came. */
  readonly received: string[];
  fetch(address: string, init?: RequestInit): Promise<Response>;
  /** Goes where a link leads, until an answer redirects no more, or to an address that `until` accepts. */
  go(address: string, until?: (address: URL) => boolean): Promise<URL>;
};

const REDIRECTS_MAX = 12;

export function createVisitor(): Visitor {
  const cookies = new Map<string, string>();
  const received: string[] = [];
  const keep = (text: string): void => {
    received.push(text);
    const [pair = "", ...attributes] = text.split("; ");
    const [name = "", value = ""] = pair.split(/=(.*)/s);
    const hasEnded = attributes.some((attribute) => /^(max-age=0|expires=Thu, 01 Jan 1970)/i.test(attribute));
    if (hasEnded || value === "") cookies.delete(name);
    else cookies.set(name, value);
  };
  const visitor: Visitor = {
    cookies,
    received,
    async fetch(address, init = {}) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const headers = { ...(cookie && { cookie }), ...(init.headers as Record<string, string> | undefined) };
      const response = await fetch(address, { redirect: "manual", ...init, headers });
      for (const text of response.headers.getSetCookie()) keep(text);
      return response;
    },
    async go(address, until = isPage) {
      let at = new URL(address);
      for (let redirects = 0; redirects < REDIRECTS_MAX; redirects += 1) {
        const response = await visitor.fetch(at.href);
        await response.arrayBuffer();
        const location = response.headers.get("location");
        if (location === null) return at;
        at = new URL(location, at);
        if (until(at)) return at;
      }
      throw new Error(`${address} redirects without an end.`);
    },
  };
  return visitor;
}

/** A page of the console, which the browser shows without a session. */
export const isPage = ({ pathname }: URL): boolean =>
  pathname.startsWith("/console/") && !/^\/console\/sign(-in|ed-in)$/.test(pathname);
