import { Link } from "@tanstack/react-router";
import { graphql } from "../graph/operation.ts";
import { useAnswer } from "../graph/use-answer.ts";
import { Empty, Loading } from "../parts/states.tsx";
import { LOOK_MS, useLookAgain } from "../parts/use-look-again.ts";
import { useViewer } from "../parts/viewer.tsx";
import { useTexts } from "../texts/texts.tsx";

const INTEGRATION = graphql(`
  query ConsoleIsConnected {
    personioIntegration {
      id
      status
    }
  }
`);

/** A directory without people: who can fill it, and where. */
export function EmptyDirectory() {
  const { people } = useTexts();
  const isAdmin = useViewer().has("people:admin");
  const { data, isLoading, look } = useAnswer(INTEGRATION, {}, { pause: !isAdmin });
  // Another administrator may connect it meanwhile.
  useLookAgain(() => isAdmin && look(), LOOK_MS);
  if (isLoading) return <Loading />;
  if (!isAdmin) return <Empty title={people.noPeople}>{people.noPeopleHelp}</Empty>;
  if (data?.personioIntegration?.status === "CONNECTED")
    return <Empty title={people.noPeople}>{people.firstSync}</Empty>;
  return (
    <Empty title={people.notConnected} actions={<Link to="/connect">{people.connect}</Link>}>
      {people.notConnectedHelp}
    </Empty>
  );
}
