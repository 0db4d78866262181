import type { AnchorHTMLAttributes } from "react";
import styles from "./button.module.css";
import { classNames } from "./class-names.ts";

type ButtonLinkProps = AnchorHTMLAttributes<HTMLAnchorElement> & {
  readonly href: string;
  readonly tone?: "main" | "plain" | "quiet";
};

/** A link that looks like a button: it leads out of the console, such as to the sign-in. */
export const ButtonLink = ({ tone = "plain", children, ...rest }: ButtonLinkProps) => (
  <a {...rest} className={classNames(styles.button, styles[tone])}>
    {children}
  </a>
);
