import { useNavigate, useSearch } from "@tanstack/react-router";
import { ReadProblem } from "../parts/answer-problems.tsx";
import { Button } from "../parts/button.tsx";
import { addDays, daysBetween, firstDayOf, lastDayOf, monthOf, today } from "../parts/calendar.ts";
import { Chip, Chips } from "../parts/chips.tsx";
import { Choices } from "../parts/choices.tsx";
import { Select, TextField } from "../parts/field.tsx";
import { Page } from "../parts/page.tsx";
import { IN_PLACE, withoutEmpty } from "../parts/search-params.ts";
import { Empty, Forbidden, Loading } from "../parts/states.tsx";
import { useTypedSearch } from "../parts/use-typed-search.ts";
import { useViewer } from "../parts/viewer.tsx";
import { useFormat } from "../texts/format.ts";
import { useScreenTexts } from "../texts/texts.tsx";
import { ComingList } from "./coming-list.tsx";
import { ComingMonth } from "./coming-month.tsx";
import { EventViews } from "./event-views.tsx";
import styles from "./events.module.css";
import { type ComingSearch, DATED_KINDS, kindsFor, visibleKinds } from "./events-search.ts";
import { type ForecastRange, useForecast } from "./forecast.ts";
import { HiddenKinds } from "./hidden-kinds.tsx";

/** The list begins with as many days, today included. */
const DAYS = 30;

/** The most days that the service forecasts at once: three years. */
const DAYS_MAX = 1_096;

/** A page of the list is a page of the service; a month reads several, and shows when it stops. */
const LIST_PAGES = 1;
const MONTH_PAGES = 5;

/** Which dates will fire as events, and which will not, and why. */
export function Coming() {
  const { coming } = useScreenTexts();
  if (useViewer().has("people:read")) return <ComingDates />;
  return (
    <Page title={coming.title}>
      <Forbidden scope="people:read" />
    </Page>
  );
}

function ComingDates() {
  const { coming } = useScreenTexts();
  const search = useSearch({ from: "/events/coming" });
  const { asked, hidden } = kindsFor(search.kind, useViewer().has("people:hr"));
  const month = search.month ?? monthOf(search.from ?? today());
  const from = search.from ?? today();
  const to = search.to ?? addDays(from, DAYS);
  const isMonth = search.view === "month";
  const days = isMonth ? { from: firstDayOf(month), to: lastDayOf(month) } : { from, to };
  const refusal =
    days.to < days.from
      ? coming.wrongOrder
      : daysBetween(days.from, days.to) >= DAYS_MAX
        ? coming.tooLong
        : undefined;
  return (
    <Page title={coming.title} lead={<p>{coming.lead}</p>}>
      <EventViews />
      <ComingFilters search={search} days={{ from, to }} refusal={refusal} />
      <HiddenKinds kinds={hidden} />
      {refusal === undefined && asked?.length !== 0 && (
        <Dates search={search} kinds={asked ?? null} days={days} month={isMonth ? month : undefined} />
      )}
    </Page>
  );
}

type DatesProps = {
  readonly search: ComingSearch;
  readonly kinds: ForecastRange["kinds"];
  readonly days: Pick<ForecastRange, "from" | "to">;
  readonly month: string | undefined;
};

function Dates({ search, kinds, days, month }: DatesProps) {
  const { coming } = useScreenTexts();
  const format = useFormat();
  const viewer = useViewer();
  const range = { ...days, kinds, isHr: viewer.has("people:hr") };
  const forecast = useForecast(range, month ? MONTH_PAGES : LIST_PAGES);
  const { read, problem, isReading, again, more } = forecast;
  return (
    <>
      {problem && <ReadProblem problem={problem} again={again} />}
      {!read && isReading && !month && <Loading />}
      {month && <ComingMonth month={month} dates={read?.dates ?? []} search={search} />}
      {!month && read && read.dates.length > 0 && <ComingList dates={read.dates} />}
      {!month && read?.dates.length === 0 && <Empty title={coming.nothing}>{coming.nothingHelp}</Empty>}
      {read?.after && !isReading && month && (
        <p className="muted small">{coming.cut(format.number(read.dates.length))}</p>
      )}
      {read?.after && !month && (
        <div className={styles.foot}>
          <Button onClick={more} isBusy={isReading}>
            {coming.moreDates}
          </Button>
        </div>
      )}
    </>
  );
}

type ComingFiltersProps = {
  readonly search: ComingSearch;
  readonly days: Pick<ForecastRange, "from" | "to">;
  readonly refusal: string | undefined;
};

function ComingFilters({ search, days, refusal }: ComingFiltersProps) {
  const { coming, events, person } = useScreenTexts();
  const viewer = useViewer();
  const navigate = useNavigate({ from: "/events/coming" });
  const set = (change: { [Name in keyof ComingSearch]?: ComingSearch[Name] | undefined }): void =>
    void navigate({ search: (before) => withoutEmpty({ ...before, ...change }), ...IN_PLACE });
  const kinds = visibleKinds(DATED_KINDS, viewer.has("people:hr"));
  const isMonth = search.view === "month";
  return (
    <search className={styles.filters} aria-label={events.filters}>
      <Select
        label={coming.view}
        hidesLabel
        value={isMonth ? "month" : "list"}
        options={[
          { value: "list", label: coming.list },
          { value: "month", label: coming.month },
        ]}
        onChoose={(view) => set({ view: view === "month" ? view : undefined })}
      />
      {!isMonth && (
        <div className={styles.range}>
          <DayField
            label={coming.from}
            day={days.from}
            onDay={(from) => set({ from, to: from > days.to ? addDays(from, DAYS) : days.to })}
          />
          <DayField
            label={coming.to}
            day={days.to}
            error={refusal}
            onDay={(to) => set({ from: days.from, to })}
          />
        </div>
      )}
      <Choices
        label={events.kind}
        options={kinds.map((kind) => ({ value: kind, label: person.kind(kind) }))}
        chosen={search.kind}
        onChoose={(kind) => set({ kind: kind.length > 0 ? kind : undefined })}
      />
      {search.kind && (
        <Chips label={events.filters}>
          {search.kind.map((kind) => (
            <Chip
              key={kind}
              name={events.kind}
              value={person.kind(kind)}
              onRemove={() => {
                const others = search.kind?.filter((one) => one !== kind) ?? [];
                set({ kind: others.length > 0 ? others : undefined });
              }}
            />
          ))}
        </Chips>
      )}
    </search>
  );
}

type DayFieldProps = {
  readonly label: string;
  readonly day: string;
  readonly error?: string | undefined;
  readonly onDay: (day: string) => void;
};

/** A year that is being typed is 0002, 0020, 0202. */
const FIRST_WHOLE_YEAR = "1000";

/** Users type day, month and year in turn, and each step is another valid day. */
const TYPING_MS = 500;

/** A field for a day. The address changes once the user has stopped typing. */
function DayField({ label, day, error, onDay }: DayFieldProps) {
  const typed = useTypedSearch({
    value: day,
    onSearch: (next) => next >= FIRST_WHOLE_YEAR && onDay(next),
    typingMs: TYPING_MS,
  });
  return <TextField label={label} type="date" max="9999-12-31" error={error} {...typed} />;
}
