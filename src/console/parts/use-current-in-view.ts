import { useLocation } from "@tanstack/react-router";
import { useEffect, useRef } from "react";

/** For a row of links that scrolls in a narrow window: the link of the open page may be beyond its end. */
export function useCurrentInView() {
  const row = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: each page has its own link.
  useEffect(() => {
    row.current?.querySelector("[aria-current=page]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [pathname]);
  return row;
}
