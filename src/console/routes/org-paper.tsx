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

/** Hands a file to the user. */
export function save(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
