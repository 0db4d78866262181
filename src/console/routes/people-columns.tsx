import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { ConsolePeopleQuery } from "#graph/graphql";
import { graphql } from "../graph/operation.ts";
import { Check } from "../parts/field.tsx";
import { Panel } from "../parts/panel.tsx";
import { remember, remembered } from "../parts/remembered.ts";
import { StatusBadge, shownStatusOf } from "../parts/status-badge.tsx";
import type { Texts } from "../texts/en.ts";
import type { Format } from "../texts/format.ts";
import { useTexts } from "../texts/texts.tsx";
import styles from "./people.module.css";
import { COLUMNS, type ColumnKey, NAME_COLUMN, type OrderKey, type PeopleSearch } from "./people-search.ts";

/** A page of people, with the fields of the columns that are shown. */
export const PEOPLE = graphql(`
  query ConsolePeople(
    $first: Int!
    $skip: Int
    $after: String
    $walks: Boolean!
    $preHire: Boolean!
    $filter: PeopleFilter
    $orderBy: PeopleOrder
    $counts: Boolean!
    $department: Boolean!
    $office: Boolean!
    $supervisor: Boolean!
    $hireDate: Boolean!
    $team: Boolean!
    $legalEntity: Boolean!
    $employmentType: Boolean!
    $workEmail: Boolean!
    $personnelNumber: Boolean!
    $costCenter: Boolean!
  ) {
    people(first: $first, skip: $skip, after: $after, filter: $filter, orderBy: $orderBy) {
      totalCount @include(if: $counts)
      pageInfo @include(if: $walks) {
        endCursor
        hasNextPage
      }
      nodes {
        id
        displayName
        position
        status
        isPreHire @include(if: $preHire)
        department @include(if: $department) {
          id
          name
        }
        office @include(if: $office) {
          id
          name
        }
        supervisor @include(if: $supervisor) {
          id
          displayName
        }
        hireDate @include(if: $hireDate)
        team @include(if: $team)
        legalEntity @include(if: $legalEntity) {
          id
          name
        }
        employmentType @include(if: $employmentType)
        workEmail @include(if: $workEmail)
        employeeId @include(if: $personnelNumber)
        costCenter @include(if: $costCenter)
      }
    }
  }
`);

export type PersonRow = ConsolePeopleQuery["people"]["nodes"][number];

const DEFAULT_COLUMNS: readonly ColumnKey[] = [
  "position",
  "department",
  "office",
  "supervisor",
  "status",
  "hireDate",
];

/**
 * The columns in the address, else the last ones in this browser, else the default ones; always in one order.
 */
export function columnsOf({ columns }: PeopleSearch): readonly ColumnKey[] {
  const chosen: readonly string[] = columns ?? remembered("columns")?.split(",") ?? [];
  const known = COLUMNS.filter((key) => chosen.includes(key));
  return known.length > 0 || chosen.includes(NAME_COLUMN) ? known : DEFAULT_COLUMNS;
}

type PersonColumn = {
  readonly width: string;
  /** As text, for a title and for a file. */
  readonly text: (row: PersonRow, words: Words) => string;
  readonly order?: OrderKey;
  readonly cell?: (row: PersonRow) => ReactNode;
};

type Words = { readonly texts: Texts; readonly format: Format };

export const PERSON_COLUMNS: Readonly<Record<ColumnKey, PersonColumn>> = {
  position: { width: "minmax(140px, 1.6fr)", text: ({ position }) => position ?? "", order: "position" },
  department: {
    width: "minmax(120px, 1.2fr)",
    text: ({ department }) => department?.name ?? "",
    order: "department",
  },
  office: { width: "minmax(90px, 0.9fr)", text: ({ office }) => office?.name ?? "", order: "office" },
  supervisor: {
    width: "minmax(130px, 1.2fr)",
    text: ({ supervisor }) => supervisor?.displayName ?? "",
    cell: ({ supervisor }) =>
      supervisor && (
        <Link
          to="/people/$id"
          params={{ id: supervisor.id }}
          title={supervisor.displayName}
          dir="auto"
          tabIndex={-1}
        >
          {supervisor.displayName}
        </Link>
      ),
  },
  status: {
    width: "112px",
    text: (row, { texts }) => {
      const status = shownStatusOf(row);
      return texts.parts.statuses[status] ?? status;
    },
    order: "status",
    cell: ({ status, isPreHire }) => <StatusBadge {...{ status, isPreHire }} />,
  },
  hireDate: {
    width: "112px",
    text: ({ hireDate }, { format }) => (hireDate ? format.day(hireDate) : ""),
    order: "hireDate",
  },
  team: { width: "minmax(110px, 1fr)", text: ({ team }) => team ?? "" },
  legalEntity: { width: "minmax(130px, 1.2fr)", text: ({ legalEntity }) => legalEntity?.name ?? "" },
  employmentType: {
    width: "100px",
    text: ({ employmentType }, { texts }) =>
      employmentType ? (texts.parts.employmentTypes[employmentType] ?? employmentType) : "",
  },
  workEmail: { width: "minmax(180px, 1.6fr)", text: ({ workEmail }) => workEmail ?? "" },
  personnelNumber: { width: "110px", text: ({ employeeId }) => employeeId ?? "" },
  costCenter: { width: "minmax(100px, 1fr)", text: ({ costCenter }) => costCenter ?? "" },
};

/** For a spreadsheet, days stay as the service writes them: it can sort and calculate with those. */
export const csvTextOf = (key: ColumnKey, row: PersonRow, words: Words): string =>
  key === "hireDate" ? (row.hireDate ?? "") : PERSON_COLUMNS[key].text(row, words);

type ColumnPanelProps = {
  readonly search: PeopleSearch;
  readonly columns: readonly ColumnKey[];
  readonly change: (next: PeopleSearch) => void;
};

/** Chooses the columns. The browser remembers them for the next time. */
export function ColumnPanel({ search, columns, change }: ColumnPanelProps) {
  const { people } = useTexts();
  const choose = (key: ColumnKey): void => {
    const others = COLUMNS.filter((other) => (other === key) !== columns.includes(other));
    const next = others.length > 0 ? others : [NAME_COLUMN];
    remember("columns", next.join(","));
    change({ ...search, columns: next });
  };
  return (
    <Panel label={people.columnsLabel}>
      <fieldset className={styles.group}>
        <legend className="unseen">{people.columnsLabel}</legend>
        {COLUMNS.map((key) => (
          <Check
            key={key}
            label={people.columns[key]}
            isChecked={columns.includes(key)}
            onCheck={() => choose(key)}
          />
        ))}
      </fieldset>
    </Panel>
  );
}
