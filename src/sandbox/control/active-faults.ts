import type { Fault } from "./faults.ts";

/** What a fault may look at to decide whether it strikes. */
export type Target = {
  readonly pathAndQuery: string;
  /** Where a page of employees or persons starts; undefined for every other request. */
  readonly offset: number | undefined;
};

/** The faults in force, each until it has struck as often as it should. */
export class ActiveFaults {
  #active: readonly { readonly fault: Fault; timesLeft: number }[] = [];

  #replaced = new AbortController();

  /** Aborts when these faults are no longer in force. */
  get replaced(): AbortSignal {
    return this.#replaced.signal;
  }

  replace(faults: readonly Fault[]): void {
    this.#replaced.abort();
    this.#replaced = new AbortController();
    this.#active = faults.map((fault) => ({ fault, timesLeft: fault.times ?? Number.POSITIVE_INFINITY }));
  }

  /** Those that strike this request; each of them is one time nearer to being used up. */
  strike(target: Target): readonly Fault[] {
    const striking = this.#active.filter(({ fault, timesLeft }) => timesLeft > 0 && matches(fault, target));
    for (const active of striking) active.timesLeft -= 1;
    return striking.map(({ fault }) => fault);
  }
}

function matches({ path, offset }: Fault, target: Target): boolean {
  return target.pathAndQuery.startsWith(path ?? "/") && (offset === undefined || offset === target.offset);
}
