import { type ReactNode, useId, useMemo } from "react";
import { TextField } from "./field.tsx";

type TimeZoneFieldProps = {
  readonly label: string;
  readonly hint: ReactNode;
  readonly error?: ReactNode;
  readonly value: string;
  readonly onEnter: (zone: string) => void;
};

/** An IANA time zone: the browser suggests names, and the service decides which exist. */
export function TimeZoneField({ label, hint, error, value, onEnter }: TimeZoneFieldProps) {
  const id = useId();
  const zones = useMemo(() => Intl.supportedValuesOf("timeZone"), []);
  return (
    <>
      <TextField
        label={label}
        hint={hint}
        error={error}
        value={value}
        list={id}
        autoComplete="off"
        spellCheck={false}
        onChange={({ target }) => onEnter(target.value)}
      />
      <datalist id={id}>
        {zones.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </>
  );
}
