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
