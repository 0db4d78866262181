import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, useId } from "react";
import { useTexts } from "../texts/texts.tsx";
import styles from "./field.module.css";

type FieldProps = {
  readonly label: string;
  readonly hint?: ReactNode;
  /** A sentence of ours, or one of the service inside `<span lang="en">`. */
  readonly error?: ReactNode;
  readonly isRequired?: boolean;
  /** Only screen readers get the label, because the surroundings explain the field. */
  readonly hidesLabel?: boolean;
};

type Described = {
  readonly id: string;
  readonly "aria-describedby"?: string;
  readonly "aria-invalid"?: true;
};

/** A label, a hint and an error, linked to the control that `children` renders. */
export function Field({
  label,
  hint,
  error,
  isRequired = false,
  hidesLabel = false,
  children,
}: FieldProps & { readonly children: (described: Described) => ReactNode }) {
  const { required } = useTexts().parts;
  const id = useId();
  const describedBy = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={hidesLabel ? "unseen" : styles.label}>
        {label}
        {isRequired && <span className={styles.required}> ({required})</span>}
      </label>
      {children({
        id,
        ...(describedBy && { "aria-describedby": describedBy }),
        ...(error ? { "aria-invalid": true as const } : {}),
      })}
      {hint && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className={styles.error} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

type TextFieldProps = FieldProps & Omit<InputHTMLAttributes<HTMLInputElement>, "id" | "className">;

export const TextField = ({ label, hint, error, isRequired, hidesLabel, ...input }: TextFieldProps) => (
  <Field {...{ label, hint, error, isRequired: isRequired ?? false, hidesLabel: hidesLabel ?? false }}>
    {(described) => <input {...input} {...described} required={isRequired} className={styles.control} />}
  </Field>
);

type SelectProps<Value extends string> = FieldProps &
  Omit<SelectHTMLAttributes<HTMLSelectElement>, "id" | "className" | "value" | "onChange"> & {
    readonly value: Value;
    readonly options: readonly { readonly value: Value; readonly label: string }[];
    readonly onChoose: (value: Value) => void;
  };

/** The browser's own select works on every device and needs no code of ours. */
export const Select = <Value extends string>({
  label,
  hint,
  error,
  isRequired,
  hidesLabel,
  value,
  options,
  onChoose,
  ...select
}: SelectProps<Value>) => (
  <Field {...{ label, hint, error, isRequired: isRequired ?? false, hidesLabel: hidesLabel ?? false }}>
    {(described) => (
      <select
        {...select}
        {...described}
        className={styles.control}
        value={value}
        onChange={(event) => onChoose(event.target.value as Value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    )}
  </Field>
);

type CheckProps = {
  readonly label: ReactNode;
  readonly isChecked: boolean;
  readonly onCheck: (isChecked: boolean) => void;
};

export const Check = ({ label, isChecked, onCheck }: CheckProps) => (
  <label className={styles.check}>
    <input type="checkbox" checked={isChecked} onChange={(event) => onCheck(event.target.checked)} />
    <span dir="auto">{label}</span>
  </label>
);
