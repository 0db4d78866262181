import { useState } from "react";
import { graphql } from "../graph/operation.ts";
import { useChange } from "../graph/use-change.ts";
import { Button } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Check, TextField } from "../parts/field.tsx";
import { Problem } from "../parts/states.tsx";
import { type Scope, useViewer } from "../parts/viewer.tsx";
import { useScreenTexts, useTexts } from "../texts/texts.tsx";
import styles from "./settings.module.css";

const CREATE = graphql(`
  mutation ConsoleCreateServiceToken($name: String!, $scopes: [String!]!, $expiresAt: DateTime) {
    createServiceToken(name: $name, scopes: $scopes, expiresAt: $expiresAt) {
      token
      serviceToken {
        id
      }
    }
  }
`);

const SCOPES: readonly Scope[] = ["people:read", "people:hr", "people:sensitive", "people:admin"];

/** The whole day counts, in the zone of the browser. */
const endOf = (day: string): Date => new Date(`${day}T23:59:59`);
const isOver = (day: string): boolean => day !== "" && endOf(day) <= new Date();

/** Browsers accept years of six digits, and `Date` does not read them. */
const LAST_DAY = "9999-12-31";

type NewTokenDialogProps = {
  readonly onClose: () => void;
  readonly onCreated: (token: string) => void;
};

/** What the token is for, what it may do, and until when. */
export function NewTokenDialog({ onClose, onCreated }: NewTokenDialogProps) {
  const { access } = useScreenTexts();
  const { parts } = useTexts();
  const { tokens: texts } = access;
  const viewer = useViewer();
  const { send, isSending, problem } = useChange(CREATE);
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<readonly Scope[]>(["people:read"]);
  const [day, setDay] = useState("");
  const [isDayWhole, setDayWhole] = useState(true);
  const [isTried, setTried] = useState(false);
  const missing = {
    name: name.trim() === "" ? texts.nameMissing : undefined,
    scopes: scopes.length === 0 ? texts.scopeMissing : undefined,
    day: isOver(day) ? texts.endsPast : !isDayWhole && texts.endsUnfinished,
  };
  const create = async (form: HTMLFormElement): Promise<void> => {
    setTried(true);
    // While its year is missing, a day has the same empty value as no day: a token without an end.
    const isWhole = form.checkValidity();
    setDayWhole(isWhole);
    if (!isWhole || missing.name || missing.scopes || isOver(day)) return;
    const expiresAt = day === "" ? null : endOf(day).toISOString();
    const { data } = await send({ name, scopes: [...scopes], expiresAt });
    if (data) onCreated(data.createServiceToken.token);
  };
  const toggle = (scope: Scope, isChosen: boolean): void =>
    setScopes(SCOPES.filter((other) => (other === scope ? isChosen : scopes.includes(other))));
  return (
    <Dialog title={texts.create} isOpen staysOpen onClose={onClose}>
      <form
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void create(event.currentTarget);
        }}
      >
        <TextField
          label={texts.name}
          hint={texts.nameHint}
          error={isTried && missing.name}
          value={name}
          maxLength={100}
          autoComplete="off"
          onChange={({ target }) => setName(target.value)}
        />
        <fieldset className={styles.group}>
          <legend>{texts.scopes}</legend>
          {SCOPES.filter((scope) => viewer.has(scope)).map((scope) => (
            <Check
              key={scope}
              label={texts.scopeNames[scope]}
              isChecked={scopes.includes(scope)}
              onCheck={(isChosen) => toggle(scope, isChosen)}
            />
          ))}
          <p className={styles.hint}>{texts.scopesHint}</p>
          {isTried && missing.scopes && (
            <p className={styles.error} role="alert">
              {missing.scopes}
            </p>
          )}
        </fieldset>
        <TextField
          label={texts.ends}
          hint={texts.endsHint}
          error={isTried && missing.day}
          type="date"
          max={LAST_DAY}
          value={day}
          onChange={({ target }) => {
            setDay(target.value);
            setDayWhole(true);
          }}
        />
        {problem && <Problem problem={problem} />}
        <div className={`${styles.row} ${styles.last}`}>
          <Button tone="quiet" onClick={onClose}>
            {parts.cancel}
          </Button>
          <Button tone="main" submits isBusy={isSending}>
            {texts.create}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
