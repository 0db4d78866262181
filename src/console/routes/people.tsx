import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { ReadProblem } from "../parts/answer-problems.tsx";
import { DataList } from "../parts/data-list.tsx";
import { type Column, TwoLines } from "../parts/data-list-row.tsx";
import { HiddenFields } from "../parts/hidden-fields.tsx";
import { Page } from "../parts/page.tsx";
import { Forbidden, Loading } from "../parts/states.tsx";
import { StatusBadge, shownStatusOf } from "../parts/status-badge.tsx";
import { useViewer } from "../parts/viewer.tsx";
import { useFormat } from "../texts/format.ts";
import { useTexts } from "../texts/texts.tsx";
import { DirectoryAge } from "./directory-age.tsx";
import { NoPeople } from "./no-people.tsx";
import styles from "./people.module.css";
import { ColumnPanel, columnsOf, PERSON_COLUMNS, type PersonRow } from "./people-columns.tsx";
import { ExportButton } from "./people-export.tsx";
import { FilterChips, FilterPanel } from "./people-filters.tsx";
import { LIST_MAX, type PeoplePages, usePeoplePages } from "./people-pages.ts";
import { askFirstPage } from "./people-query.ts";
import {
  type ColumnKey,
  type OrderKey,
  orderKeyOf,
  type PeopleSearch,
  withoutFilters,
} from "./people-search.ts";
import { SearchField } from "./search-field.tsx";

/** The directory: the people who work here, and leavers on request. */
export function People() {
  const { shell } = useTexts();
  if (useViewer().has("people:read")) return <Directory />;
  return (
    <Page title={shell.screens.people}>
      <Forbidden scope="people:read" />
    </Page>
  );
}

/** The first page of the list at an address. */
export const askAhead = (search: PeopleSearch): void => askFirstPage(search, columnsOf(search));

function Directory() {
  const { people, shell } = useTexts();
  const format = useFormat();
  const navigate = useNavigate();
  const search = useSearch({ from: "/" });
  const columns = columnsOf(search);
  const pages = usePeoplePages(search, columns);
  const change = (next: PeopleSearch, replace = false): void =>
    void navigate({ to: "/", search: next, replace });
  const { count } = pages;
  return (
    <Page
      title={shell.screens.people}
      width="full"
      beside={
        <>
          <span role="status" className="muted figures">
            {count !== undefined && !pages.isBehind && people.count(count, format.number(count))}
          </span>
          <DirectoryAge onMoved={pages.look} />
        </>
      }
      actions={count !== undefined && <ExportButton {...{ search, columns, count }} />}
    >
      <div className={styles.tools}>
        <SearchField value={search.search} onSearch={(text) => change(searchFor(search, text), true)} />
        <FilterPanel search={search} change={change} />
        <div className={styles.wideOnly}>
          <ColumnPanel search={search} columns={columns} change={change} />
        </div>
      </div>
      <FilterChips search={search} change={change} />
      <HiddenFields names={pages.hidden} />
      {pages.problem && <ReadProblem problem={pages.problem} again={pages.again} />}
      {count === undefined && !pages.problem && <Loading />}
      {count === 0 && !pages.problem && (
        <NoPeople search={search} onClear={() => change(withoutFilters(search))} />
      )}
      {count !== undefined && count > LIST_MAX && (
        <p className="muted small">{people.listEnds(format.number(LIST_MAX))}</p>
      )}
      {count !== undefined && count > 0 && (
        <List {...{ search, columns, pages, change }} count={Math.min(count, LIST_MAX)} />
      )}
    </Page>
  );
}

/** Without words there is no best match to order by. */
const searchFor = ({ search: _, ...rest }: PeopleSearch, text: string): PeopleSearch =>
  text === "" ? rest : { ...rest, search: text };

type Change = (next: PeopleSearch) => void;

type ListProps = {
  readonly search: PeopleSearch;
  readonly columns: readonly ColumnKey[];
  readonly pages: PeoplePages;
  readonly count: number;
  readonly change: Change;
};

function List({ search, columns, pages, count, change }: ListProps) {
  const texts = useTexts();
  const format = useFormat();
  const navigate = useNavigate();
  const sortOf = (order: OrderKey) => ({
    direction:
      orderKeyOf(search) !== order
        ? ("none" as const)
        : search.descending
          ? ("descending" as const)
          : ("ascending" as const),
    onSort: () => {
      const { descending, ...rest } = search;
      const turns = orderKeyOf(search) === order && descending === undefined;
      change({ ...rest, order, ...(turns && { descending: "yes" as const }) });
    },
  });
  const shown: Column<PersonRow>[] = [
    {
      key: "name",
      header: texts.people.columns.name,
      width: "minmax(160px, 1.8fr)",
      sort: sortOf("name"),
      cell: (row) => <NameCell row={row} />,
    },
    ...columns.map((key): Column<PersonRow> => {
      const { width, order, cell, text } = PERSON_COLUMNS[key];
      return {
        key,
        header: texts.people.columns[key],
        width,
        isWide: true,
        ...(order && { sort: sortOf(order) }),
        cell: (row) => {
          const words = text(row, { texts, format });
          if (cell) return cell(row);
          return (
            <span title={words} dir="auto">
              {words}
            </span>
          );
        },
      };
    }),
  ];
  return (
    <DataList
      label={texts.shell.screens.people}
      columns={shown}
      count={count}
      rowAt={pages.rowAt}
      onRange={pages.onRange}
      listKey={pages.listKey}
      onOpen={({ id }) => void navigate({ to: "/people/$id", params: { id } })}
    />
  );
}

/** On a phone, only people who are not active have a badge: on every row it would be noise. */
const NameCell = ({ row }: { readonly row: PersonRow }) => {
  const { id, displayName, position, status, isPreHire } = row;
  return (
    <TwoLines
      mark={shownStatusOf(row) !== "ACTIVE" && <StatusBadge {...{ status, isPreHire }} />}
      first={
        <Link
          to="/people/$id"
          params={{ id }}
          className={`${styles.name} cut`}
          title={displayName}
          dir="auto"
          tabIndex={-1}
        >
          {displayName}
        </Link>
      }
      second={<span dir="auto">{position}</span>}
    />
  );
};
