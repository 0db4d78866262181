import { type ReactNode, useEffect } from "react";
import { useTexts } from "../texts/texts.tsx";
import styles from "./page.module.css";

type PageProps = {
  /** The heading, and with the product's name the title of the tab. */
  readonly title: string;
  /** Beside the heading, such as a count. */
  readonly beside?: ReactNode;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  /** `full`: the screen fills the window and scrolls inside, as a list does. */
  readonly width?: "text" | "wide" | "full";
  readonly children: ReactNode;
};

/** A screen: its title, what can be done, and its content. */
export function Page({ title, beside, lead, actions, width = "wide", children }: PageProps) {
  const { product } = useTexts().shell;
  useEffect(() => {
    document.title = title === product ? product : `${title} · ${product}`;
  }, [title, product]);
  return (
    <div className={`${styles.page} ${styles[width]}`} data-fills={width === "full" || undefined}>
      <header className={styles.head}>
        <div className={styles.titles}>
          <h1 className={styles.title} dir="auto">
            {title}
          </h1>
          {beside}
        </div>
        {actions && <div className={styles.actions}>{actions}</div>}
        {lead && <div className={styles.lead}>{lead}</div>}
      </header>
      {children}
    </div>
  );
}

type SectionProps = {
  readonly title: string;
  readonly beside?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
};

/** A part of a screen with a heading of its own, on a surface. */
export function Section({ title, beside, actions, children }: SectionProps) {
  return (
    <section className={styles.section} aria-label={title}>
      <div className={styles.sectionHead}>
        <h2>{title}</h2>
        {beside}
        {actions && <div className={styles.actions}>{actions}</div>}
      </div>
      {children}
    </section>
  );
}

type FactsProps = { readonly children: ReactNode };

/** Names and values, `<Fact name="…">value</Fact>` each. */
export const Facts = ({ children }: FactsProps) => <dl className={styles.facts}>{children}</dl>;

export const Fact = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  <div className={styles.fact}>
    <dt>{name}</dt>
    <dd dir="auto">{children}</dd>
  </div>
);
