import styles from "./org.module.css";

type PaperProps = { readonly picture: string; readonly title: string; readonly onDone: () => void };

/** The whole chart, while it is printed. Otherwise the page contains only the part in the window. */
export const Paper = ({ picture, title, onDone }: PaperProps) => (
  <img
    className={styles.paper}
    data-paper
    src={picture}
    alt={title}
    onLoad={() => {
      print();
      onDone();
    }}
  />
);

/** A data address, because the content policy allows no other address for pictures. */
export const pictureOf = (svg: string): string => `data:image/svg+xml,${encodeURIComponent(svg)}`;
