import { graphql } from "../graph/operation.ts";
import { useAnswer } from "../graph/use-answer.ts";
import { Banner } from "../parts/banner.tsx";
import { useTexts } from "../texts/texts.tsx";

const STANDING = graphql(`
  query ConsoleStanding {
    personioIntegration {
      id
      status
    }
    syncRuns(first: 1) {
      nodes {
        id
        status
      }
    }
  }
`);

/** What an administrator has to do before the directory is right again, above every screen. */
export function Standing() {
  const { shell } = useTexts();
  const { data } = useAnswer(STANDING, {});
  const isHeld = data?.syncRuns.nodes[0]?.status === "HELD";
  return (
    <>
      {data?.personioIntegration?.status === "BROKEN" && <Banner tone="bad">{shell.broken}</Banner>}
      {isHeld && <Banner tone="warn">{shell.held}</Banner>}
    </>
  );
}
