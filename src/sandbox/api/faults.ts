import { z } from "zod";

/** The requests that a fault applies to: all given conditions must match. */
const target = {
  /** Prefix of path and query: `/v1/auth`, `/v2/persons?`. Default: every request of both versions. */
  path: z
    .string()
    .regex(/^\/v[12]\//)
    .optional(),
  /** Only the page of employees or persons that starts at this offset. */
  offset: z.int().min(0).optional(),
  /** How many requests it applies to. Default: all. */
  times: z.int().min(1).optional(),
};

const answerFaults = [
  /** Another status. Default body: empty for 429, an HTML page for 502 to 504, else the version's error. */
  z.strictObject({
    kind: z.literal("status"),
    status: z.int().min(400).max(599),
    retryAfter: z.string().optional(),
    body: z.string().optional(),
    ...target,
  }),
  /** 302 to another address. */
  z.strictObject({ kind: z.literal("redirect"), location: z.string(), ...target }),
  /** An HTML login page with status 200. */
  z.strictObject({ kind: z.literal("html"), ...target }),
  /** Status 200 with this JSON value instead of the answer. */
  z.strictObject({ kind: z.literal("odd-answer"), answer: z.json(), ...target }),
  /** Status 200 with `success: false`, and a code (default 0) that may mean a status. */
  z.strictObject({
    kind: z.literal("unsuccessful"),
    message: z.string().optional(),
    code: z.int().optional(),
    ...target,
  }),
  /** Larger pages than this are refused with 400, as Personio did when it lowered its limit in 2025. */
  z.strictObject({ kind: z.literal("page-limit"), max: z.int().min(1), ...target }),
  /** Every token expires before this request: 401 until the client requests a new one. */
  z.strictObject({ kind: z.literal("token-expired"), ...target }),
] as const;

const deliveryFaults = [
  /** Half of the body, then the connection is reset. */
  z.strictObject({ kind: z.literal("cut-body"), ...target }),
  /** `Content-Length` wrong by this many bytes (default 10 too many), then the connection closes. */
  z.strictObject({ kind: z.literal("wrong-content-length"), by: z.int().optional(), ...target }),
  /** The body arrives slowly (default one byte a second). */
  z.strictObject({ kind: z.literal("slow-body"), bytesPerSecond: z.int().min(1).optional(), ...target }),
  /** A delay before the response, which ends early when the faults are cleared or replaced. */
  z.strictObject({ kind: z.literal("delay"), milliseconds: z.int().min(0), ...target }),
] as const;

const pageFaults = [
  /**
   * An empty company: an empty list, with a total of 0 on version 1, and 404 for every id. With a `path` that
   * ends in `?` only the list is empty.
   */
  z.strictObject({ kind: z.literal("empty-company"), ...target }),
  /** The page contains the employees of the page before it. */
  z.strictObject({ kind: z.literal("repeated-page"), ...target }),
  /** The page starts with the last employee of the page before; a full page loses its own last one. */
  z.strictObject({ kind: z.literal("duplicate-record"), ...target }),
  /** The page is empty; the total still counts its employees. */
  z.strictObject({ kind: z.literal("missing-page"), ...target }),
  /** These employees are neither listed nor counted, and still found by id. */
  z.strictObject({ kind: z.literal("hidden-employees"), employees: z.array(z.string()).min(1), ...target }),
  /** Version 1: `total_elements` falls by this number (default 1) with every page. */
  z.strictObject({ kind: z.literal("shrinking-total"), by: z.int().min(1).optional(), ...target }),
  /**
   * Version 1: `total_elements` is this JSON text, such as `1e400`, which no JSON value of ours can
   * represent.
   */
  z.strictObject({ kind: z.literal("wrong-total"), json: z.string(), ...target }),
  /** The lists contain this JSON value instead of the records of these employees. */
  z.strictObject({
    kind: z.literal("odd-record"),
    employees: z.array(z.string()).min(1),
    record: z.json(),
    ...target,
  }),
] as const;

/** Wrong links to the next page in version 2. */
const linkFaults = [
  /** `next` points to the page itself, also on the last one. */
  z.strictObject({ kind: z.literal("self-pointing-next"), ...target }),
  /** `next` has neither scheme nor host. */
  z.strictObject({ kind: z.literal("relative-next"), ...target }),
  /** `next` points to another origin. */
  z.strictObject({ kind: z.literal("foreign-next"), origin: z.url(), ...target }),
] as const;

/** Observed differences between version 2 and its documentation. */
const dialectFaults = [
  /** Filters by time accept `YYYY-MM-DD`; an instant is answered with 400. */
  z.strictObject({ kind: z.literal("date-only-filters"), ...target }),
  /** `termination.last_working_date` instead of `last_working_day`. */
  z.strictObject({ kind: z.literal("last-working-date"), ...target }),
  /** Types of custom attributes in upper case, as in the schema. */
  z.strictObject({ kind: z.literal("upper-case-types"), ...target }),
  /** Custom attributes with their `label`, as in the schema. */
  z.strictObject({ kind: z.literal("labels"), ...target }),
] as const;

const valueFaults = [
  /**
   * An attribute's `value` is this JSON value, for all or for these employees. On version 2 it is the field
   * of that name, of a person or an employment, or the custom attribute of that id.
   */
  z.strictObject({
    kind: z.literal("wrong-value"),
    attribute: z.string(),
    value: z.json(),
    employees: z.array(z.string()).optional(),
    ...target,
  }),
  /**
   * Version 1: an attribute's `value` is this JSON text, for numbers that no JSON value of ours can
   * represent.
   */
  z.strictObject({
    kind: z.literal("raw-value"),
    attribute: z.string(),
    json: z.string(),
    employees: z.array(z.string()).optional(),
    ...target,
  }),
  /** Version 1's list of attributes ends with these entries, whatever they are. */
  z.strictObject({ kind: z.literal("listed-attributes"), entries: z.array(z.json()), ...target }),
  /** These attributes are absent from the response, as if not granted. */
  z.strictObject({
    kind: z.literal("missing-attributes"),
    attributes: z.array(z.string()).min(1),
    ...target,
  }),
  /** Version 1: tags are a JSON list inside a string. */
  z.strictObject({ kind: z.literal("tags-as-json"), ...target }),
  /** Version 1: empty objects (supervisor, office, …) are `""` or `[]` instead of `null`. */
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

/** A failure of Personio, or of the network in front of it. */
export type Fault = z.infer<typeof faultSchema>;

/** The value that a list contains instead of a record; undefined when no fault applies to it. */
export const oddRecord = (
  faults: readonly Fault[],
  employee: string,
): { readonly record: unknown } | undefined =>
  faults.find((fault) => fault.kind === "odd-record" && fault.employees.includes(employee)) as
    | Extract<Fault, { kind: "odd-record" }>
    | undefined;

/** The employees that the lists omit. */
export const hiddenEmployees = (faults: readonly Fault[]): ReadonlySet<string> =>
  new Set(faults.flatMap((fault) => (fault.kind === "hidden-employees" ? fault.employees : [])));
