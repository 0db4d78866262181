import { Fragment, type ReactNode, useEffect, useState } from "react";
import { useTexts } from "../texts/texts.tsx";
import { Button } from "./button.tsx";
import { keptPlaces } from "./kept-places.ts";

type PageInfo = { readonly endCursor?: string | null; readonly hasNextPage: boolean };

export type PageAt = {
  /** The cursor after which the page begins; null for the first one. */
  readonly after: string | null;
  /** For the end of each page; in the last one, it is the button that adds the next page. */
  readonly more: (pageInfo: PageInfo) => ReactNode;
};

type PagedProps = {
  /** Another list begins at its first page. */
  readonly listKey: string;
  /** Renders one page, as a component that loads its own data. */
  readonly page: (at: PageAt) => ReactNode;
};

/** A list that grows page by page, with a button at the end of the last one. */
export const Paged = ({ listKey, page }: PagedProps) => <Pages key={listKey} {...{ listKey, page }} />;

/** The end cursors of all pages except the last. */
type Ends = readonly string[];

const useKeptEnds = keptPlaces<Ends>();

/**
 * Each page begins at the present end of the page before it. So new entries at the top cause no gap and no
 * repetition between two pages.
 */
function Pages({ listKey, page }: PagedProps) {
  const { left = [], keep } = useKeptEnds(listKey);
  const [ends, setEnds] = useState<Ends>(left);
  useEffect(() => keep(ends), [keep, ends]);
  const moreAt =
    (index: number): PageAt["more"] =>
    (pageInfo) => (
      <End
        pageInfo={pageInfo}
        isLast={index === ends.length}
        onMore={(end) => setEnds((before) => [...before, end])}
        onEnd={(end) => setEnds((before) => withEnd(before, index, end))}
      />
    );
  return [null, ...ends].map((after, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a page that begins elsewhere is the same page.
    <Fragment key={index}>{page({ after, more: moreAt(index) })}</Fragment>
  ));
}

/** Without an end, a page is the last one. */
function withEnd(ends: Ends, index: number, end: string | undefined): Ends {
  if (index >= ends.length || ends[index] === end) return ends;
  return end === undefined ? ends.slice(0, index) : ends.with(index, end);
}

type EndProps = {
  readonly pageInfo: PageInfo;
  readonly isLast: boolean;
  readonly onMore: (end: string) => void;
  /** Called when the end of the page changes. */
  readonly onEnd: (end: string | undefined) => void;
};

function End({ pageInfo: { endCursor, hasNextPage }, isLast, onMore, onEnd }: EndProps) {
  const { parts } = useTexts();
  const end = hasNextPage ? (endCursor ?? undefined) : undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new end matters.
  useEffect(() => onEnd(end), [end]);
  if (!isLast || end === undefined) return null;
  return (
    <div>
      <Button onClick={() => onMore(end)}>{parts.showMore}</Button>
    </div>
  );
}
