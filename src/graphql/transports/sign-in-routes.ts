import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { RateLimiterMemory } from "rate-limiter-flexible";
import { unauthenticated } from "../../identity/refusal.ts";
import { readReturnTo } from "../../identity/sign-in/read-return-to.ts";
import type { ReportFailure, SignInFailure } from "../../identity/sign-in/report-failure.ts";
import { RETURN_PATH, SIGNED_OUT_PATH, type SignIn } from "../../identity/sign-in/sign-in.ts";
import { SignInProblem } from "../../identity/sign-in/sign-in-problem.ts";
import { TRANSACTION_MS } from "../../identity/sign-in/transaction.ts";
import { cookieText, endedCookie, readCookie, SESSION_COOKIE, sessionOf } from "./console-session.ts";

/**
 * `Lax`: the identity provider's page leads the browser here, and browsers would not send a `Strict` cookie
 * then.
 */
const TRANSACTION_COOKIE = "__Host-people_sign_in";

/** Enough for a person with several windows, and too few to flood the identity provider. */
const STARTS_PER_MINUTE = 10;
const MINUTE_SECONDS = 60;

export type SignInRoutesOptions = {
  /** Absent: every request has an administrator's rights, or a proxy adds tokens. */
  readonly signIn: SignIn | undefined;
  readonly authIsOff: boolean;
  /** Reports sign-ins that these routes refuse themselves. */
  readonly reportFailure: ReportFailure;
  /** Starts from one address in a minute; null means no limit. */
  readonly startsPerMinute?: number | null | undefined;
};

/**
 * Adds the routes by which people sign in to the console and out of it. Every failure leads to a page of the
 * console, because a person reads it.
 */
export function addSignInRoutes(server: FastifyInstance, options: SignInRoutesOptions): void {
  const { signIn, authIsOff, reportFailure } = options;
  const mayStart = createAddressLimiter(options.startsPerMinute);

  server.get<{ Querystring: Query }>("/console/sign-in", async (request, reply) => {
    const { query, ip, headers } = request;
    const returnTo = readReturnTo(query.return_to);
    if (authIsOff) return reply.redirect(returnTo, SEE_OTHER);
    if (!signIn) return explain(reply, reportFailure(NOT_CONFIGURED, returnTo));
    if (!(await mayStart(ip))) return explain(reply, reportFailure(TOO_MANY, returnTo));
    const session = readCookie(headers.cookie, SESSION_COOKIE);
    const step = await signIn.begin({ returnTo, asksAgain: query.prompt === "login", session });
    if ("problem" in step) return explain(reply, step.problem);
    if ("transaction" in step) {
      const lifetime = { sameSite: "Lax", maxAgeSeconds: TRANSACTION_MS / 1_000 } as const;
      reply.header("set-cookie", cookieText(TRANSACTION_COOKIE, step.transaction, lifetime));
    }
    return reply.redirect(step.location, SEE_OTHER);
  });

  if (!signIn) return;
  // One cookie of a sign-in could else send any number of invented codes to the identity provider.
  const mayReturn = createAddressLimiter(options.startsPerMinute);
  server.get(RETURN_PATH, async (request, reply) => {
    const transaction = readCookie(request.headers.cookie, TRANSACTION_COOKIE);
    if (transaction !== null && !(await mayReturn(request.ip)))
      return explain(reply, reportFailure(TOO_MANY, readReturnTo(undefined)));
    const step = await signIn.finish({ query: queryOf(request), transaction });
    // Whatever the outcome, this sign-in is over.
    reply.header("set-cookie", endedCookie(TRANSACTION_COOKIE, "Lax"));
    if ("problem" in step) return explain(reply, step.problem);
    if ("session" in step)
      reply.header("set-cookie", cookieText(SESSION_COOKIE, step.session, { sameSite: "Strict" }));
    return reply.redirect(step.location, SEE_OTHER);
  });

  server.post("/console/sign-out", async ({ headers }, reply) => {
    const session = sessionOf(headers, signIn.origin);
    // Another site must not sign people out.
    if (session && !session.isOwnPage) throw unauthenticated();
    const location = session ? await signIn.end(session.cookie) : null;
    reply.header("set-cookie", endedCookie(SESSION_COOKIE, "Strict"));
    // The page opens the address itself, because a request of a script follows no redirect to another site.
    return location === null ? reply.code(204).send() : reply.code(200).send({ location });
  });
}

const NOT_CONFIGURED = new SignInProblem("SIGN_IN_NOT_CONFIGURED", "not-configured");
const TOO_MANY = new SignInProblem("LIMIT_RATE", "too-many");

type Query = { readonly return_to?: unknown; readonly prompt?: unknown };

/** The browser continues with GET. */
const SEE_OTHER = 303;

const queryOf = ({ url }: FastifyRequest): string => url.split("?").slice(1).join("?");

function explain(reply: FastifyReply, { code, reason, returnTo, errorId }: SignInFailure): FastifyReply {
  const query = new URLSearchParams({ code, reason, return_to: returnTo, ...(errorId && { id: errorId }) });
  return reply.redirect(`${SIGNED_OUT_PATH}?${query}`, SEE_OTHER);
}

function createAddressLimiter(perMinute: number | null = STARTS_PER_MINUTE) {
  const limiter =
    perMinute === null ? null : new RateLimiterMemory({ points: perMinute, duration: MINUTE_SECONDS });
  return async (address: string): Promise<boolean> => {
    if (!limiter) return true;
    return limiter.consume(address).then(
      () => true,
      () => false,
    );
  };
}
