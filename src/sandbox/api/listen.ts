import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { Logger } from "../../log.ts";
import { ADMIN_PREFIX, type Controls, controlsOf, handleAdminRequest } from "../admin-routes.ts";
import { readForm } from "../api-v1/authentication.ts";
import { bearerOf } from "./account.ts";
import { notFound } from "./answer.ts";
import { deliver } from "./deliver.ts";
import type { ApiRequest } from "./request.ts";
import { answer, pageOffset } from "./route.ts";

const LOOPBACK = "127.0.0.1";

export type HttpServer = { readonly url: string } & AsyncDisposable;

/** The controls of each company. The sandbox's own API is about the first, unless its path names another. */
type Companies = readonly [Controls, ...Controls[]];

/** Serves Personio's API and, under `/sandbox/`, the sandbox's own API, on loopback until disposed. */
export async function listen(
  companies: Companies,
  port: number,
  log: Logger | undefined,
): Promise<HttpServer> {
  const server = createServer((request, response) => {
    respond(companies, request, response).catch((error: unknown) => {
      log?.error({ err: error }, "sandbox request failed");
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, LOOPBACK, resolve);
  });
  // For example no free file descriptor for another connection. Without a listener it would end the process,
  // in the demo with the service.
  server.on("error", (error) => log?.error({ err: error }, "sandbox server error"));
  return {
    url: urlOf(server.address()),
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function respond(
  companies: Companies,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = "GET", url: pathAndQuery = "/", headers } = request;
  const body = await text(request);
  const { pathname: path, searchParams: query } = new URL(pathAndQuery, "http://sandbox");
  if (path.startsWith(ADMIN_PREFIX)) {
    const named = controlsOf(companies, path);
    const answered = named ? await handleAdminRequest(named, { method, path, body }) : notFound();
    return deliver(response, answered, []);
  }

  const { authorization, "content-type": contentType = "" } = headers;
  const controls = companyOf(companies, { authorization, contentType, body });
  controls.requests.record(method, path);
  const { replaced } = controls.faults;
  const faults = controls.faults.apply({ pathAndQuery, offset: pageOffset(path, query) });
  const answered = answer(controls.personio, {
    method,
    path,
    query,
    body,
    faults,
    authorization,
    contentType,
    beta: headers.beta?.toString(),
    url: urlOf(request.socket.address()),
  });
  await deliver(response, answered, faults, replaced);
}

/**
 * The company that a request belongs to: by its token, or by the client id that asks for one. Personio knows
 * all companies at one address. An unknown sender gets the first company, which refuses it.
 */
function companyOf(
  companies: Companies,
  sent: Pick<ApiRequest, "authorization" | "contentType" | "body">,
): Controls {
  const form = readForm(sent);
  const token = bearerOf(sent.authorization) ?? form.get("token") ?? "";
  const clientId = form.get("client_id") ?? "";
  const isTheirs = ({ personio: { account } }: Controls): boolean =>
    account.findToken(token) !== undefined || account.hasClientId(clientId);
  return companies.find(isTheirs) ?? companies[0];
}

/** The server and each connection know their port. */
function urlOf(address: object | string | null): string {
  if (address === null || typeof address === "string" || !("port" in address)) {
    throw new Error("The sandbox has no loopback port.");
  }
  return `http://${LOOPBACK}:${address.port}`;
}
