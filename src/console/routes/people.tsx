import { graphql } from "../graph/operation.ts";
import { useAnswer } from "../graph/use-answer.ts";
import { type Column, DataList, TwoLines } from "../parts/data-list.tsx";
import { Page } from "../parts/page.tsx";
import { Empty, Loading, Problem } from "../parts/states.tsx";
import { useTexts } from "../texts/texts.tsx";

const PEOPLE = graphql(`
  query ConsolePeople($first: Int) {
    people(first: $first) {
      totalCount
      nodes {
        id
        displayName
        position
        department {
          id
          name
        }
      }
    }
  }
`);

type Row = { displayName: string; position?: string | null; department?: { name: string } | null };

export function People() {
  const { shell } = useTexts();
  const { data, problem, isLoading, again } = useAnswer(PEOPLE, { first: 100 });
  const columns: Column<Row>[] = [
    {
      key: "name",
      header: "Name",
      width: "minmax(180px, 2fr)",
      cell: (row) => <TwoLines first={row.displayName} second={row.position} />,
    },
    {
      key: "department",
      header: "Department",
      width: "minmax(140px, 1fr)",
      isWide: true,
      cell: (row) => row.department?.name,
    },
  ];
  const nodes = data?.people.nodes ?? [];
  return (
    <Page title={shell.screens.people} width="full">
      {problem && <Problem problem={problem} again={again} />}
      {isLoading && <Loading />}
      {data && nodes.length === 0 && <Empty title="" />}
      {nodes.length > 0 && (
        <DataList
          label={shell.screens.people}
          columns={columns}
          count={nodes.length}
          rowAt={(index) => nodes[index]}
        />
      )}
    </Page>
  );
}
