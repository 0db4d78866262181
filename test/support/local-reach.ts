import type { Config } from "../../src/config.ts";

/** A service on loopback, on any free port, that trusts no one else. */
export const LOCAL_REACH: Config["reach"] = {
  host: "127.0.0.1",
  port: 0,
  publicUrl: undefined,
  production: false,
  allowedHosts: [],
  allowedOrigins: [],
  trustProxy: [],
  gatewaySecrets: [],
};
