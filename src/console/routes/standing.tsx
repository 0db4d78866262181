import { Link } from "@tanstack/react-router";
import { graphql } from "../graph/operation.ts";
import { useAnswer } from "../graph/use-answer.ts";
import { Banner } from "../parts/banner.tsx";
import { useLiveRun } from "../parts/live-runs.tsx";
import { useTexts } from "../texts/texts.tsx";

export const STANDING = graphql(`
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

/** What an administrator has to do before the directory is right again, above every screen. */
export function Standing() {
  const { shell } = useTexts();
  const { data, look } = useAnswer(STANDING, {});
  useLiveRun(look);
  const integration = data?.personioIntegration;
  const isBroken = integration?.status === "BROKEN";
  // A plan of an account that is disconnected can no longer be approved.
  const held = (isBroken || integration?.status === "CONNECTED") && integration.heldRun;
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
