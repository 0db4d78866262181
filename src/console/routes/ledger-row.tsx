import { Link } from "@tanstack/react-router";
import type { SkipReason } from "#graph/graphql";
import { Badge } from "../parts/chips.tsx";
import { useFormat } from "../texts/format.ts";
import { useScreenTexts } from "../texts/texts.tsx";
import { ServiceWords } from "./service-words.tsx";
import styles from "./sync.module.css";

type LedgerRowProps = {
  readonly entry: {
    readonly personioId: string;
    readonly name?: string | null;
    readonly reason: SkipReason;
    readonly field?: string | null;
    readonly message: string;
    readonly help: string;
    readonly firstSeenAt?: string;
  };
  readonly showsReason: boolean;
};

/** What the settings of the company decide. */
const BY_SETTINGS: readonly SkipReason[] = ["EXCLUDED", "STATUS_EXCLUDED"];

/** With one remedy for every entry, so that our own help has it; other help names the entry's attributes. */
const WITH_OUR_HELP: readonly SkipReason[] = [
  ...BY_SETTINGS,
  "DUPLICATE_WORK_EMAIL",
  "SUPERVISOR_NOT_SYNCED",
  "SUPERVISOR_CYCLE",
];

/** A row of the skip ledger: who, why, and what to do. */
export function LedgerRow({ entry, showsReason }: LedgerRowProps) {
  const { sync } = useScreenTexts();
  const format = useFormat();
  const { personioId, name, reason, field, message, help, firstSeenAt } = entry;
  return (
    <li className={styles.entry}>
      <div className={styles.planHead}>
        <strong dir="auto">{name || sync.missing.noName}</strong>
        <span className="muted small figures">{sync.record(personioId)}</span>
        {showsReason && <Badge tone={field ? "plain" : "warn"}>{sync.missing.reasons[reason].title}</Badge>}
        {field && <span className="muted small">{sync.fields[field] ?? field}</span>}
      </div>
      <p lang="en">{message}</p>
      {WITH_OUR_HELP.includes(reason) ? (
        <>
          <p className="muted">
            {sync.missing.reasons[reason].help}{" "}
            {BY_SETTINGS.includes(reason) && <Link to="/settings/company">{sync.missing.settings}</Link>}
          </p>
          <ServiceWords>
            <p className="muted">{help}</p>
          </ServiceWords>
        </>
      ) : (
        <p lang="en" className="muted">
          {help}
        </p>
      )}
      {firstSeenAt && <p className="muted small">{sync.missing.since(format.instant(firstSeenAt))}</p>}
    </li>
  );
}
