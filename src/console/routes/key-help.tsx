import { Fragment } from "react";
import { Dialog } from "../parts/dialog.tsx";
import { Check } from "../parts/field.tsx";
import { useViewer } from "../parts/viewer.tsx";
import { useTexts } from "../texts/texts.tsx";
import { SCREENS } from "./navigation.ts";
import styles from "./palette.module.css";

type KeyHelpProps = {
  readonly onClose: () => void;
  readonly hasSingleKeys: boolean;
  readonly onSingleKeys: (isOn: boolean) => void;
};

/** Every key of the console, and the switch for those without a modifier. */
export function KeyHelp({ onClose, hasSingleKeys, onSingleKeys }: KeyHelpProps) {
  const texts = useTexts();
  const { keys } = texts.shell;
  const viewer = useViewer();
  const isMac = navigator.userAgent.includes("Mac");
  const single: readonly (readonly [readonly string[], string])[] = [
    [["/"], keys.search],
    [["?"], keys.help],
    ...SCREENS.filter(({ key, scope }) => key && (scope === undefined || viewer.has(scope))).map(
      ({ key, name }) => [["g", key ?? ""], name(texts)] as const,
    ),
  ];
  const always: readonly (readonly [readonly string[], string])[] = [
    [[isMac ? "⌘" : "Ctrl", "K"], keys.palette],
    [["↑", "↓"], keys.rows],
    [["Enter"], keys.open],
    [["Esc"], keys.close],
  ];
  const listed = hasSingleKeys ? [...always, ...single] : always;
  return (
    <Dialog title={keys.title} isOpen onClose={onClose}>
      <dl className={styles.keys}>
        {listed.map(([strokes, meaning]) => (
          <Fragment key={strokes.join(" ")}>
            <dt>
              {strokes.map((stroke) => (
                <kbd key={stroke}>{stroke}</kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </Fragment>
        ))}
      </dl>
      <Check label={keys.singleKeys} isChecked={hasSingleKeys} onCheck={onSingleKeys} />
    </Dialog>
  );
}
