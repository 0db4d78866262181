/** Codes, counts and ids of runs. Never a name, an address, a query or a secret: traces leave the house. */
export type Attributes = Readonly<Record<string, string | number>>;

/** Where time goes, as spans. Nothing is global: each app has its own, and passes it on like the log. */
export type Trace = {
  /** Runs `work` within a span; what it opens meanwhile are the span's children. What it throws marks the span as failed. */
  span<Result>(name: string, attributes: Attributes, work: () => Promise<Result>): Promise<Result>;
  /** Runs `work` as part of a trace that began elsewhere, in the caller's `traceparent` header (W3C Trace Context). */
  continuing<Result>(traceParent: string | undefined, work: () => Promise<Result>): Promise<Result>;
  /** Begins a span without children, and gives what ends it. */
  start(name: string, attributes: Attributes): EndSpan;
};

/** `failure` is a code. */
export type EndSpan = (outcome: { readonly failure?: string | undefined }) => void;

/** For where nobody collects traces. */
export const untraced: Trace = {
  span: (_name, _attributes, work) => work(),
  continuing: (_traceParent, work) => work(),
  start: () => () => undefined,
};
