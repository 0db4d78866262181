import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { ReadProblem } from "../parts/answer-problems.tsx";
import { Button } from "../parts/button.tsx";
import { HiddenFields } from "../parts/hidden-fields.tsx";
import { LoadingPage } from "../parts/loading-page.tsx";
import { isNarrow } from "../parts/narrow.ts";
import { Page } from "../parts/page.tsx";
import { Panel } from "../parts/panel.tsx";
import { PersonPicker } from "../parts/person-picker.tsx";
import { saveFile } from "../parts/save-file.ts";
import { Empty, Forbidden } from "../parts/states.tsx";
import { useViewer } from "../parts/viewer.tsx";
import { useFormat } from "../texts/format.ts";
import { useScreenTexts, useTexts } from "../texts/texts.tsx";
import { layOut } from "./chart-layout.ts";
import { toSvg } from "./chart-svg.ts";
import { cutBy, cutText } from "./cut-text.ts";
import { DirectoryAge } from "./directory-age.tsx";
import styles from "./org.module.css";
import { OrgChart } from "./org-chart.tsx";
import { NODES_MAX, TOP } from "./org-model.ts";
import { OrgOutline } from "./org-outline.tsx";
import { Paper, pictureOf } from "./org-paper.tsx";
import { type OrgView, VIEWS } from "./org-search.ts";
import { type OrgState, useOrgTree } from "./use-org-tree.ts";

/** The tree of the whole company. */
export function OrgCompany() {
  const { view } = useSearch({ from: "/org" });
  return <Org focusId={undefined} view={view} />;
}

/** The place of one person. No data of the last one stays while the next one loads. */
export function OrgPerson() {
  const { id } = useParams({ from: "/org/$id" });
  const { view } = useSearch({ from: "/org/$id" });
  return <Org key={id} focusId={id} view={view} />;
}

type OrgProps = { readonly focusId: string | undefined; readonly view: OrgView | undefined };

/** The most letters in a heading: names have up to 10,000. */
const TITLE_MAX = 80;

function Org({ focusId, view }: OrgProps) {
  const { org } = useScreenTexts();
  if (!useViewer().has("people:read"))
    return (
      <Page title={org.title}>
        <Forbidden scope="people:read" />
      </Page>
    );
  // A chart needs room; the outline works in every window.
  return <OrgOf focusId={focusId} view={view ?? (isNarrow() ? "outline" : "chart")} />;
}

function OrgOf({ focusId, view }: { readonly focusId: string | undefined; readonly view: OrgView }) {
  const { parts } = useTexts();
  const { org } = useScreenTexts();
  const format = useFormat();
  const navigate = useNavigate();
  const tree = useOrgTree(focusId);
  const { model, isLoading, isUnknown, problem, isCut } = tree;
  const layout = useMemo(() => layOut(model), [model]);
  const [paper, setPaper] = useState<string>();
  const focused = focusId === undefined ? undefined : model.people.get(focusId);
  const title = focused ? cutBy(focused.displayName, TITLE_MAX, (text) => text.length) : org.title;
  const draw = (): string => toSvg(layout, model, { title, texts: { org, parts }, cut: cutText });
  if (isLoading) return <LoadingPage title={org.title} />;
  if (isUnknown) return <Unknown />;
  const isEmpty = model.people.size === 0;
  return (
    <Page
      title={title}
      width="full"
      beside={
        <>
          {focused && (
            <Link to="/people/$id" params={{ id: focused.personId }}>
              {org.openPerson}
            </Link>
          )}
          <DirectoryAge onMoved={tree.look} />
        </>
      }
      actions={
        !isEmpty && (
          <Panel label={org.save} align="end">
            <Button onClick={() => setPaper(pictureOf(draw()))}>{org.print}</Button>
            <Button onClick={() => saveFile(draw(), { name: `${org.fileName}.svg`, type: "image/svg+xml" })}>
              {org.exportSvg}
            </Button>
          </Panel>
        )
      }
    >
      {problem && <ReadProblem problem={problem} again={tree.again} />}
      {isEmpty && !problem && <Empty title={org.empty}>{org.emptyHelp}</Empty>}
      {!isEmpty && (
        <>
          <Tools tree={tree} focusId={focusId} view={view} />
          <HiddenFields names={tree.hidden} />
          {isCut && <Cut focusId={focusId} isTooWide={!model.teams.get(focusId ?? TOP)?.isWhole} />}
          {view === "chart" ? (
            <OrgChart tree={tree} layout={layout} focusId={focusId} />
          ) : (
            <OrgOutline tree={tree} focusId={focusId} />
          )}
          <p role="status" className="unseen">
            {org.people(layout.boxes.length, format.number(layout.boxes.length))}
          </p>
        </>
      )}
      {isEmpty && focusId !== undefined && (
        <Button onClick={() => void navigate({ to: "/org", search: true })}>{org.wholeCompany}</Button>
      )}
      {paper && <Paper picture={paper} title={title} onDone={() => setPaper(undefined)} />}
    </Page>
  );
}

type ToolsProps = { readonly tree: OrgState; readonly focusId: string | undefined; readonly view: OrgView };

function Tools({ tree, focusId, view }: ToolsProps) {
  const { org } = useScreenTexts();
  const navigate = useNavigate();
  const focused = focusId === undefined ? undefined : tree.model.people.get(focusId);
  const show = (next: OrgView): void =>
    void (focusId === undefined
      ? navigate({ to: "/org", search: { view: next } })
      : navigate({ to: "/org/$id", params: { id: focusId }, search: { view: next } }));
  return (
    <div className={styles.tools}>
      <div className={styles.find}>
        <PersonPicker
          label={org.find}
          chosen={undefined}
          onChoose={(person) =>
            person && void navigate({ to: "/org/$id", params: { id: person.id }, search: true })
          }
        />
      </div>
      <fieldset className={styles.views}>
        <legend className="unseen">{org.view}</legend>
        {VIEWS.map((name) => (
          <button
            key={name}
            type="button"
            className={styles.view}
            aria-pressed={view === name}
            onClick={() => show(name)}
          >
            {org.views[name]}
          </button>
        ))}
      </fieldset>
      <div className={styles.actions}>
        {focusId !== undefined && (
          <Link to="/org" search={true} className={styles.company}>
            {org.wholeCompany}
          </Link>
        )}
        <Button isBusy={tree.isBusy} onClick={tree.openLevel}>
          {org.openLevel}
        </Button>
        <Button
          aria-label={focused && org.openBranchOf(focused.displayName)}
          onClick={() => tree.openBranch(focusId ?? TOP)}
        >
          {org.openBranch}
        </Button>
        <Button onClick={tree.closeAll}>{org.closeAll}</Button>
      </div>
    </div>
  );
}

type CutProps = {
  readonly focusId: string | undefined;
  /** The first level alone has more people. */
  readonly isTooWide: boolean;
};

/** There are more people than the service returns at once. */
function Cut({ focusId, isTooWide }: CutProps) {
  const { org } = useScreenTexts();
  const format = useFormat();
  return (
    <p className={styles.notice} role="status">
      {isTooWide ? org.tooMany(format.number(NODES_MAX)) : org.cut}{" "}
      <Link to="/" search={focusId === undefined ? {} : { reportsTo: focusId }}>
        {org.list}
      </Link>
    </p>
  );
}

function Unknown() {
  const { org } = useScreenTexts();
  const navigate = useNavigate();
  return (
    <Page title={org.unknown} width="text">
      <Empty
        title={org.unknownHelp}
        actions={
          <div className={styles.unknown}>
            <PersonPicker
              label={org.find}
              chosen={undefined}
              onChoose={(person) => person && void navigate({ to: "/org/$id", params: { id: person.id } })}
            />
            <Link to="/org">{org.wholeCompany}</Link>
          </div>
        }
      />
    </Page>
  );
}
