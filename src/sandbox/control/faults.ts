import { z } from "zod";

/** Which requests a fault strikes: all conditions given must hold. */
const target = {
  /** Beginning of path and query: `/v1/auth`, `/v2/persons?`. Without it every request of both versions. */
  path: z
    .string()
    .regex(/^\/v[12]\//)
    .optional(),
  /** Only the page of employees or persons that starts at this offset. */
  offset: z.int().min(0).optional(),
  /** How many requests it strikes before it is used up. Without it, all. */
  times: z.int().min(1).optional(),
};

const answerFaults = [
  /** Another status. Without a body: nothing for 429, an HTML page for 502 to 504, else what the version says to it. */
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
  /** Status 200 with `success: false`, and a code (default 0) that may stand for a status. */
  z.strictObject({
    kind: z.literal("unsuccessful"),
    message: z.string().optional(),
    code: z.int().optional(),
    ...target,
  }),
  /** Larger pages than this are refused with 400, as Personio did when it lowered its limit in 2025. */
  z.strictObject({ kind: z.literal("page-limit"), max: z.int().min(1), ...target }),
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
  /** A pause before the answer, which ends early when the faults are cleared or replaced. */
  z.strictObject({ kind: z.literal("delay"), milliseconds: z.int().min(0), ...target }),
] as const;

const pageFaults = [
  /**
   * Nobody works here: an empty list, with a total of 0 on version 1, and nobody by id. With a `path` that ends in `?` only the list
   * says so.
   */
  z.strictObject({ kind: z.literal("empty-company"), ...target }),
  /** The page holds the employees of the page before it. */
  z.strictObject({ kind: z.literal("repeated-page"), ...target }),
  /** The page starts with the last employee of the page before; a full page loses its own last one. */
  z.strictObject({ kind: z.literal("duplicate-record"), ...target }),
  /** The page is empty; the total still counts its employees. */
  z.strictObject({ kind: z.literal("missing-page"), ...target }),
  /** These employees are neither listed nor counted, and still there when asked for by id. */
  z.strictObject({ kind: z.literal("hidden-employees"), employees: z.array(z.string()).min(1), ...target }),
  /** Version 1: `total_elements` falls by this many (default 1) with every page. */
  z.strictObject({ kind: z.literal("shrinking-total"), by: z.int().min(1).optional(), ...target }),
  /** Version 1: `total_elements` is this JSON text, such as `1e400`, which no JSON value of ours can hold. */
  z.strictObject({ kind: z.literal("wrong-total"), json: z.string(), ...target }),
  /** The lists hold this JSON value in place of the records of these employees. */
  z.strictObject({
    kind: z.literal("odd-record"),
    employees: z.array(z.string()).min(1),
    record: z.json(),
    ...target,
  }),
] as const;

/** What version 2 does wrong with the link to the next page. */
const linkFaults = [
  /** `next` leads to the page itself, also on the last one. */
  z.strictObject({ kind: z.literal("self-pointing-next"), ...target }),
  /** `next` has neither scheme nor host. */
  z.strictObject({ kind: z.literal("relative-next"), ...target }),
  /** `next` leads to another origin. */
  z.strictObject({ kind: z.literal("foreign-next"), origin: z.url(), ...target }),
] as const;

/** How version 2 has been seen to differ from its own documentation. */
const dialectFaults = [
  /** Filters by time take `YYYY-MM-DD`; an instant is answered with 400. */
  z.strictObject({ kind: z.literal("date-only-filters"), ...target }),
  /** `termination.last_working_date` in place of `last_working_day`. */
  z.strictObject({ kind: z.literal("last-working-date"), ...target }),
  /** Types of custom attributes in capitals, as in the schema. */
  z.strictObject({ kind: z.literal("upper-case-types"), ...target }),
  /** Custom attributes with their `label`, as in the schema. */
  z.strictObject({ kind: z.literal("labels"), ...target }),
] as const;

const valueFaults = [
  /**
   * An attribute's `value` is this JSON value in place of its own, for everybody or for these employees. On version 2 it
   * is the field of that name, of a person or an employment, or the custom attribute of that id.
   */
  z.strictObject({
    kind: z.literal("wrong-value"),
    attribute: z.string(),
    value: z.json(),
    employees: z.array(z.string()).optional(),
    ...target,
  }),
  /** Version 1: an attribute's `value` is this JSON text, for numbers that no JSON value of ours can hold. */
  z.strictObject({
    kind: z.literal("raw-value"),
    attribute: z.string(),
    json: z.string(),
    employees: z.array(z.string()).optional(),
    ...target,
  }),
  /** Version 1's list of attributes ends with these entries, whatever they are. */
  z.strictObject({ kind: z.literal("listed-attributes"), entries: z.array(z.json()), ...target }),
  /** These attributes are not in the answer, as if they were not granted. */
  z.strictObject({
    kind: z.literal("missing-attributes"),
    attributes: z.array(z.string()).min(1),
    ...target,
  }),
  /** Version 1: tags come as a JSON list inside a string. */
  z.strictObject({ kind: z.literal("tags-as-json"), ...target }),
  /** Version 1: empty objects (supervisor, office, …) come as `""` or `[]` in place of `null`. */
  z.strictObject({ kind: z.literal("empty-objects"), as: z.union([z.literal(""), z.tuple([])]), ...target }),
] as const;

export const faultSchema = z.discriminatedUnion("kind", [
  ...answerFaults,
  ...deliveryFaults,
  ...pageFaults,
  ...linkFaults,
  ...dialectFaults,
  ...valueFaults,
]);

/** Something that Personio, or the network before it, does wrong. */
export type Fault = z.infer<typeof faultSchema>;

/** What a list holds in place of somebody's record; undefined where no fault strikes it. */
export const oddRecord = (
  faults: readonly Fault[],
  employee: string,
): { readonly record: unknown } | undefined =>
  faults.find((fault) => fault.kind === "odd-record" && fault.employees.includes(employee)) as
    | Extract<Fault, { kind: "odd-record" }>
    | undefined;

/** Whom the lists leave out. */
export const hiddenEmployees = (faults: readonly Fault[]): ReadonlySet<string> =>
  new Set(faults.flatMap((fault) => (fault.kind === "hidden-employees" ? fault.employees : [])));
