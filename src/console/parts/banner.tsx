import type { ReactNode } from "react";
import styles from "./banner.module.css";

type BannerProps = {
  readonly tone: "info" | "warn" | "bad";
  readonly children: ReactNode;
  readonly action?: ReactNode;
  /** Announced when it appears. */
  readonly isLive?: boolean;
};

/** A sentence above every screen. It stays until its cause is gone. */
export const Banner = ({ tone, children, action, isLive = false }: BannerProps) => (
  <div className={`${styles.banner} ${styles[tone]}`} role={isLive ? "status" : undefined}>
    <span>{children}</span>
    {action}
  </div>
);
