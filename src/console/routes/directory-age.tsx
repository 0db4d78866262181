import { useEffect, useRef } from "react";
import { graphql } from "../graph/operation.ts";
import { useAnswer } from "../graph/use-answer.ts";
import { Badge } from "../parts/chips.tsx";
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

/** A sync takes longer than this, so no change of the directory is missed. */
const LOOK_MS = 30_000;

/** How current the directory is. Its screen reads again once a sync has brought something newer. */
export function DirectoryAge({ onMoved }: { readonly onMoved: () => void }) {
  const { shell } = useTexts();
  const format = useFormat();
  const { data, look } = useAnswer(DIRECTORY, {});
  const latest = useRef({ look, onMoved });
  latest.current = { look, onMoved };
  useEffect(() => {
    const timer = setInterval(() => document.hidden || latest.current.look(), LOOK_MS);
    return () => clearInterval(timer);
  }, []);
  const asOf = data?.directory.asOf ?? undefined;
  const known = useRef(asOf);
  useEffect(() => {
    if (known.current !== undefined && asOf !== known.current) latest.current.onMoved();
    known.current = asOf;
  }, [asOf]);
  if (asOf === undefined) return null;
  const time = format.recently(asOf);
  if (data?.directory.isStale) return <Badge tone="warn">{shell.stale(time)}</Badge>;
  return <span className="muted small">{shell.asOf(time)}</span>;
}
