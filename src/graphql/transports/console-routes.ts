import { existsSync } from "node:fs";
import { join } from "node:path";
import serveStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply } from "fastify";
import { HttpError } from "./http-error.ts";

const CONSOLE = "/console";

/** No screen has this address, so the console explains that it is mistyped, and links to its screens. */
export const UNREADABLE_PAGE = `${CONSOLE}/unreadable`;

export const isConsoleAddress = (url: string): boolean => url.startsWith(`${CONSOLE}/`);

/** The page loads its own files, asks its own host, and runs no text as script. */
const CONTENT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const YEAR_MS = 365 * 24 * 60 * 60_000;

/** The browser asks each time whether the page is still the same: it names the newest files. */
const REVALIDATED = "no-cache";

/**
 * Adds the console: its page at `/console` and at every address below, and its files. Every browser may load
 * it, because it contains no data; the graph identifies who asks. Without a build there are no routes.
 */
export async function addConsoleRoutes(server: FastifyInstance, folder: string): Promise<void> {
  if (!existsSync(join(folder, "index.html"))) return;
  await server.register(serveStatic, {
    root: join(folder, "assets"),
    prefix: `${CONSOLE}/assets/`,
    index: false,
    preCompressed: true,
    // A name contains the hash of the content, so a browser never asks for the file again.
    immutable: true,
    maxAge: YEAR_MS,
  });
  const sendPage = (reply: FastifyReply): FastifyReply =>
    reply
      .headers({ "cache-control": REVALIDATED, "content-security-policy": CONTENT_POLICY })
      .sendFile("index.html", folder, { cacheControl: false });
  server.get(CONSOLE, (_request, reply) => sendPage(reply));
  server.get(`${CONSOLE}/*`, (request, reply) => {
    // The file is of another version, and the browser must not get a page instead of a script.
    if (request.url.startsWith(`${CONSOLE}/assets/`)) throw new HttpError(404);
    return sendPage(reply);
  });
  server.get("/", (_request, reply) => reply.redirect(CONSOLE));
}
