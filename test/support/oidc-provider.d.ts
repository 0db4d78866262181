/** The part of the package that the tests use; it brings no types of its own. */
declare module "oidc-provider" {
  import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";

  type Result = { readonly login: { readonly accountId: string } } | { readonly error: string };

  export default class Provider {
    constructor(issuer: string, configuration: object);
    readonly Grant: new (grant: {
      readonly accountId: string;
      readonly clientId: string;
    }) => { addOIDCScope(scope: string): void; save(): Promise<string> };
    callback(): RequestListener;
    interactionFinished(request: IncomingMessage, response: ServerResponse, result: Result): Promise<void>;
  }
}
