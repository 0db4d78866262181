import { useEffect, useRef, useState } from "react";
import type { PersonStatus } from "#graph/graphql";
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
  readonly status?: PersonStatus;
};

/** The wait after the last key. */
const TYPING_MS = 90;

type PersonSearch = {
  /** Until the answer arrives, the people of the earlier words. Undefined before the first answer. */
  readonly found: readonly FoundPerson[] | undefined;
  /** Enter: acts on the answer to the words that are typed, and waits for it. */
  readonly enter: () => void;
};

/** Searches for people while the user types. Answers to older words are dropped. */
export function usePersonSearch(text: string, onEnter: () => void): PersonSearch {
  const [answer, setAnswer] = useState<{ words: string; people: readonly FoundPerson[] }>();
  const words = text.trim();
  const isWanted = useRef(false);
  const latest = useRef(onEnter);
  latest.current = onEnter;
  useEffect(() => {
    isWanted.current = false;
    if (words === "") {
      setAnswer(undefined);
      return;
    }
    let isCurrent = true;
    const timer = setTimeout(async () => {
      const { data } = await uncached.query(SEARCH, { search: words }).toPromise();
      if (isCurrent && data) setAnswer({ words, people: data.people.nodes });
    }, TYPING_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [words]);
  useEffect(() => {
    if (!isWanted.current || answer === undefined) return;
    isWanted.current = false;
    latest.current();
  }, [answer]);
  return {
    found: answer?.people,
    enter() {
      if (words === "" || answer?.words === words) onEnter();
      else isWanted.current = true;
    },
  };
}
