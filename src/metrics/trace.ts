/** Codes, counts and ids of runs. Never a name, an address, a query or a secret: traces leave the company. */
export type Attributes = Readonly<Record<string, string | number>>;

/**
 * Spans, which show where time goes. Nothing is global: each app has its own trace and passes it on like the
 * log.
 */
export type Trace = {
  /**
   * Runs `work` within a span. Spans that it opens meanwhile are children; an error marks the span as failed.
   */
  span<Result>(name: string, attributes: Attributes, work: () => Promise<Result>): Promise<Result>;
  /**
   * Runs `work` as part of a trace that began in the caller, by its `traceparent` header (W3C Trace Context).
   */
  continuing<Result>(traceParent: string | undefined, work: () => Promise<Result>): Promise<Result>;
  /** Begins a span without children, and returns the function that ends it. */
  start(name: string, attributes: Attributes): EndSpan;
};

/** `failure` is an error code. */
export type EndSpan = (outcome: { readonly failure?: string | undefined }) => void;

/** Used when no collector is configured. */
export const untraced: Trace = {
  span: (_name, _attributes, work) => work(),
  continuing: (_traceParent, work) => work(),
  start: () => () => undefined,
};
