import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Badge } from "../parts/chips.tsx";
import { StatusBadge } from "../parts/status-badge.tsx";
import { useFormat } from "../texts/format.ts";
import { useScreenTexts } from "../texts/texts.tsx";
import { hasTeam, isOpen, type OrgPerson, type OrgRow } from "./org-model.ts";
import styles from "./org-outline.module.css";
import type { OrgState } from "./use-org-tree.ts";

/** Deeper levels are indented no further: names must stay readable. */
const INDENT_LEVELS_MAX = 12;

type RowProps = {
  readonly row: OrgRow;
  readonly index: number;
  readonly top: number;
  readonly tree: OrgState;
  readonly isCurrent: boolean;
  readonly isFocusable: boolean;
  readonly onFocus: (cell: number | null) => void;
};

/** A person of the outline, or the button that loads the others of a team. */
export function OutlineRow({ row, index, top, tree, isCurrent, isFocusable, onFocus }: RowProps) {
  const { person, level, position, setSize } = row;
  const isParent = person !== undefined && hasTeam(tree.model, person);
  return (
    // biome-ignore lint/a11y/useSemanticElements: see OrgOutline.
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-level={level}
      aria-posinset={position}
      aria-setsize={setSize}
      aria-expanded={isParent ? isOpen(tree.model, person.personId) : undefined}
      aria-current={isCurrent ? "true" : undefined}
      tabIndex={isFocusable ? 0 : -1}
      className={`${styles.cells} ${styles.row} ${isCurrent ? styles.current : ""}`}
      style={{ transform: `translateY(${top}px)` }}
      onFocus={({ target }) => {
        const cell = target.closest("[data-cell]")?.getAttribute("data-cell");
        onFocus(cell == null ? null : Number(cell));
      }}
    >
      <NameCell row={row} tree={tree} isParent={isParent} />
      {person ? <OtherCells row={row} /> : <Cell cell={1} />}
    </div>
  );
}

const Cell = ({
  cell,
  isWide,
  children,
}: {
  readonly cell: number;
  readonly isWide?: boolean;
  readonly children?: ReactNode;
}) => (
  // biome-ignore lint/a11y/useSemanticElements: see OrgOutline.
  <div
    role="gridcell"
    data-cell={cell}
    tabIndex={-1}
    className={`${styles.cell} ${isWide ? styles.wide : ""}`}
  >
    {children}
  </div>
);

type NameProps = { readonly row: OrgRow; readonly tree: OrgState; readonly isParent: boolean };

function NameCell({ row, tree, isParent }: NameProps) {
  const { org } = useScreenTexts();
  const format = useFormat();
  const { person, level, others, parent } = row;
  const indent = { "--level": Math.min(level, INDENT_LEVELS_MAX) - 1 } as React.CSSProperties;
  if (!person) {
    const name = tree.model.people.get(parent)?.displayName ?? "";
    const count = format.number(others);
    return (
      // biome-ignore lint/a11y/useSemanticElements: see OrgOutline.
      // biome-ignore lint/a11y/useFocusableInteractive: its button has the focus.
      <div role="gridcell" className={`${styles.cell} ${styles.name}`} style={indent}>
        <span className={styles.toggle} />
        <button
          type="button"
          data-cell={0}
          tabIndex={-1}
          className={styles.others}
          aria-label={org.othersOf(count, name)}
          onClick={() => tree.openOthers(parent)}
        >
          {org.others(count)}
        </button>
      </div>
    );
  }
  const { personId: id, displayName, position } = person;
  return (
    // biome-ignore lint/a11y/useSemanticElements: see OrgOutline.
    // biome-ignore lint/a11y/useFocusableInteractive: its link has the focus.
    <div role="gridcell" className={`${styles.cell} ${styles.name}`} style={indent}>
      {isParent ? (
        // The row has the state and the keys; this is for the pointer.
        <span
          aria-hidden="true"
          className={`${styles.toggle} ${styles.canToggle}`}
          onClick={() => tree.toggle(id)}
        >
          {isOpen(tree.model, id) ? "▾" : "▸"}
        </span>
      ) : (
        <span className={styles.toggle} />
      )}
      <span className={styles.two}>
        <Link
          to="/people/$id"
          params={{ id }}
          data-cell={0}
          tabIndex={-1}
          className={`${styles.link} cut`}
          title={displayName}
          dir="auto"
        >
          {displayName}
        </Link>
        <span className={`${styles.second} cut`}>
          <OrgBadges person={person} /> <span dir="auto">{position}</span>
        </span>
      </span>
    </div>
  );
}

function OtherCells({ row: { person } }: { readonly row: OrgRow }) {
  const { org } = useScreenTexts();
  const format = useFormat();
  if (!person) return null;
  const { position, departmentName, directReportCount: direct, reportCount: all } = person;
  return (
    <>
      <Cell cell={1} isWide>
        <span className="cut" dir="auto" title={position ?? undefined}>
          {position}
        </span>
      </Cell>
      <Cell cell={2} isWide>
        <span className="cut" dir="auto" title={departmentName ?? undefined}>
          {departmentName}
        </span>
      </Cell>
      <Cell cell={3}>
        {all > 0 && (
          <>
            <span className={`${styles.long} figures`}>
              {org.reports(direct, all, format.number(direct), format.number(all))}
            </span>
            <span className={`${styles.short} figures`}>{format.number(all)}</span>
          </>
        )}
      </Cell>
      <Cell cell={4} isWide>
        <span className={styles.badges}>
          <OrgBadges person={person} />
        </span>
      </Cell>
    </>
  );
}

/** What to know about a person's place: issues first, then who is away or not here yet. */
function OrgBadges({ person }: { readonly person: OrgPerson }) {
  const { org } = useScreenTexts();
  const { status, isPreHire, issues } = person;
  return (
    <>
      {issues.map((issue) => (
        <Badge key={issue} tone="bad">
          {org.issues[issue] ?? issue}
        </Badge>
      ))}
      {status === "ACTIVE" ? (
        isPreHire && <Badge tone="accent">{org.preHire}</Badge>
      ) : (
        <StatusBadge status={status} />
      )}
    </>
  );
}
