import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from "react";
import styles from "./toast.module.css";

/** Long enough to read two lines; what matters stays on the page itself. */
const SHOWN_MS = 6_000;

type Say = (text: string) => void;

const ToastContext = createContext<Say>(() => undefined);

/** One sentence at a time at the foot of the window, also announced. */
export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [text, setText] = useState("");
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const say = useCallback<Say>((next) => {
    clearTimeout(timer.current);
    setText(next);
    timer.current = setTimeout(() => setText(""), SHOWN_MS);
  }, []);
  return (
    <ToastContext value={say}>
      {children}
      <div className={styles.place} role="status">
        {text && <p className={styles.toast}>{text}</p>}
      </div>
    </ToastContext>
  );
}

/** Confirms an action, such as "Saved". A problem instead stays beside its cause. */
export const useToast = (): Say => useContext(ToastContext);
