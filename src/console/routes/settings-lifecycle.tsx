import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { graphql } from "../graph/operation.ts";
import { useAnswer } from "../graph/use-answer.ts";
import { useChange } from "../graph/use-change.ts";
import { AnswerProblems } from "../parts/answer-problems.tsx";
import { Check } from "../parts/field.tsx";
import { Page, Section } from "../parts/page.tsx";
import { Loading, Problem } from "../parts/states.tsx";
import { useToast } from "../parts/toast.tsx";
import { useScreenTexts } from "../texts/texts.tsx";
import { DATED_KINDS } from "./events-search.ts";
import { KINDS, type KindSetting } from "./lifecycle-kinds.ts";
import { Offsets } from "./offsets.tsx";
import styles from "./settings.module.css";

const SWITCH = graphql(`
  mutation ConsoleSetLifecycleKind($kind: LifecycleEventKind!, $enabled: Boolean!) {
    setLifecycleKind(kind: $kind, enabled: $enabled) {
      lifecycleKinds {
        kind
        enabled
      }
    }
  }
`);

/** Which kinds of events fire, and on which days around their dates. */
export function LifecycleSettings() {
  const { settings: texts } = useScreenTexts();
  const answer = useAnswer(KINDS, {});
  const { data, isLoading } = answer;
  const kinds = data?.peopleSettings.lifecycleKinds ?? [];
  const dated = kinds.filter(({ kind }) => DATED_KINDS.some((one) => one === kind));
  return (
    <Page title={texts.pages.lifecycle} lead={<p>{texts.lifecycle.lead}</p>} width="text">
      <AnswerProblems answer={answer} />
      {isLoading && <Loading />}
      {data && (
        <>
          <Section title={texts.lifecycle.dated}>
            <p className={styles.hint}>{texts.lifecycle.offHint}</p>
            <div>
              {dated.map((setting) => (
                <div key={setting.kind} className={styles.kind}>
                  <Switch setting={setting} />
                  <Offsets setting={setting} />
                </div>
              ))}
            </div>
          </Section>
          <Section title={texts.lifecycle.changes}>
            <div>
              {kinds
                .filter((setting) => !dated.includes(setting))
                .map((setting) => (
                  <div key={setting.kind} className={styles.item}>
                    <Switch setting={setting} />
                  </div>
                ))}
            </div>
          </Section>
        </>
      )}
    </Page>
  );
}

function Switch({ setting: { kind, enabled, granted } }: { readonly setting: KindSetting }) {
  const { settings, person } = useScreenTexts();
  const texts = settings.lifecycle;
  const say = useToast();
  const { send, isSending, problem } = useChange(SWITCH);
  /** The user's choice: the box shows it while the answer is on its way. */
  const [chosen, setChosen] = useState(enabled);
  const name = person.kind(kind);
  const dated = DATED_KINDS.find((one) => one === kind);
  const onCheck = async (isOn: boolean): Promise<void> => {
    if (isSending) return;
    setChosen(isOn);
    const { data } = await send({ kind, enabled: isOn });
    if (data) say(isOn ? texts.switchedOn(name) : texts.switchedOff(name));
  };
  return (
    <>
      <div className={styles.kindHead}>
        <Check
          label={
            <span className={styles.name}>
              {name}
              <span className="unseen">{texts.fires}</span>
            </span>
          }
          isChecked={isSending ? chosen : enabled}
          onCheck={(isOn) => void onCheck(isOn)}
        />
        {dated && (
          <Link to="/events/coming" search={{ kind: [dated] }} className="small">
            {texts.coming}
            <span className="unseen">{`: ${name}`}</span>
          </Link>
        )}
      </div>
      {!granted && <p className={styles.hint}>{texts.notGranted}</p>}
      {problem && <Problem problem={problem} />}
    </>
  );
}
