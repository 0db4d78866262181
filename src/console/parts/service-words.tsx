import type { ReactNode } from "react";
import { useScreenTexts } from "../texts/texts.tsx";

type WordsProps = { readonly isOpen?: boolean; readonly children: ReactNode };

/** The service's own sentences, in English and for programs: one click below ours. */
export function ServiceWords({ isOpen = false, children }: WordsProps) {
  const { sync } = useScreenTexts();
  return (
    <details open={isOpen}>
      <summary>{sync.wordsOfTheService}</summary>
      <div lang="en">{children}</div>
    </details>
  );
}
