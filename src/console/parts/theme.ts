import { useState } from "react";
import { remember, remembered } from "./remembered.ts";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const chosen = (): Theme => THEMES.find((theme) => theme === remembered("theme")) ?? "system";

/** `theme.css` follows the system, unless the root element names a theme. */
const show = (theme: Theme): void => {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
};

export const showChosenTheme = (): void => show(chosen());

export function useTheme(): readonly [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState(chosen);
  return [
    theme,
    (next) => {
      remember("theme", next);
      show(next);
      setTheme(next);
    },
  ];
}
