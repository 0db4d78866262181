import { useTexts } from "../texts/texts.tsx";
import styles from "./sync.module.css";

type ProblemProps = {
  readonly problem: {
    readonly code: string;
    readonly message: string;
    readonly help: string;
    readonly parameters?: unknown;
  };
  readonly tone?: "bad" | "warn";
};

/**
 * A stored problem of the connection or of a run: our sentence where we have one, with the service's own words
 * below it.
 */
export function PersonioProblem({
  problem: { code, message, help, parameters },
  tone = "bad",
}: ProblemProps) {
  const { sync, parts } = useTexts();
  const ours = sentenceOf(sync.problems, code, parameters);
  const advice = sync.advice[code];
  const words = (
    <>
      <p lang="en">{message}</p>
      <p lang="en">{help}</p>
      <p className="small">
        {parts.code} <code>{code}</code>
      </p>
    </>
  );
  return (
    <div className={`${styles.problem} ${styles[tone]}`}>
      {ours && <p className={styles.problemTitle}>{ours}</p>}
      {ours && advice && <p>{advice}</p>}
      {ours && advice ? (
        <details>
          <summary>{sync.wordsOfTheService}</summary>
          {words}
        </details>
      ) : (
        words
      )}
    </div>
  );
}

type Sentences = Readonly<Record<string, (parameters: Parameters) => string>>;

/** What a problem is about, as texts and numbers; a missing one is a dash. */
export type Parameters = (name: string) => string;

/** The sentence for a code in the reader's language; undefined for a code that the console does not know. */
export function sentenceOf(sentences: Sentences, code: string, parameters: unknown): string | undefined {
  const values = (typeof parameters === "object" && parameters !== null ? parameters : {}) as Record<
    string,
    unknown
  >;
  const of: Parameters = (name) => {
    const value = values[name];
    return Array.isArray(value) ? value.join(", ") : value === undefined ? "–" : String(value);
  };
  return sentences[code]?.(of);
}
