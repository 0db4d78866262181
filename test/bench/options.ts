import { parseArgs } from "node:util";
import { ROWS } from "./rows.ts";

export const USAGE = `Usage: npm run bench -- [options]

  --row <name>        only one row, in about a minute; may be repeated:
                      ${[...ROWS.keys()].join(", ")}
  --people <number>   people in the company, 500 or more (default: 100000; with --row 20000, for console 100000)
  --tenants <number>  companies of 200 people due at once (default: 1000; with --row 100)
  --subscribers <number>  concurrent subscribers to events (default: 10000); each needs two file descriptors
  --clients <number>  clients of another company that send expensive queries (default: 300)
  --seconds <number>  duration of each side of a read in a round (default: 3; with --row 1)
  --rounds <number>   number of rounds (default: 5)
  --json <path>       output file (default: test/bench/bench.json; none with --row)`;

/** The reads need more than one page. */
export const PEOPLE_MIN = 500;

const DEFAULTS = {
  people: 100_000,
  tenants: 1_000,
  subscribers: 10_000,
  clients: 300,
  seconds: 3,
  rounds: 5,
};
/** A size with which a single row takes a minute. */
const QUICK = { ...DEFAULTS, people: 20_000, tenants: 100, seconds: 1 };

export type Options = { readonly [Name in keyof typeof DEFAULTS]: number } & {
  readonly rows: readonly string[];
  readonly json: string | undefined;
};

/**
 * Null if the user asks for help. The ranges are wide for experiments; `bench.json` has the options of the
 * README's numbers.
 */
export function readOptions(): Options | null {
  const { values } = parseArgs({
    options: {
      row: { type: "string", multiple: true, default: [] },
      people: { type: "string" },
      tenants: { type: "string" },
      subscribers: { type: "string" },
      clients: { type: "string" },
      seconds: { type: "string" },
      rounds: { type: "string" },
      json: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return null;
  const isQuick = values.row.length > 0;
  const quick = values.row.includes("console") ? { ...QUICK, people: DEFAULTS.people } : QUICK;
  const defaults = isQuick ? quick : DEFAULTS;
  const number = (name: keyof typeof DEFAULTS): number => Number(values[name] ?? defaults[name]);
  const options: Options = {
    rows: isQuick ? values.row : [...ROWS.keys()],
    people: number("people"),
    tenants: number("tenants"),
    subscribers: number("subscribers"),
    clients: number("clients"),
    seconds: number("seconds"),
    rounds: number("rounds"),
    json: values.json ?? (isQuick ? undefined : "test/bench/bench.json"),
  };
  const { rows, json: _path, ...numbers } = options;
  const isValid = Object.values(numbers).every((one) => one > 0) && options.people >= PEOPLE_MIN;
  if (!isValid || rows.some((row) => !ROWS.has(row))) throw new Error(USAGE);
  return options;
}
