import { useEffect, useRef } from "react";
import { Select } from "../parts/field.tsx";
import { THEMES, useTheme } from "../parts/theme.ts";
import { LANGUAGES, useLanguage } from "../texts/texts.tsx";
import styles from "./preferences.module.css";

/** Language and colours, of this browser alone. */
export function Preferences() {
  const {
    language,
    speak,
    texts: { shell },
  } = useLanguage();
  const [theme, setTheme] = useTheme();
  const details = useRef<HTMLDetailsElement>(null);
  useCloseOutside(details);
  return (
    <details ref={details} className={styles.preferences}>
      <summary className={styles.summary} aria-label={shell.menu} title={shell.menu}>
        <span aria-hidden="true">⚙</span>
      </summary>
      <div className={styles.panel}>
        <Select
          label={shell.language}
          value={language}
          options={LANGUAGES.map((value) => ({ value, label: shell.languages[value] }))}
          onChoose={speak}
        />
        <Select
          label={shell.theme}
          value={theme}
          options={THEMES.map((value) => ({ value, label: shell.themes[value] }))}
          onChoose={setTheme}
        />
        <a href="/graphql">{shell.graphiql}</a>
      </div>
    </details>
  );
}

/** As a menu: Escape and a click beside it close it, and Escape returns the focus. */
function useCloseOutside(details: React.RefObject<HTMLDetailsElement | null>): void {
  useEffect(() => {
    const close = (event: Event): void => {
      const element = details.current;
      if (!element?.open) return;
      const isEscape = event instanceof KeyboardEvent && event.key === "Escape";
      const isOutside = event.type === "pointerdown" && !element.contains(event.target as Node);
      if (!isEscape && !isOutside) return;
      element.open = false;
      if (isEscape) element.querySelector("summary")?.focus();
    };
    document.addEventListener("keydown", close);
    document.addEventListener("pointerdown", close);
    return () => {
      document.removeEventListener("keydown", close);
      document.removeEventListener("pointerdown", close);
    };
  }, [details]);
}
