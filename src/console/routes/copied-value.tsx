import { useState } from "react";
import { Button } from "../parts/button.tsx";
import { Fact } from "../parts/page.tsx";
import { useScreenTexts } from "../texts/texts.tsx";
import styles from "./settings.module.css";

/** A value to take elsewhere, such as a secret, with a button that copies it. */
export function CopiedValue({ name, value }: { readonly name: string; readonly value: string }) {
  const { webhooks: texts } = useScreenTexts().settings;
  const [outcome, setOutcome] = useState<"copied" | "copyFailed">();
  // Without a secure context, as over plain HTTP, browsers have no clipboard.
  const copy = async (): Promise<void> => {
    const isCopied = await navigator.clipboard?.writeText(value).then(
      () => true,
      () => false,
    );
    setOutcome(isCopied ? "copied" : "copyFailed");
  };
  return (
    <Fact name={name}>
      <span className={styles.value}>
        <code>{value}</code>
        <Button onClick={() => void copy()} aria-label={texts.copy(name)}>
          {texts.copyIt}
        </Button>
        <span role="status" className="small muted">
          {outcome && texts[outcome]}
        </span>
      </span>
    </Fact>
  );
}
