import { type ButtonHTMLAttributes, type ReactNode, useId } from "react";
import styles from "./button.module.css";
import { classNames } from "./class-names.ts";

type ButtonProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, "disabled" | "type"> & {
  readonly tone?: "main" | "plain" | "quiet" | "danger";
  readonly submits?: boolean;
  /** Why the button is disabled. It can still have the focus, so that every user finds the reason. */
  readonly disabledReason?: string | undefined;
  /** Shows a spinner, and ignores further clicks. */
  readonly isBusy?: boolean;
  readonly children: ReactNode;
};

export function Button({
  tone = "plain",
  submits = false,
  disabledReason,
  isBusy = false,
  children,
  onClick,
  className,
  ...rest
}: ButtonProps) {
  const reasonId = useId();
  const isOff = disabledReason !== undefined || isBusy;
  return (
    <>
      <button
        {...rest}
        type={submits ? "submit" : "button"}
        className={classNames(styles.button, styles[tone], className)}
        aria-disabled={isOff || undefined}
        aria-describedby={disabledReason === undefined ? rest["aria-describedby"] : reasonId}
        title={disabledReason ?? rest.title}
        onClick={(event) => {
          if (isOff) event.preventDefault();
          else onClick?.(event);
        }}
      >
        {isBusy && <span className={styles.spinner} aria-hidden="true" />}
        {children}
      </button>
      {disabledReason !== undefined && (
        <span id={reasonId} className={styles.reason}>
          {disabledReason}
        </span>
      )}
    </>
  );
}
