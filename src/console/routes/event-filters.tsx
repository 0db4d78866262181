import { useNavigate } from "@tanstack/react-router";
import { Fragment, type ReactNode } from "react";
import { graphql } from "../graph/operation.ts";
import { useAnswer } from "../graph/use-answer.ts";
import { AnswerProblems } from "../parts/answer-problems.tsx";
import { Button } from "../parts/button.tsx";
import { Chip, Chips } from "../parts/chips.tsx";
import { Choices } from "../parts/choices.tsx";
import { IN_PLACE, withoutEmpty } from "../parts/search-params.ts";
import { useViewer } from "../parts/viewer.tsx";
import { useScreenTexts, useTexts } from "../texts/texts.tsx";
import styles from "./events.module.css";
import { type EventsSearch, KINDS, visibleKinds } from "./events-search.ts";

const PLACES = graphql(`
  query ConsoleEventPlaces($person: ID, $hasPerson: Boolean!) {
    departments {
      id
      name
    }
    offices {
      id
      name
    }
    person(id: $person) @include(if: $hasPerson) {
      id
      displayName
    }
  }
`);

/** What restricts the events: a panel for each filter, and a chip for each value that is set. */
export function EventFilters({ search }: { readonly search: EventsSearch }) {
  const { events, person: names } = useScreenTexts();
  const { parts } = useTexts();
  const viewer = useViewer();
  const navigate = useNavigate({ from: "/events" });
  const { person } = search;
  const answer = useAnswer(PLACES, { person: person ?? null, hasPerson: person !== undefined });
  const { data } = answer;
  const set = (change: { [Name in keyof EventsSearch]?: EventsSearch[Name] | undefined }): void =>
    void navigate({ search: (before) => withoutEmpty({ ...before, ...change }), ...IN_PLACE });
  const kinds = visibleKinds(KINDS, viewer.has("people:hr")).map((kind) => ({
    value: kind,
    label: names.kind(kind),
  }));
  const nameOfUnknown = () => (data ? parts.unknown : "…");
  const lists: ListFilter[] = [
    listFilter(events.kind, kinds, search.kind, (kind) => set({ kind }), names.kind),
    listFilter(
      events.department,
      optionsOf(data?.departments),
      search.department,
      (department) => set({ department }),
      nameOfUnknown,
    ),
    listFilter(
      events.office,
      optionsOf(data?.offices),
      search.office,
      (office) => set({ office }),
      nameOfUnknown,
    ),
  ];
  const chips = lists.flatMap(({ chips }) => chips);
  if (person)
    chips.push({
      name: events.person,
      value: data?.person?.displayName ?? (data ? events.gone : "…"),
      onRemove: () => set({ person: undefined }),
    });
  return (
    <search className={styles.filters} aria-label={events.filters}>
      {lists.map(({ name, panel }) => (
        <Fragment key={name}>{panel}</Fragment>
      ))}
      <AnswerProblems answer={answer} />
      {chips.length > 0 && (
        <>
          <Chips label={events.filters}>
            {chips.map((chip) => (
              <Chip key={`${chip.name} ${chip.value}`} {...chip} />
            ))}
          </Chips>
          <Button tone="quiet" onClick={() => void navigate({ search: {}, ...IN_PLACE })}>
            {events.clear}
          </Button>
        </>
      )}
    </search>
  );
}

type FilterChip = { readonly name: string; readonly value: string; readonly onRemove: () => void };
type ListFilter = { readonly name: string; readonly panel: ReactNode; readonly chips: FilterChip[] };

/** A filter of several values: its panel, and the chips of what is chosen. An empty list filters nothing. */
function listFilter<Value extends string>(
  name: string,
  options: readonly { readonly value: Value; readonly label: string }[],
  chosen: readonly Value[] | undefined,
  onChange: (chosen: Value[] | undefined) => void,
  /** The label of a value that this viewer cannot choose. */
  nameOf: (value: Value) => string,
): ListFilter {
  const set = (values: Value[]): void => onChange(values.length > 0 ? values : undefined);
  return {
    name,
    panel: <Choices label={name} options={options} chosen={chosen} onChoose={set} />,
    chips: (chosen ?? []).map((value) => ({
      name,
      value: options.find((option) => option.value === value)?.label ?? nameOf(value),
      onRemove: () => set((chosen ?? []).filter((one) => one !== value)),
    })),
  };
}

const optionsOf = (places: readonly { id: string; name: string }[] = []) =>
  places.map(({ id, name }) => ({ value: id, label: name }));
