import { useFormat } from "../texts/format.ts";
import { useScreenTexts } from "../texts/texts.tsx";
import styles from "./live-run.module.css";
import type { LiveRun } from "./live-runs.tsx";

/** Whether the run waits for a worker or is being worked on. */
export const isUnderWay = ({ status }: { readonly status: LiveRun["status"] }): boolean =>
  status === "QUEUED" || status === "RUNNING";

type ProgressOf = Pick<LiveRun, "status" | "employeesRead" | "employeesTotal">;

/** The progress of a run. Screen readers announce a new phase, but not each number. */
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
        // A full bar would look like the end, but looking up missing people can still take long.
        {...(isReading && total !== undefined && { value: employeesRead })}
      />
    </div>
  );
}
