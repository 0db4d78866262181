/**
 * When the server gives up on a client. Each default is declared where it is used, with its reason; tests
 * choose shorter times.
 */
export type ClientTiming = {
  /** How long a client may read nothing before its connection ends, over any transport. */
  readonly stalledMs?: number;
  /** How often the server checks for sockets that do not read. */
  readonly checkIntervalMs?: number;
  /** How often the server pings a client. The client must answer each ping before the next. */
  readonly keepAliveMs?: number;
  /** How long a socket may stay open without a `connection_init`. */
  readonly initTimeoutMs?: number;
  /** How long a client may take to answer the closing handshake of its socket. */
  readonly closeTimeoutMs?: number;
  /** How often an event stream sends something, so that proxies keep it open. */
  readonly heartbeatMs?: number;
  /** How often the server checks for viewers whose rights have ended. */
  readonly sweepMs?: number;
  /** How often the server identifies a service token or a session again. */
  readonly recheckMs?: number;
  /** The clock by which tokens expire. */
  readonly readNow?: () => Date;
};
