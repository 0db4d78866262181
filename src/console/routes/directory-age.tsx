import { useEffect } from "react";
import { graphql } from "../graph/operation.ts";
import { useAnswer } from "../graph/use-answer.ts";
import { useFormat } from "../texts/format.ts";
import { useTexts } from "../texts/texts.tsx";
import styles from "./directory-age.module.css";

const DIRECTORY = graphql(`
  query ConsoleDirectory {
    directory {
      asOf
      isStale
    }
  }
`);

/** A sync takes minutes, so its end is seen soon enough. */
const ASK_EVERY_MS = 60_000;

/** How current everything on the page is, for every viewer. */
export function DirectoryAge() {
  const { shell } = useTexts();
  const format = useFormat();
  const { data, again } = useAnswer(DIRECTORY, {});
  // biome-ignore lint/correctness/useExhaustiveDependencies: `again` differs each time and does the same.
  useEffect(() => {
    const timer = setInterval(again, ASK_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const { asOf, isStale } = data?.directory ?? {};
  if (!asOf) return null;
  const time = format.recently(asOf);
  const text = isStale ? shell.stale(time) : shell.asOf(time);
  return (
    <span className={`${styles.age} ${isStale ? styles.stale : ""} figures`} title={text}>
      {text}
    </span>
  );
}
