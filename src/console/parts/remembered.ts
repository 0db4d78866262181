/** Choices that belong to this browser. They contain no data of the directory. */
type Choice = "language" | "theme" | "columns" | "single-keys";

const nameOf = (choice: Choice): string => `people.${choice}`;

/** Undefined also where the browser keeps nothing, as in some private windows. */
export function remembered(choice: Choice): string | undefined {
  try {
    return localStorage.getItem(nameOf(choice)) ?? undefined;
  } catch {
    return undefined;
  }
}

export function remember(choice: Choice, value: string): void {
  try {
    localStorage.setItem(nameOf(choice), value);
  } catch {
    // The choice then lasts as long as the page.
  }
}
