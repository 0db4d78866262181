import { Link } from "@tanstack/react-router";
import type { ConsoleStandingQuery } from "#graph/graphql";
import { graphql } from "../graph/operation.ts";
import { useAnswer } from "../graph/use-answer.ts";
import { Banner } from "../parts/banner.tsx";
import { useLiveRun } from "../parts/live-runs.tsx";
import { useTexts } from "../texts/texts.tsx";

const STANDING = graphql(`
  query ConsoleStanding {
    personioIntegration {
      id
      status
      heldRun {
        id
        status
      }
    }
  }
`);

type Integration = ConsoleStandingQuery["personioIntegration"] | undefined;

/** A plan of an account that is disconnected can no longer be approved. */
const heldRunOf = (integration: Integration) =>
  integration?.status === "BROKEN" || integration?.status === "CONNECTED" ? integration.heldRun : null;

/** The id of the plan that waits for a decision, which the banner has already read. */
export function useHeldPlan(): string | undefined {
  const { data } = useAnswer(STANDING, {}, { mayBeKept: true });
  return heldRunOf(data?.personioIntegration)?.id;
}

/** The tasks of an administrator until the directory is right again, above every screen. */
export function Standing() {
  const { shell } = useTexts();
  const { data, look } = useAnswer(STANDING, {});
  useLiveRun(look);
  const integration = data?.personioIntegration;
  const isBroken = integration?.status === "BROKEN";
  const held = heldRunOf(integration);
  return (
    <>
      {isBroken && (
        <Banner
          tone="bad"
          action={
            <Link to="/connect" search={{ step: "credential" }}>
              {shell.brokenLink}
            </Link>
          }
        >
          {shell.broken}
        </Banner>
      )}
      {held && (
        <Banner
          tone="warn"
          action={
            <Link to="/sync/runs/$id" params={{ id: held.id }}>
              {shell.heldLink}
            </Link>
          }
        >
          {shell.held}
        </Banner>
      )}
    </>
  );
}
