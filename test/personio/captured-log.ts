import { type Logger, pino } from "pino";

/** A logger at trace level, and its lines. */
export function captureLog(): { log: Logger; lines: string[] } {
  const lines: string[] = [];
  const log = pino({ level: "trace", base: null }, { write: (line: string) => lines.push(line) });
  return { log, lines };
}
