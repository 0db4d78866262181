import { Select } from "./field.tsx";

type AddFilterProps = {
  readonly label: string;
  /** The first option, which chooses nothing. */
  readonly prompt: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly chosen: readonly string[] | undefined;
  readonly onAdd: (value: string) => void;
};

/** A select that adds one value to a filter; values that the filter has are no options. */
export const AddFilter = ({ label, prompt, options, chosen = [], onAdd }: AddFilterProps) => (
  <Select
    label={label}
    hidesLabel
    value=""
    options={[{ value: "", label: prompt }, ...options.filter(({ value }) => !chosen.includes(value))]}
    onChoose={(value) => value && onAdd(value)}
  />
);
