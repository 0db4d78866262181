import type { FastifyReply, FastifyRequest } from "fastify";

const WEAK = /^W\//;

/** Whether one of the tags in `If-None-Match` is this one; both forms of a tag count as equal (RFC 9110). */
function matches(given: string, etag: string): boolean {
  const tags = given.split(",").map((tag) => tag.trim().replace(WEAK, ""));
  return tags.includes("*") || tags.includes(etag.replace(WEAK, ""));
}

/**
 * The body of an answer, or 304 without one, if the client has the same answer already. Only answers with an
 * `ETag` are compared. Their media type follows `Accept`, so a cache keeps one for each.
 */
export function answerIfChanged(request: FastifyRequest, reply: FastifyReply, body: unknown): unknown {
  const etag = reply.getHeader("etag");
  if (typeof etag !== "string" || reply.statusCode !== 200) return body;
  const vary = reply.getHeader("vary");
  reply.header("vary", vary === undefined ? "accept" : `${String(vary)}, accept`);
  const given = request.headers["if-none-match"];
  if (given === undefined || !matches(given, etag)) return body;
  return reply.code(304).removeHeader("content-type").removeHeader("content-length").send();
}
