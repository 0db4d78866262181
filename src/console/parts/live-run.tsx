import { useFormat } from "../texts/format.ts";
import { useScreenTexts } from "../texts/texts.tsx";
import styles from "./live-run.module.css";
import type { LiveRun } from "./live-runs.tsx";

/** Whether a worker still has to do with it. */
export const isUnderWay = ({ status }: { readonly status: LiveRun["status"] }): boolean =>
  status === "QUEUED" || status === "RUNNING";

type ProgressOf = Pick<LiveRun, "status" | "employeesRead" | "employeesTotal">;

/** How far a run has read. The sentence is announced when it changes its kind, not with each number. */
export function RunProgress({ run }: { readonly run: ProgressOf }) {
  const { sync } = useScreenTexts();
  const format = useFormat();
  const { status, employeesRead, employeesTotal } = run;
  const total = employeesTotal ?? undefined;
  const isReading = status === "RUNNING" && (total === undefined || employeesRead < total);
  const phase = status === "QUEUED" ? sync.waiting : isReading ? sync.reading : sync.applying;
  return (
    <div className={styles.progress}>
      <p className={styles.sentence}>
        <span role="status">{phase}</span>
        {total !== undefined && (
          <span className="muted figures">
            {sync.readOf(format.number(employeesRead), format.number(total))}
          </span>
        )}
      </p>
      <progress
        className={styles.bar}
        aria-label={sync.progress}
        max={total ?? 1}
        // A full bar would look like an end: what follows takes as long as the look-up of missing people.
        {...(isReading && total !== undefined && { value: employeesRead })}
      />
    </div>
  );
}
