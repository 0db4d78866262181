import type { Fault } from "./faults.ts";

/** The properties of a request that decide whether a fault applies. */
export type Target = {
  readonly pathAndQuery: string;
  /** The start of a page of employees or persons; undefined for every other request. */
  readonly offset: number | undefined;
};

/** The active faults, each until it has applied `times` times. */
export class ActiveFaults {
  #active: readonly { readonly fault: Fault; timesLeft: number }[] = [];

  #replaced = new AbortController();

  /** Aborts when these faults are no longer active. */
  get replaced(): AbortSignal {
    return this.#replaced.signal;
  }

  replace(faults: readonly Fault[]): void {
    this.#replaced.abort();
    this.#replaced = new AbortController();
    this.#active = faults.map((fault) => ({ fault, timesLeft: fault.times ?? Number.POSITIVE_INFINITY }));
  }

  /** The faults that apply to this request; counts one use of each. */
  apply(target: Target): readonly Fault[] {
    const applying = this.#active.filter(({ fault, timesLeft }) => timesLeft > 0 && matches(fault, target));
    for (const active of applying) active.timesLeft -= 1;
    return applying.map(({ fault }) => fault);
  }
}

function matches({ path, offset }: Fault, target: Target): boolean {
  return target.pathAndQuery.startsWith(path ?? "/") && (offset === undefined || offset === target.offset);
}
