import { readForm } from "../api-v1/authentication.ts";
import { bearerOf } from "./account.ts";
import type { FakePersonio } from "./personio.ts";
import type { ApiRequest } from "./request.ts";

type Company = { readonly personio: Pick<FakePersonio, "account"> };
type Sent = Pick<ApiRequest, "authorization" | "contentType" | "body">;

/**
 * The company that a request belongs to: by its token, or by the client id that asks for one. Personio knows
 * all companies at one address. An unknown sender gets the first company, which refuses it.
 */
export function companyOf<C extends Company>(companies: readonly [C, ...C[]], sent: Sent): C {
  const form = readForm(sent);
  const token = bearerOf(sent.authorization) ?? form.get("token") ?? "";
  const clientId = form.get("client_id") ?? "";
  const isTheirs = ({ personio: { account } }: C): boolean =>
    account.findToken(token) !== undefined || account.hasClientId(clientId);
  return companies.find(isTheirs) ?? companies[0];
}
