import { graphql } from "../graph/operation.ts";
import { useChange } from "../graph/use-change.ts";
import { Button } from "../parts/button.tsx";
import { Section } from "../parts/page.tsx";
import { Problem } from "../parts/states.tsx";
import { useToast } from "../parts/toast.tsx";
import { useFormat } from "../texts/format.ts";
import { useScreenTexts, useServiceTexts } from "../texts/texts.tsx";
import styles from "./connect.module.css";
import type { Integration } from "./connection.ts";
import { NextStep } from "./next-step.tsx";
import { PersonioProblem } from "./personio-problem.tsx";

const CHECK_AGAIN = graphql(`
  mutation ConsoleCheckRights {
    setFieldMapping(changes: []) {
      id
      status
    }
  }
`);

type Attribute = Integration["attributes"][number];

/**
 * Step 2: what the credential may read, what the directory lacks without each missing attribute, and how to
 * grant it.
 */
export function ConnectRights({ integration }: { readonly integration: Integration }) {
  const { connect } = useScreenTexts();
  const format = useFormat();
  const { send, isSending, problem } = useChange(CHECK_AGAIN);
  const say = useToast();
  const check = async (): Promise<void> => {
    const { data } = await send({});
    if (data) say(connect.checked);
  };
  const granted = integration.attributes.filter((attribute) => attribute.granted);
  const missing = integration.attributes.filter((attribute) => !attribute.granted);
  const lacksRequired = integration.problem?.code === "PERSONIO_ACCESS_MISSING";
  return (
    <>
      <Section
        title={missing.length === 0 ? connect.allGranted : connect.missing(missing.length)}
        actions={
          <Button isBusy={isSending} onClick={() => void check()}>
            {connect.checkAgain}
          </Button>
        }
      >
        {problem && <Problem problem={problem} />}
        {lacksRequired && integration.problem && <PersonioProblem problem={integration.problem} />}
        <p className="muted">{missing.length === 0 ? connect.allGrantedHelp : connect.missingHelp}</p>
        <ul className={styles.missing}>
          {missing.map((attribute) => (
            <MissingAttribute key={attribute.key} attribute={attribute} />
          ))}
        </ul>
      </Section>
      <Section
        title={connect.granted}
        beside={<span className="muted figures">{format.number(granted.length)}</span>}
      >
        <ul className={styles.granted}>
          {granted.map(({ key, label }) => (
            <li key={key} dir="auto">
              {label}
            </li>
          ))}
        </ul>
      </Section>
      <NextStep to="mapping" blockedBecause={lacksRequired ? connect.blockedByRights : undefined} />
    </>
  );
}

function MissingAttribute({
  attribute: { label, neededFor, missingHelp, missingReason, missingRight },
}: {
  readonly attribute: Attribute;
}) {
  const { connect, sync } = useScreenTexts();
  const { attributes } = useServiceTexts();
  const format = useFormat();
  const costs = neededFor.map(attributes.costOf);
  const grant = missingReason && attributes.grant[missingReason];
  return (
    <li>
      <p>
        <strong dir="auto">{label}</strong>{" "}
        <span className="muted">
          {connect.feeds(format.list(neededFor.map((field) => sync.fields[field] ?? field)))}
        </span>
      </p>
      {costs.every((cost) => cost !== undefined) && grant ? (
        <p>
          {costs.join(" ")} {grant(label, missingRight ?? null)}
        </p>
      ) : (
        <p lang="en">{missingHelp}</p>
      )}
    </li>
  );
}
