import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { graphql } from "../graph/operation.ts";
import type { Problem as ProblemOf } from "../graph/problem.ts";
import { UNAUTHENTICATED } from "../graph/session.ts";
import { useChange } from "../graph/use-change.ts";
import { Button } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { TextField } from "../parts/field.tsx";
import { Problem } from "../parts/states.tsx";
import { useToast } from "../parts/toast.tsx";
import { useFormat } from "../texts/format.ts";
import { useScreenTexts, useTexts } from "../texts/texts.tsx";
import { PersonioProblem } from "./personio-problem.tsx";
import type { Guard, ShownRun, Summary } from "./shown-run.ts";
import styles from "./sync.module.css";

const APPROVE = graphql(`
  mutation ConsoleApproveRun($id: ID!) {
    approveSyncRun(id: $id) {
      id
      status
    }
  }
`);

const REJECT = graphql(`
  mutation ConsoleRejectRun($id: ID!) {
    rejectSyncRun(id: $id) {
      id
      status
    }
  }
`);

const PLAN_AGAIN = graphql(`
  mutation ConsolePlanAgain {
    planSyncPersonio {
      id
      status
    }
  }
`);

type DecisionProps = {
  readonly run: ShownRun;
  readonly summary: Summary;
  readonly guard: Guard;
  /** Called when a decision begins: the message about an earlier one no longer applies. */
  readonly onAsk: () => void;
  /** Called when the service refused a decision, such as one that came too late. */
  readonly onRefused: (problem: ProblemOf) => void;
};

type Asked = "approve" | "reject" | undefined;

/** Why the run waits, its numbers against the thresholds, and the decision. */
export function RunDecision({ run, summary, guard, onAsk, onRefused }: DecisionProps) {
  const { sync } = useScreenTexts();
  const [asked, setAsked] = useState<Asked>();
  const plan = useChange(PLAN_AGAIN);
  const navigate = useNavigate();
  const planAgain = async (): Promise<void> => {
    const { data } = await plan.send({});
    if (data) await navigate({ to: "/sync/runs/$id", params: { id: data.planSyncPersonio.id } });
  };
  const ask = (question: Asked): void => {
    onAsk();
    setAsked(question);
  };
  const refuse = (problem: ProblemOf): void => {
    // The dialog of the ended session covers this one, which keeps the typed text.
    if (problem.code === UNAUTHENTICATED) return;
    setAsked(undefined);
    onRefused(problem);
  };
  const isOutdated = run.problem?.code === "SYNC_PLAN_OUTDATED";
  return (
    <section className={styles.decision} aria-label={sync.decision}>
      <h2>{isOutdated ? sync.changedSince : sync.whyHeld}</h2>
      {run.problem && <PersonioProblem problem={run.problem} tone="warn" />}
      <Numbers run={run} summary={summary} guard={guard} />
      <p className="muted">{sync.approveHelp}</p>
      <div className={styles.buttons}>
        <Button tone="main" onClick={() => ask("approve")}>
          {sync.approve}
        </Button>
        <Button onClick={() => ask("reject")}>{sync.reject}</Button>
        <Button tone="quiet" isBusy={plan.isSending} onClick={() => void planAgain()}>
          {sync.planAgain}
        </Button>
      </div>
      {plan.problem && <Problem problem={plan.problem} />}
      {asked === "approve" && (
        <Approve run={run} leaves={summary.leaves} onClose={() => setAsked(undefined)} onRefused={refuse} />
      )}
      {asked === "reject" && <Reject run={run} onClose={() => setAsked(undefined)} onRefused={refuse} />}
    </section>
  );
}

/**
 * Explains that another administrator was faster, or that a run is under way, instead of showing an error.
 */
export function Refusal({ problem }: { readonly problem: ProblemOf }) {
  const { sync } = useScreenTexts();
  if (problem.code !== "SYNC_RUN_NOT_HELD" && problem.code !== "SYNC_RUN_UNDER_WAY")
    return <Problem problem={problem} />;
  return (
    <p className={styles.notice} role="alert">
      {problem.code === "SYNC_RUN_NOT_HELD" ? sync.alreadyDecided : sync.otherRunUnderWay}
    </p>
  );
}

function Numbers({
  run,
  summary: { adds, changes, leaves, fields },
  guard,
}: Pick<DecisionProps, "run" | "summary" | "guard">) {
  const { sync } = useScreenTexts();
  const format = useFormat();
  const parameters = (run.problem?.parameters ?? {}) as {
    readonly limit?: number;
    readonly current?: number;
  };
  const cleared = fields.reduce((most, field) => Math.max(most, field.cleared), 0);
  return (
    <dl className={styles.numbers}>
      <div data-stopped={run.problem?.code === "LEAVER_GUARD" || undefined}>
        <dt>{sync.leave}</dt>
        <dd className="figures">{format.number(leaves)}</dd>
        <dd className="muted small">
          {parameters.limit === undefined || parameters.current === undefined
            ? sync.guard(format.number(guard.leaverGuardPeople), format.number(guard.leaverGuardPercent))
            : sync.limit(format.number(parameters.limit), format.number(parameters.current))}
        </dd>
      </div>
      <div data-stopped={run.problem?.code === "FIELD_GUARD" || undefined}>
        <dt>{sync.mostCleared}</dt>
        <dd className="figures">{format.number(cleared)}</dd>
        <dd className="muted small">{sync.clearedGuard}</dd>
      </div>
      <div>
        <dt>{sync.change}</dt>
        <dd className="figures">{format.number(changes)}</dd>
      </div>
      <div>
        <dt>{sync.join}</dt>
        <dd className="figures">{format.number(adds)}</dd>
      </div>
    </dl>
  );
}

/** What a typed number may have between its digits: the page itself writes 1,200 or 1.200. */
const GROUPING = /[\s.,'’]/g;

type AskedProps = {
  readonly run: ShownRun;
  readonly onClose: () => void;
  readonly onRefused: (problem: ProblemOf) => void;
};

/** An approval can close accounts in other systems, so the administrator types how many people leave. */
function Approve({ run, leaves, onClose, onRefused }: AskedProps & { readonly leaves: number }) {
  const { sync } = useScreenTexts();
  const { parts } = useTexts();
  const format = useFormat();
  const say = useToast();
  const { send, isSending } = useChange(APPROVE);
  const [typed, setTyped] = useState("");
  const [isWrong, setWrong] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (leaves > 0 && typed.replace(GROUPING, "") !== String(leaves)) return setWrong(true);
    const { problem } = await send({ id: run.id });
    if (problem) return onRefused(problem);
    say(sync.approved);
    onClose();
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={sync.approveTitle}
      lead={leaves > 0 ? sync.approveLeaves(format.number(leaves)) : sync.approveNoLeaves}
    >
      <form className={styles.form} onSubmit={(event) => void submit(event)}>
        {leaves > 0 && (
          <TextField
            label={sync.typeLeaves}
            inputMode="numeric"
            autoComplete="off"
            value={typed}
            error={isWrong && sync.wrongNumber}
            onChange={({ target }) => {
              setTyped(target.value);
              setWrong(false);
            }}
          />
        )}
        <div className={`${styles.buttons} ${styles.last}`}>
          <Button tone="quiet" onClick={onClose}>
            {parts.cancel}
          </Button>
          <Button tone="danger" submits isBusy={isSending}>
            {sync.approve}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Reject({ run, onClose, onRefused }: AskedProps) {
  const { sync } = useScreenTexts();
  const { parts } = useTexts();
  const say = useToast();
  const { send, isSending } = useChange(REJECT);
  const reject = async (): Promise<void> => {
    const { problem } = await send({ id: run.id });
    if (problem) return onRefused(problem);
    say(sync.rejected);
    onClose();
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={sync.rejectTitle}
      lead={run.trigger === "SETTINGS" ? sync.rejectSettings : sync.rejectHelp}
      actions={
        <>
          <Button tone="quiet" onClick={onClose}>
            {parts.cancel}
          </Button>
          <Button tone="main" isBusy={isSending} onClick={() => void reject()}>
            {sync.reject}
          </Button>
        </>
      }
    />
  );
}
