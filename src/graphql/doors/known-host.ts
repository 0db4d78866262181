/** Whether a request's `Host` is a name that we are reached by. */
export type IsKnownHost = (hostHeader: string | undefined) => boolean;

const LOOPBACK_NAME = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Listening on loopback, we are reached as loopback or under the public URL, and by no other name. A page elsewhere can point a name
 * of its own at 127.0.0.1 (DNS rebinding): a browser then takes it for our own page, and only the `Host` it sends tells.
 * Anywhere else a proxy may call us by any name.
 */
export function createIsKnownHost(listening: { host: string; publicUrl: string | undefined }): IsKnownHost {
  const publicName = listening.publicUrl && new URL(listening.publicUrl).hostname;
  const { host } = listening;
  if (!LOOPBACK_NAME.test(host.includes(":") ? `[${host}]` : host)) return () => true;
  return (hostHeader) => {
    const url = `http://${hostHeader ?? ""}`;
    // What is no host at all is HTTP's to refuse; no browser sends it.
    if (!URL.canParse(url)) return true;
    const { hostname } = new URL(url);
    return LOOPBACK_NAME.test(hostname) || hostname === publicName;
  };
}
