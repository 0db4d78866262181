import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { SkipReason } from "#graph/graphql";
import { Badge } from "../parts/chips.tsx";
import { ServiceWords } from "../parts/service-words.tsx";
import { useFormat } from "../texts/format.ts";
import { useScreenTexts, useServiceTexts } from "../texts/texts.tsx";
import type { LedgerEntry } from "./ledger-entry.ts";
import { ledgerWordsOf } from "./ledger-words.ts";
import styles from "./sync.module.css";

type LedgerListProps = {
  readonly entries: readonly LedgerEntry[];
  readonly showsReason: boolean;
  /** A preview has no history. */
  readonly hidesSince?: boolean;
};

/** Rows of the skip ledger: who, why, and what to do. People with the same sentences share them. */
export function LedgerList({ entries, showsReason, hidesSince = false }: LedgerListProps) {
  const alike = Map.groupBy(entries, ({ reason, field, message, help }) =>
    JSON.stringify([reason, field, message, help]),
  );
  return (
    <ul className={styles.ledger}>
      {[...alike].toSorted(bySettingsLast).map(([key, group]) => (
        <LedgerGroup key={key} {...{ group, showsReason, hidesSince }} />
      ))}
    </ul>
  );
}

/** What the settings of the company decide. */
const BY_SETTINGS: readonly SkipReason[] = ["EXCLUDED", "STATUS_EXCLUDED"];

type Group = readonly [key: string, entries: readonly LedgerEntry[]];

/** Entries that HR can correct come before entries that the settings intend. */
const bySettingsLast = (one: Group, other: Group): number => rankOf(one) - rankOf(other);
const rankOf = ([, [entry]]: Group): number =>
  Number(entry !== undefined && BY_SETTINGS.includes(entry.reason));

type GroupProps = Omit<LedgerListProps, "entries"> & { readonly group: readonly LedgerEntry[] };

function LedgerGroup({ group, showsReason, hidesSince = false }: GroupProps) {
  const { ledger } = useServiceTexts();
  const { sync } = useScreenTexts();
  const [entry] = group;
  if (!entry) return null;
  const { reason, field, message, help } = entry;
  // People who left before the first sync never enter, whatever the settings are.
  const isBySettings = BY_SETTINGS.includes(reason) && entry.cause !== "LEFT_BEFORE_FIRST_SYNC";
  const words = ledgerWordsOf(entry, sync, ledger);
  const marks = (
    <>
      {showsReason && <Badge tone={field ? "plain" : "warn"}>{sync.missing.reasons[reason].title}</Badge>}
      {field && <span className="muted small">{sync.fields[field] ?? field}</span>}
    </>
  );
  return (
    <li className={styles.entry}>
      {group.length === 1 ? (
        <Who entry={entry} hidesSince={hidesSince}>
          {marks}
        </Who>
      ) : (
        <div className={styles.planHead}>{marks}</div>
      )}
      {words.found ? <p>{words.found}</p> : <p lang="en">{message}</p>}
      <p className="muted">
        {words.help} {isBySettings && <Link to="/settings/company">{sync.missing.settings}</Link>}
      </p>
      {group.length > 1 && (
        <ul className={styles.alike}>
          {group.map((one) => (
            <li key={one.personioId}>
              <Who entry={one} hidesSince={hidesSince} />
            </li>
          ))}
        </ul>
      )}
      <ServiceWords>
        <p>{message}</p>
        <p className="muted">{help}</p>
      </ServiceWords>
    </li>
  );
}

type WhoProps = {
  readonly entry: LedgerEntry;
  readonly hidesSince: boolean;
  readonly children?: ReactNode;
};

function Who({ entry: { name, personioId, firstSeenAt }, hidesSince, children }: WhoProps) {
  const { sync } = useScreenTexts();
  const format = useFormat();
  return (
    <div className={styles.planHead}>
      <strong dir="auto">{name || sync.missing.noName}</strong>
      <span className="muted small figures">{sync.record(personioId)}</span>
      {children}
      {!hidesSince && <span className="muted small">{sync.missing.since(format.instant(firstSeenAt))}</span>}
    </div>
  );
}
