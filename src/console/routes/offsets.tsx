import { type FormEvent, useState } from "react";
import { graphql } from "../graph/operation.ts";
import { useChange } from "../graph/use-change.ts";
import { useLatest } from "../graph/use-latest.ts";
import { Button } from "../parts/button.tsx";
import { Chip, Chips } from "../parts/chips.tsx";
import { Select, TextField } from "../parts/field.tsx";
import { Problem } from "../parts/states.tsx";
import { useToast } from "../parts/toast.tsx";
import { useScreenTexts, useTexts } from "../texts/texts.tsx";
import { KINDS, type KindSetting } from "./lifecycle-kinds.ts";
import styles from "./settings.module.css";

const SET = graphql(`
  mutation ConsoleSetLifecycleOffsets($kind: LifecycleEventKind!, $offsetDays: [Int!]!) {
    setLifecycleOffsets(kind: $kind, offsetDays: $offsetDays) {
      lifecycleKinds {
        kind
        offsetDays
      }
    }
  }
`);

/** The service's own limits. */
const DAYS_MAX = 180;
const OFFSETS_MAX = 20;

const DIRECTIONS = ["before", "after"] as const;

/** The days around a date on which its events fire: a chip for each, and a form for one more. */
export function Offsets({ setting: { kind, offsetDays } }: { readonly setting: KindSetting }) {
  const { settings, person } = useScreenTexts();
  const { parts } = useTexts();
  const texts = settings.lifecycle;
  const say = useToast();
  const { send, isSending, problem } = useChange(SET);
  const latest = useLatest(KINDS, {});
  const isBusy = isSending || latest.isReading;
  const name = person.kind(kind);
  const nameOf = (days: number): string => (days < 0 ? texts.before(-days) : texts.after(days));
  const set = async (change: (days: readonly number[]) => number[], done: string): Promise<boolean> => {
    if (isBusy) return false;
    // The service takes all offsets at once.
    const kinds = (await latest.read())?.peopleSettings.lifecycleKinds;
    const now = kinds?.find((one) => one.kind === kind);
    if (!now) return false;
    const { data } = await send({ kind, offsetDays: change(now.offsetDays) });
    if (data) say(done);
    return data !== undefined;
  };
  return (
    <div className={styles.offsets}>
      <Chips label={texts.offsets(name)}>
        {offsetDays.map((days) =>
          days === 0 ? (
            <li key={days} className={styles.offset}>
              {texts.theDay}
            </li>
          ) : (
            <Chip
              key={days}
              name=""
              value={nameOf(days)}
              removeLabel={parts.remove(nameOf(days))}
              onRemove={() =>
                void set((now) => now.filter((one) => one !== days), texts.removed(nameOf(days), name))
              }
            />
          ),
        )}
      </Chips>
      <AddOffset
        known={offsetDays}
        isBusy={isBusy}
        onAdd={(days) =>
          set((now) => [...now.filter((one) => one !== days), days], texts.added(nameOf(days), name))
        }
      />
      {latest.problem && <Problem problem={latest.problem} title={settings.notRead} />}
      {problem && <Problem problem={problem} />}
    </div>
  );
}

type AddOffsetProps = {
  readonly known: readonly number[];
  readonly isBusy: boolean;
  /** Returns whether the offset was registered. If it was not, the field keeps what the user typed. */
  readonly onAdd: (days: number) => Promise<boolean>;
};

function AddOffset({ known, isBusy, onAdd }: AddOffsetProps) {
  const { lifecycle: texts } = useScreenTexts().settings;
  const [text, setText] = useState("");
  const [direction, setDirection] = useState<(typeof DIRECTIONS)[number]>("before");
  const [isRefused, setRefused] = useState(false);
  const count = /^\d{1,3}$/.test(text.trim()) ? Number(text) : 0;
  const days = direction === "before" ? -count : count;
  const refusal =
    count < 1 || count > DAYS_MAX ? texts.range : known.includes(days) ? texts.known : undefined;
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setRefused(refusal !== undefined);
    if (refusal === undefined && !isBusy && (await onAdd(days))) setText("");
  };
  // 0, the day itself, does not count.
  if (known.length > OFFSETS_MAX) return <p className={styles.hint}>{texts.full}</p>;
  return (
    <form className={styles.row} onSubmit={(event) => void submit(event)} noValidate>
      <TextField
        label={texts.days}
        hidesLabel
        size={4}
        inputMode="numeric"
        value={text}
        error={isRefused ? refusal : undefined}
        onChange={({ target }) => {
          setText(target.value);
          setRefused(false);
        }}
      />
      <Select
        label={texts.direction}
        hidesLabel
        value={direction}
        options={DIRECTIONS.map((value) => ({ value, label: texts.directions[value] }))}
        onChoose={setDirection}
      />
      <Button submits isBusy={isBusy}>
        {texts.add}
      </Button>
    </form>
  );
}
