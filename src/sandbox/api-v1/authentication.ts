import { type Account, bearerOf } from "../api/account.ts";
import { type Answer, errorAnswer, ok } from "../api/answer.ts";
import type { RateLimit } from "../api/rate-limit.ts";
import type { Settings } from "../settings.ts";

type AuthRequest = { readonly query: URLSearchParams; readonly contentType: string; readonly body: string };
type AuthContext = { readonly account: Account; readonly settings: Settings; readonly limit: RateLimit };

/** `POST /v1/auth`. */
export function authenticate(request: AuthRequest, { account, settings, limit }: AuthContext): Answer {
  if (!limit.admit(performance.now())) return tooManyRequests(settings);
  const inQuery = request.query.has("client_id") || request.query.has("client_secret");
  if (inQuery && settings.queryCredentials === "refused") return errorAnswer(403, "Forbidden");

  const given = inQuery ? request.query : readForm(request);
  const clientId = given.get("client_id");
  const clientSecret = given.get("client_secret");
  if (!clientId || !clientSecret || !account.isPair({ clientId, clientSecret })) {
    return errorAnswer(settings.wrongCredentialsStatus, "Wrong credentials");
  }
  const { token, secondsLeft } = account.issueToken();
  const expiresIn = secondsLeft + settings.expiresInSkewSeconds;
  const data = { token, expires_in: expiresIn, scope: account.scopes.join(" ") };
  return ok(JSON.stringify({ success: true, data }));
}

/** The valid token of the request, or the error response. */
export function authorize(
  header: string | undefined,
  { account, settings }: Omit<AuthContext, "limit">,
): string | Answer {
  const token = bearerOf(header);
  if (!token) return errorAnswer(settings.unauthorizedStatus, "Authorization is not provided");
  if (!account.findToken(token)) return errorAnswer(settings.unauthorizedStatus, "Unauthorized");
  return token;
}

export const tooManyRequests = ({ retryAfterSeconds }: Settings): Answer => ({
  status: 429,
  body: "",
  headers: retryAfterSeconds === null ? {} : { "retry-after": String(retryAfterSeconds) },
});

/** The fields of a body, as JSON or as a form. */
export function readForm({ contentType, body }: Pick<AuthRequest, "contentType" | "body">): {
  get(name: string): string | null | undefined;
} {
  if (!contentType.startsWith("application/json")) return new URLSearchParams(body);
  try {
    return new Map(Object.entries(JSON.parse(body)).filter(isTextEntry));
  } catch {
    return new Map();
  }
}

const isTextEntry = (entry: [string, unknown]): entry is [string, string] => typeof entry[1] === "string";
