import { type ReactNode, useId } from "react";
import { Checks } from "../parts/choices.tsx";
import { Field, Select, TextField } from "../parts/field.tsx";
import { Section } from "../parts/page.tsx";
import { TimeZoneField } from "../parts/time-zone-field.tsx";
import { useScreenTexts, useTexts } from "../texts/texts.tsx";
import {
  type Draft,
  EMPLOYMENT_TYPES,
  type LegalEntities,
  type refusalsOf,
  type StoredSettings,
  SYNCED_STATUSES,
  wrongIdsIn,
} from "./company-draft.ts";
import styles from "./settings.module.css";

type PartProps = {
  readonly stored: StoredSettings;
  readonly entities: LegalEntities;
  readonly draft: Draft;
  readonly refusals: ReturnType<typeof refusalsOf>;
  readonly edit: (change: Draft) => void;
};

export function CompanyDays({ stored, draft, edit }: PartProps) {
  const { company: texts } = useScreenTexts().settings;
  return (
    <Section title={texts.days}>
      <div className={styles.narrow}>
        <TimeZoneField
          label={texts.zone}
          hint={texts.zoneHint}
          value={draft.timeZone ?? stored.timeZone}
          onEnter={(timeZone) => edit({ timeZone })}
        />
      </div>
      <div className={styles.narrow}>
        <Select
          label={texts.leapDay}
          value={draft.leapDayRule ?? stored.leapDayRule}
          options={(["FEBRUARY_28", "MARCH_1"] as const).map((value) => ({
            value,
            label: texts.leapDays[value],
          }))}
          onChoose={(leapDayRule) => edit({ leapDayRule })}
        />
      </div>
    </Section>
  );
}

export function CompanyPeople({ stored, entities, draft, refusals, edit }: PartProps) {
  const { settings } = useScreenTexts();
  const { parts } = useTexts();
  const { company: texts } = settings;
  const entityIds = entities.map(({ id }) => id);
  return (
    <Section title={texts.who}>
      <CheckGroup
        label={texts.statuses}
        hint={texts.statusesHint}
        error={refusals.syncedStatuses && texts[refusals.syncedStatuses]}
        options={SYNCED_STATUSES.map((value) => ({ value, label: parts.statuses[value] }))}
        chosen={draft.syncedStatuses ?? stored.syncedStatuses}
        onChoose={(syncedStatuses) => edit({ syncedStatuses })}
      />
      <CheckGroup
        label={texts.types}
        hint={texts.typesHint}
        error={refusals.syncedEmploymentTypes && texts[refusals.syncedEmploymentTypes]}
        options={EMPLOYMENT_TYPES.map((value) => ({ value, label: parts.employmentTypes[value] }))}
        chosen={draft.syncedEmploymentTypes ?? stored.syncedEmploymentTypes ?? EMPLOYMENT_TYPES}
        onChoose={(syncedEmploymentTypes) => edit({ syncedEmploymentTypes })}
      />
      {entities.length > 0 && (
        <CheckGroup
          label={texts.entities}
          hint={texts.entitiesHint}
          error={refusals.syncedLegalEntityIds && texts[refusals.syncedLegalEntityIds]}
          options={entities.map(({ id, name }) => ({ value: id, label: name }))}
          chosen={draft.syncedLegalEntityIds ?? stored.syncedLegalEntityIds ?? entityIds}
          onChoose={(syncedLegalEntityIds) => edit({ syncedLegalEntityIds })}
        />
      )}
      <Field
        label={texts.excluded}
        hint={texts.excludedHint}
        error={
          refusals.excludedPersonioIds === "recordIds"
            ? texts.notRecordIds(wrongIdsIn(draft.excludedPersonioIds))
            : refusals.excludedPersonioIds && texts[refusals.excludedPersonioIds]
        }
      >
        {(described) => (
          <textarea
            {...described}
            className={styles.text}
            spellCheck={false}
            value={draft.excludedPersonioIds ?? stored.excludedPersonioIds.join("\n")}
            onChange={({ target }) => edit({ excludedPersonioIds: target.value })}
          />
        )}
      </Field>
      <p className={styles.hint}>{texts.leaving}</p>
    </Section>
  );
}

export function CompanyGuard({ stored, draft, refusals, edit }: PartProps) {
  const { company: texts } = useScreenTexts().settings;
  return (
    <Section title={texts.guard}>
      <p className={styles.hint}>{texts.guardLead}</p>
      <div className={`${styles.row} ${styles.fields}`}>
        <TextField
          label={texts.guardPeople}
          inputMode="numeric"
          value={draft.leaverGuardPeople ?? String(stored.leaverGuardPeople)}
          error={refusals.leaverGuardPeople && texts[refusals.leaverGuardPeople]}
          onChange={({ target }) => edit({ leaverGuardPeople: target.value })}
        />
        <TextField
          label={texts.guardPercent}
          inputMode="decimal"
          value={draft.leaverGuardPercent ?? String(stored.leaverGuardPercent)}
          error={refusals.leaverGuardPercent && texts[refusals.leaverGuardPercent]}
          onChange={({ target }) => edit({ leaverGuardPercent: target.value })}
        />
      </div>
    </Section>
  );
}

type CheckGroupProps<Value extends string> = {
  readonly label: string;
  readonly hint: string;
  readonly error: ReactNode;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly chosen: readonly Value[];
  readonly onChoose: (chosen: Value[]) => void;
};

/** Some of a few values, with what they mean. */
function CheckGroup<Value extends string>({ label, hint, error, ...checks }: CheckGroupProps<Value>) {
  const id = useId();
  return (
    <fieldset className={styles.group} aria-describedby={id}>
      <legend>{label}</legend>
      <div className={styles.checks}>
        <Checks {...checks} />
      </div>
      <p id={id} className={styles.hint}>
        {hint}
      </p>
      {error && (
        <p className={styles.error} role="alert">
          {error}
        </p>
      )}
    </fieldset>
  );
}
