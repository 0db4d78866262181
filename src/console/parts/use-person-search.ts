import { useEffect, useState } from "react";
import { uncached } from "../graph/client.ts";
import { graphql } from "../graph/operation.ts";

const SEARCH = graphql(`
  query ConsolePersonSearch($search: String!) {
    people(first: 8, filter: { search: $search, statuses: [ONBOARDING, ACTIVE, LEAVE, INACTIVE] }) {
      nodes {
        id
        displayName
        position
        status
      }
    }
  }
`);

export type FoundPerson = {
  readonly id: string;
  readonly displayName: string;
  readonly position?: string | null;
};

/** After the last key. */
const TYPING_MS = 90;

/** The first people who match the words; answers of older words are dropped. Undefined until one comes. */
export function usePersonSearch(text: string): readonly FoundPerson[] | undefined {
  const [found, setFound] = useState<readonly FoundPerson[]>();
  const words = text.trim();
  useEffect(() => {
    if (words === "") {
      setFound(undefined);
      return;
    }
    let isCurrent = true;
    const timer = setTimeout(async () => {
      const { data } = await uncached.query(SEARCH, { search: words }).toPromise();
      if (isCurrent && data) setFound(data.people.nodes);
    }, TYPING_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [words]);
  return found;
}
