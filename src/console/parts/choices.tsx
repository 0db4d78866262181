import { Check } from "./field.tsx";
import { Panel } from "./panel.tsx";

type ChecksProps<Value extends string> = {
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly chosen: readonly Value[] | undefined;
  /** In the order of the options. */
  readonly onChoose: (chosen: Value[]) => void;
};

/** A check box for each of several values. */
export const Checks = <Value extends string>({ options, chosen = [], onChoose }: ChecksProps<Value>) =>
  options.map((option) => (
    <Check
      key={option.value}
      label={option.label}
      isChecked={chosen.includes(option.value)}
      onCheck={(isChecked) =>
        onChoose(
          options
            .map(({ value }) => value)
            .filter((value) => (value === option.value ? isChecked : chosen.includes(value))),
        )
      }
    />
  ));

type ChoicesProps<Value extends string> = ChecksProps<Value> & { readonly label: string };

/**
 * Some of several values, in a panel. A select would choose its first match while a user types, and each
 * value that the arrow keys pass.
 */
export const Choices = <Value extends string>({ label, ...checks }: ChoicesProps<Value>) => (
  <Panel label={label}>
    <div>
      <Checks {...checks} />
    </div>
  </Panel>
);
