import { z } from "zod";

/** Which requests a fault strikes: all conditions given must hold. */
const target = {
  /** Beginning of path and query: `/v1/auth`, `/v1/company/employees?`. Without it every request of the API. */
  path: z.string().startsWith("/v1/").optional(),
  /** Only the employee page that starts at this offset. */
  offset: z.int().min(0).optional(),
  /** How many requests it strikes before it is used up. Without it, all. */
  times: z.int().min(1).optional(),
};

const answerFaults = [
  /** Another status. Without a body: nothing for 429, an HTML page for 502 to 504, Personio's envelope otherwise. */
  z.strictObject({
    kind: z.literal("status"),
    status: z.int().min(400).max(599),
    retryAfter: z.string().optional(),
    body: z.string().optional(),
    ...target,
  }),
  /** 302 to another place. */
  z.strictObject({ kind: z.literal("redirect"), location: z.string(), ...target }),
  /** An HTML login page with status 200. */
  z.strictObject({ kind: z.literal("html"), ...target }),
  /** Status 200 with `success: false`. */
  z.strictObject({ kind: z.literal("unsuccessful"), message: z.string().optional(), ...target }),
  /** Every token dies before this request is looked at: 401 until the client asks for a new one. */
  z.strictObject({ kind: z.literal("token-expired"), ...target }),
] as const;

const deliveryFaults = [
  /** Half of the body, then the connection is reset. */
  z.strictObject({ kind: z.literal("cut-body"), ...target }),
  /** `Content-Length` off by this many bytes (default 10 too many), then the connection closes. */
  z.strictObject({ kind: z.literal("wrong-content-length"), by: z.int().optional(), ...target }),
  /** The body trickles (default one byte a second). */
  z.strictObject({ kind: z.literal("slow-body"), bytesPerSecond: z.int().min(1).optional(), ...target }),
  /** A pause before the answer. */
  z.strictObject({ kind: z.literal("delay"), milliseconds: z.int().min(0), ...target }),
] as const;

const pageFaults = [
  /** Nobody works here: `data: []` with a total of 0. */
  z.strictObject({ kind: z.literal("empty-company"), ...target }),
  /** The page holds the employees of the page before it. */
  z.strictObject({ kind: z.literal("repeated-page"), ...target }),
  /** The page starts with the last employee of the page before; a full page loses its own last one. */
  z.strictObject({ kind: z.literal("duplicate-record"), ...target }),
  /** The page is empty; the total still counts its employees. */
  z.strictObject({ kind: z.literal("missing-page"), ...target }),
  /** `total_elements` falls by this many (default 1) with every page. */
  z.strictObject({ kind: z.literal("shrinking-total"), by: z.int().min(1).optional(), ...target }),
] as const;

const valueFaults = [
  /** An attribute's `value` is this JSON value in place of its own, for everybody or for these employees. */
  z.strictObject({
    kind: z.literal("wrong-value"),
    attribute: z.string(),
    value: z.json(),
    employees: z.array(z.string()).optional(),
    ...target,
  }),
  /** These attributes are not in the answer, as if they were not granted. */
  z.strictObject({
    kind: z.literal("missing-attributes"),
    attributes: z.array(z.string()).min(1),
    ...target,
  }),
  /** Tags come as a JSON list inside a string. */
  z.strictObject({ kind: z.literal("tags-as-json"), ...target }),
  /** Empty objects (supervisor, office, …) come as `""` or `[]` in place of `null`. */
  z.strictObject({ kind: z.literal("empty-objects"), as: z.union([z.literal(""), z.tuple([])]), ...target }),
] as const;

export const faultSchema = z.discriminatedUnion("kind", [
  ...answerFaults,
  ...deliveryFaults,
  ...pageFaults,
  ...valueFaults,
]);

/** Something that Personio, or the network before it, does wrong. */
export type Fault = z.infer<typeof faultSchema>;
