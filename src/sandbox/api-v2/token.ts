import { type Answer, ok } from "../api/answer.ts";
import type { FakePersonio } from "../api/personio.ts";
import { oauthProblem } from "../api/problem.ts";
import type { ApiRequest } from "../api/request.ts";
import { grantedScopes } from "./endpoint.ts";

const FORM = "application/x-www-form-urlencoded";
const REQUIRED = ["grant_type", "client_id", "client_secret"];

type TokenRequest = Pick<ApiRequest, "contentType" | "body">;

/** `POST /v2/auth/token`: OAuth's client credentials, accepted only as a form. */
export function issueToken({ account, settings }: FakePersonio, request: TokenRequest): Answer {
  const form = readForm(request);
  if (!(form instanceof URLSearchParams)) return form;
  const missing = REQUIRED.filter((name) => !form.get(name));
  if (missing.length > 0) return oauthProblem("invalid_request", { meta: { missing_parameters: missing } });
  const grantType = form.get("grant_type");
  if (grantType !== "client_credentials")
    return oauthProblem("unsupported_grant_type", { meta: { grant_type: grantType } });
  const pair = { clientId: form.get("client_id") ?? "", clientSecret: form.get("client_secret") ?? "" };
  if (!account.isPair(pair))
    return oauthProblem("invalid_client", { status: settings.v2.wrongCredentialsStatus });

  const granted = grantedScopes(account.rights);
  const asked = form.get("scope")?.split(" ").filter(Boolean) ?? [];
  if (asked.some((scope) => !granted.includes(scope))) return oauthProblem("invalid_scope");
  const { token, secondsLeft } = account.issueToken(asked.length > 0 ? asked : null);
  const body = {
    access_token: token,
    token_type: "Bearer",
    expires_in: secondsLeft + settings.expiresInSkewSeconds,
    scope: (asked.length > 0 ? asked : granted).join(" "),
  };
  return ok(JSON.stringify(body));
}

/** `POST /v2/auth/revoke`: an unknown token counts as revoked. */
export function revokeToken({ account }: FakePersonio, request: TokenRequest): Answer {
  const form = readForm(request);
  if (!(form instanceof URLSearchParams)) return form;
  const token = form.get("token");
  if (!token) return oauthProblem("invalid_request", { meta: { missing_parameters: ["token"] } });
  account.revokeToken(token);
  return { status: 200, body: "" };
}

function readForm({ contentType, body }: TokenRequest): URLSearchParams | Answer {
  if (contentType.startsWith(FORM)) return new URLSearchParams(body);
  const description = `The content type of the request must be "${FORM}".`;
  return oauthProblem("invalid_request", { description });
}
