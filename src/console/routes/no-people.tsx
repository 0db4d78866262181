import { Link } from "@tanstack/react-router";
import { Suspense } from "react";
import { graphql } from "../graph/operation.ts";
import { useAnswer } from "../graph/use-answer.ts";
import { AnswerProblems } from "../parts/answer-problems.tsx";
import { Button } from "../parts/button.tsx";
import { lazyScreen } from "../parts/lazy-screen.tsx";
import { Empty, Loading } from "../parts/states.tsx";
import { LOOK_MS, useLookAgain } from "../parts/use-look-again.ts";
import { useViewer } from "../parts/viewer.tsx";
import { useTexts } from "../texts/texts.tsx";
import { isFiltered, type PeopleSearch } from "./people-search.ts";

const WhyMissingLink = lazyScreen(() => import("./why-missing-link.tsx").then((file) => file.WhyMissingLink));

/** A list without people: no person matches the search and the filters, or the directory is empty. */
export function NoPeople({
  search,
  onClear,
}: {
  readonly search: PeopleSearch;
  readonly onClear: () => void;
}) {
  const { people } = useTexts();
  if (!isFiltered(search)) return <EmptyDirectory />;
  return (
    <Empty
      title={search.search === undefined ? people.noMatch : people.noMatchFor(search.search)}
      actions={
        <>
          <Button onClick={onClear}>{people.clearFilters}</Button>
          <Suspense>
            <WhyMissingLink />
          </Suspense>
        </>
      }
    >
      {people.noMatchHelp}
    </Empty>
  );
}

const INTEGRATION = graphql(`
  query ConsoleIsConnected {
    personioIntegration {
      id
      status
    }
  }
`);

/** A directory without people: who can fill it, and where. */
function EmptyDirectory() {
  const { people } = useTexts();
  const isAdmin = useViewer().has("people:admin");
  const answer = useAnswer(INTEGRATION, {}, { pause: !isAdmin });
  const { data, problems, isLoading, look } = answer;
  // Another administrator may connect it meanwhile.
  useLookAgain(() => isAdmin && look(), LOOK_MS);
  if (isLoading) return <Loading />;
  // An integration that could not be read looks like none.
  if (problems.length > 0) return <AnswerProblems answer={answer} />;
  if (!isAdmin) return <Empty title={people.noPeople}>{people.noPeopleHelp}</Empty>;
  if (data?.personioIntegration?.status === "CONNECTED")
    return <Empty title={people.noPeople}>{people.firstSync}</Empty>;
  return (
    <Empty title={people.notConnected} actions={<Link to="/connect">{people.connect}</Link>}>
      {people.notConnectedHelp}
    </Empty>
  );
}
