import { useEffect, useRef } from "react";
import { graphql } from "../graph/operation.ts";
import { useAnswer } from "../graph/use-answer.ts";
import { Badge } from "../parts/chips.tsx";
import { useLiveRun } from "../parts/live-runs.tsx";
import { LOOK_MS, useLookAgain } from "../parts/use-look-again.ts";
import { useFormat } from "../texts/format.ts";
import { useTexts } from "../texts/texts.tsx";

const DIRECTORY = graphql(`
  query ConsoleDirectory {
    directory {
      asOf
      isStale
    }
  }
`);

/** Users wait for the first sync of a company, so the page looks often until it has succeeded. */
const FIRST_LOOK_MS = 5_000;

/** How current the directory is. Its screen reloads when a sync has made the directory newer. */
export function DirectoryAge({ onMoved }: { readonly onMoved: () => void }) {
  const { shell } = useTexts();
  const format = useFormat();
  const { data, look } = useAnswer(DIRECTORY, {});
  /** Null before the first sync, undefined before the first answer. */
  const asOf = data && (data.directory.asOf ?? null);
  // Administrators follow the runs; for other users, the page checks from time to time.
  useLiveRun(look, null);
  useLookAgain(look, asOf === null ? FIRST_LOOK_MS : LOOK_MS);
  const latest = useRef(onMoved);
  latest.current = onMoved;
  const known = useRef(asOf);
  useEffect(() => {
    if (known.current !== undefined && asOf !== known.current) latest.current();
    known.current = asOf;
  }, [asOf]);
  if (asOf == null) return null;
  const time = format.recently(asOf);
  if (data?.directory.isStale) return <Badge tone="warn">{shell.stale(time)}</Badge>;
  return <span className="muted small">{shell.asOf(time)}</span>;
}
