import { useState } from "react";
import type { ConsoleOfficeSettingsQuery } from "#graph/graphql";
import { graphql } from "../graph/operation.ts";
import { useAnswer } from "../graph/use-answer.ts";
import { useChange } from "../graph/use-change.ts";
import { AnswerProblems } from "../parts/answer-problems.tsx";
import { Button } from "../parts/button.tsx";
import { Badge } from "../parts/chips.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Page } from "../parts/page.tsx";
import { Empty, Loading, Problem } from "../parts/states.tsx";
import { TimeZoneField } from "../parts/time-zone-field.tsx";
import { useToast } from "../parts/toast.tsx";
import { useFormat } from "../texts/format.ts";
import { useScreenTexts, useTexts } from "../texts/texts.tsx";
import styles from "./settings.module.css";
import { SettingsTable } from "./settings-table.tsx";

const OFFICES = graphql(`
  query ConsoleOfficeSettings {
    offices {
      id
      name
      headcount
      timeZone
      isTimeZoneGuessed
    }
    peopleSettings {
      timeZone
    }
  }
`);

const SET = graphql(`
  mutation ConsoleSetOfficeTimeZone($officeId: ID!, $timeZone: String!) {
    setOfficeTimeZone(officeId: $officeId, timeZone: $timeZone) {
      id
      timeZone
      isTimeZoneGuessed
    }
  }
`);

type Office = ConsoleOfficeSettingsQuery["offices"][number];

/** In which zone the days of each office begin. */
export function OfficeSettings() {
  const { settings } = useScreenTexts();
  const { offices: texts } = settings;
  const format = useFormat();
  const answer = useAnswer(OFFICES, {});
  const { data, isLoading } = answer;
  const offices = data?.offices ?? [];
  const guesses = offices.filter(({ isTimeZoneGuessed }) => isTimeZoneGuessed).length;
  return (
    <Page title={settings.pages.offices} lead={<p>{texts.lead}</p>} width="text">
      <AnswerProblems answer={answer} />
      {isLoading && <Loading />}
      {data && offices.length === 0 && <Empty title={texts.none}>{texts.noneHelp}</Empty>}
      {guesses > 0 && <p className={styles.warning}>{texts.guesses(guesses, format.number(guesses))}</p>}
      {data && offices.length > 0 && (
        <SettingsTable heads={[texts.office, texts.people, texts.zone]} action={settings.change(texts.zone)}>
          {offices.map((office) => (
            <OfficeRow key={office.id} office={office} companyZone={data.peopleSettings.timeZone} />
          ))}
        </SettingsTable>
      )}
    </Page>
  );
}

function OfficeRow({ office, companyZone }: { readonly office: Office; readonly companyZone: string }) {
  const { settings } = useScreenTexts();
  const { offices: texts } = settings;
  const format = useFormat();
  const [isOpen, setOpen] = useState(false);
  const { name, headcount, timeZone, isTimeZoneGuessed } = office;
  return (
    <tr>
      <td className={styles.name} dir="auto">
        {name}
      </td>
      <td data-name={texts.people} className="figures">
        {format.number(headcount)}
      </td>
      <td data-name={texts.zone} className={styles.zone}>
        <span className={styles.value}>
          {timeZone ?? <span className="muted">{texts.company(companyZone)}</span>}
          {isTimeZoneGuessed && (
            <span title={texts.guessedHint}>
              <Badge tone="warn">{texts.guessed}</Badge>
            </span>
          )}
        </span>
      </td>
      <td className={styles.end}>
        <Button onClick={() => setOpen(true)} aria-label={settings.change(texts.title(name))}>
          {settings.changeIt}
        </Button>
        {isOpen && <ZoneDialog office={office} onClose={() => setOpen(false)} />}
      </td>
    </tr>
  );
}

function ZoneDialog({ office, onClose }: { readonly office: Office; readonly onClose: () => void }) {
  const { settings } = useScreenTexts();
  const { parts } = useTexts();
  const { offices: texts } = settings;
  const say = useToast();
  const { send, isSending, problem } = useChange(SET);
  const stored = office.timeZone ?? "";
  const [zone, setZone] = useState(stored);
  const isSet = stored !== "" && !office.isTimeZoneGuessed;
  const isUnchanged = zone.trim() === "" || (isSet && zone.trim() === stored);
  const save = async (timeZone: string): Promise<void> => {
    const { data } = await send({ officeId: office.id, timeZone });
    if (!data) return;
    say(settings.saved);
    onClose();
  };
  return (
    <Dialog
      title={texts.title(office.name)}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button tone="quiet" onClick={onClose}>
            {parts.cancel}
          </Button>
          {isSet && (
            <Button isBusy={isSending} onClick={() => void save("")}>
              {texts.unset}
            </Button>
          )}
          <Button
            tone="main"
            isBusy={isSending}
            disabledReason={isUnchanged ? settings.unchanged : undefined}
            onClick={() => void save(zone.trim())}
          >
            {settings.save}
          </Button>
        </>
      }
    >
      <TimeZoneField label={texts.zone} hint={texts.hint} value={zone} onEnter={setZone} />
      {isSet && <p className={styles.hint}>{texts.unsetHint}</p>}
      {problem && <Problem problem={problem} />}
    </Dialog>
  );
}
