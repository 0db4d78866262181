import { Select } from "../parts/field.tsx";
import { Panel } from "../parts/panel.tsx";
import { THEMES, useTheme } from "../parts/theme.ts";
import { LANGUAGES, useLanguage } from "../texts/texts.tsx";

/** Language and colours, only of this browser. */
export function Preferences() {
  const { language, speak, texts } = useLanguage();
  const { shell } = texts;
  const [theme, setTheme] = useTheme();
  return (
    <Panel label={shell.menu} icon="⚙" align="end">
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
    </Panel>
  );
}
