import type { ConsoleCompanySettingsQuery } from "#graph/graphql";
import { graphql } from "../graph/operation.ts";
import { useAnswer } from "../graph/use-answer.ts";
import { useChange } from "../graph/use-change.ts";
import { useLatest } from "../graph/use-latest.ts";
import { AnswerProblems } from "../parts/answer-problems.tsx";
import { Button } from "../parts/button.tsx";
import { Page } from "../parts/page.tsx";
import { Loading, Problem } from "../parts/states.tsx";
import { useToast } from "../parts/toast.tsx";
import { useKeptDraft } from "../parts/use-kept-draft.ts";
import { useFormat } from "../texts/format.ts";
import { useScreenTexts } from "../texts/texts.tsx";
import { changesOf, type Draft, rebased, refusalsOf } from "./company-draft.ts";
import styles from "./settings.module.css";
import { CompanyDays, CompanyGuard, CompanyPeople } from "./settings-company-parts.tsx";

graphql(`
  fragment CompanySettings on PeopleSettings {
    timeZone
    syncedStatuses
    leaverGuardPercent
    leaverGuardPeople
    leapDayRule
    syncedEmploymentTypes
    syncedLegalEntityIds
    excludedPersonioIds
  }
`);

const SETTINGS = graphql(`
  query ConsoleCompanySettings {
    peopleSettings {
      ...CompanySettings
    }
    legalEntities {
      id
      name
    }
    personioIntegration {
      id
      syncEveryHours
    }
  }
`);

const SET = graphql(`
  mutation ConsoleSetCompanySettings($settings: PeopleSettingsInput!) {
    setPeopleSettings(settings: $settings) {
      ...CompanySettings
    }
  }
`);

/** The settings of the whole company. */
export function CompanySettings() {
  const { settings: texts } = useScreenTexts();
  const answer = useAnswer(SETTINGS, {});
  const { data, isLoading } = answer;
  const hours = data?.personioIntegration?.syncEveryHours;
  return (
    <Page title={texts.pages.company} lead={<Lead hours={hours} />} width="text">
      <AnswerProblems answer={answer} />
      {isLoading && <Loading />}
      {data && <Form data={data} />}
    </Page>
  );
}

/** Of the service's operator. */
const INTERVAL_VARIABLE = "SYNC_EVERY_HOURS";

/** How often syncs run is not a setting of a company: this names who sets it. */
function Lead({ hours }: { readonly hours: number | undefined }) {
  const { company: texts } = useScreenTexts().settings;
  const format = useFormat();
  return (
    <p>
      {texts.nextSync}
      {hours !== undefined && (
        <>
          {" "}
          {texts.every(hours, format.number(hours))} <code>{INTERVAL_VARIABLE}</code>.
        </>
      )}
    </p>
  );
}

const UNCHANGED: Draft = {};

/** The draft is kept apart from the service's answer, so that a new answer overwrites nothing typed. */
function Form({ data }: { readonly data: ConsoleCompanySettingsQuery }) {
  const { settings: texts } = useScreenTexts();
  const say = useToast();
  const { draft, setDraft, forget, wasLeft } = useKeptDraft<Draft>("company", UNCHANGED);
  const { send, isSending, problem } = useChange(SET);
  const latest = useLatest(SETTINGS, {});
  const isBusy = isSending || latest.isReading;
  const entities = data.legalEntities;
  const changes = changesOf(data.peopleSettings, draft, entities);
  const refusals = refusalsOf(draft);
  const isUnchanged = Object.keys(changes).length === 0;
  const [refusal] = Object.values(refusals);
  const form = {
    stored: data.peopleSettings,
    entities,
    draft,
    refusals,
    edit: (change: Draft) => setDraft((before) => ({ ...before, ...change })),
  };
  const save = async (): Promise<void> => {
    const read = data.peopleSettings;
    const present = await latest.read();
    if (!present) return;
    const { peopleSettings: now, legalEntities } = present;
    const wanted = rebased(draft, { read, now, entities: legalEntities });
    const outcome = await send({ settings: changesOf(now, wanted, legalEntities) });
    if (!outcome.data) return;
    forget();
    say(texts.saved);
  };
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (!isUnchanged && !refusal && !isBusy) void save();
      }}
    >
      {wasLeft && draft !== UNCHANGED && (
        <p className={styles.warning} role="status">
          {texts.draftLeft}
        </p>
      )}
      <CompanyDays {...form} />
      <CompanyPeople {...form} />
      <CompanyGuard {...form} />
      {latest.problem && <Problem problem={latest.problem} title={texts.notRead} />}
      {problem && <Problem problem={problem} />}
      <div className={styles.foot}>
        <Button
          tone="main"
          submits
          isBusy={isBusy}
          disabledReason={isUnchanged ? texts.unchanged : refusal && texts.company[refusal]}
        >
          {texts.save}
        </Button>
        {draft !== UNCHANGED && (
          <Button tone="quiet" onClick={forget}>
            {texts.discard}
          </Button>
        )}
      </div>
    </form>
  );
}
