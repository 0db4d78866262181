import type { ReactNode } from "react";
import styles from "./settings.module.css";

type SettingsTableProps = {
  /**
   * The names of the columns. Cells repeat the name of their column in `data-name`, for narrow windows in
   * which rows are cards.
   */
  readonly heads: readonly string[];
  /** Long names of columns take several lines. */
  readonly headsWrap?: boolean;
  /** The name of a last column of buttons, for screen readers only. */
  readonly action?: string;
  readonly children: ReactNode;
};

/** The table of a page of the settings. Its children are the rows. */
export const SettingsTable = ({ heads, headsWrap = false, action, children }: SettingsTableProps) => (
  <div className={styles.surface}>
    <table className={styles.table}>
      <thead className={headsWrap ? styles.wraps : undefined}>
        <tr>
          {heads.map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
          {action && (
            <th scope="col">
              <span className="unseen">{action}</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </div>
);
