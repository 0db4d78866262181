import { useSyncExternalStore } from "react";

/** The start of a sign-in, of a sign-out, and the pages where each of them ends. */
const SIGN_IN = "/console/sign-in";
const SIGN_OUT = "/console/sign-out";
const SIGNED_OUT = "/console/signed-out";
export const SIGNED_IN_AGAIN = "/console/signed-in-again";

/** The service accepts a session cookie only with this header, which no page of another site can send. */
export const CONSOLE_HEADERS = { "x-people-console": "1" } as const;

/** Marks a request that no person caused: an unattended page must not keep its session alive. */
export const BY_TIMER = { fetchOptions: { headers: { "x-people-console": "timer" } } } as const;

export const UNAUTHENTICATED = "UNAUTHENTICATED";

/**
 * Whether the session of this page has ended. What is on the page stays, so that nothing typed is lost; the
 * user signs in again in another tab.
 */
type Session = { readonly isKnown: boolean; readonly hasEnded: boolean };

let current: Session = { isKnown: false, hasEnded: false };
const listeners = new Set<() => void>();

const set = (next: Session): void => {
  current = next;
  for (const listener of listeners) listener();
};

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useSession = (): Session => useSyncExternalStore(subscribe, () => current);

/** The service has identified the viewer of this page. */
export const reportKnown = (): void => {
  if (!current.isKnown || current.hasEnded) set({ isKnown: true, hasEnded: false });
};

/** The service refused the credential. Before it knew a viewer, there was no session that could end. */
export const reportRefused = (): void => {
  if (current.isKnown && !current.hasEnded) set({ ...current, hasEnded: true });
};

/** The address that leads through the sign-in to a page of the console. */
export function signInAddress(returnTo: string, { asksAgain = false } = {}): string {
  const query = new URLSearchParams({ return_to: returnTo, ...(asksAgain && { prompt: "login" }) });
  return `${SIGN_IN}?${query}`;
}

type News = "signed-in" | "signed-out";

/** The tabs of this browser share one session, so they inform each other. */
const CHANNEL = "people-session";

/**
 * One channel per page: it receives messages of other pages, and a second one would receive this page's own.
 */
let opened: BroadcastChannel | undefined;

function channel(): BroadcastChannel {
  opened ??= new BroadcastChannel(CHANNEL);
  return opened;
}

export const announce = (news: News): void => channel().postMessage(news);

/** Follows what other tabs announce. Returns a function that stops. */
export function listen(onNews: (news: News) => void): () => void {
  const onMessage = ({ data }: MessageEvent<News>): void => onNews(data);
  channel().addEventListener("message", onMessage);
  return () => channel().removeEventListener("message", onMessage);
}

/** Leaves the console, so that no data of the directory stays on the screen. */
export const leave = (): void => location.assign(SIGNED_OUT);

/** The next address of the browser; null if the session continues. */
async function afterSignOut(answer: Response): Promise<string | null> {
  if (answer.status === 200) return ((await answer.json()) as { readonly location: string }).location;
  // 401: the session had already ended.
  return answer.ok || answer.status === 401 ? SIGNED_OUT : null;
}

/**
 * Ends the session in every tab of this browser, and then the one at the identity provider, if the service
 * leads there. False if the service did not answer.
 */
export async function signOut(): Promise<boolean> {
  const headers = { ...CONSOLE_HEADERS, "content-type": "application/json" };
  const next = await fetch(SIGN_OUT, { method: "POST", headers, body: "{}" })
    .then(afterSignOut)
    .catch(() => null);
  if (next === null) return false;
  announce("signed-out");
  location.assign(next);
  return true;
}
