import { Fragment, type ReactNode, useState } from "react";
import { useTexts } from "../texts/texts.tsx";
import { Button } from "./button.tsx";

export type PageAt = {
  /** The cursor after which the page begins; null for the first one. */
  readonly after: string | null;
  /** The button that adds the next page, for the end of the last one. */
  readonly more: (pageInfo: {
    readonly endCursor?: string | null;
    readonly hasNextPage: boolean;
  }) => ReactNode;
};

type PagedProps = {
  /** Another list begins at its first page. */
  readonly listKey: string;
  /** One page, as a component that asks for itself. */
  readonly page: (at: PageAt) => ReactNode;
};

/** A list that grows page by page, with a button at the end of the last one. */
export const Paged = ({ listKey, page }: PagedProps) => <Pages key={listKey} page={page} />;

function Pages({ page }: Pick<PagedProps, "page">) {
  const { parts } = useTexts();
  const [cursors, setCursors] = useState<readonly (string | null)[]>([null]);
  const moreAt =
    (index: number): PageAt["more"] =>
    ({ endCursor, hasNextPage }) =>
      index === cursors.length - 1 &&
      hasNextPage &&
      endCursor && (
        <div>
          <Button onClick={() => setCursors((before) => [...before, endCursor])}>{parts.showMore}</Button>
        </div>
      );
  return cursors.map((after, index) => (
    <Fragment key={after}>{page({ after, more: moreAt(index) })}</Fragment>
  ));
}
