import { useNavigate } from "@tanstack/react-router";
import { graphql } from "../graph/operation.ts";
import { useAnswer } from "../graph/use-answer.ts";
import { AddFilter } from "../parts/add-filter.tsx";
import { Button } from "../parts/button.tsx";
import { Chip, Chips } from "../parts/chips.tsx";
import { withoutEmpty } from "../parts/search-params.ts";
import { useViewer } from "../parts/viewer.tsx";
import { useTexts } from "../texts/texts.tsx";
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

type ListFilter = "kind" | "department" | "office";

/** What restricts the events: a select for each filter, and a chip for each value that is set. */
export function EventFilters({ search }: { readonly search: EventsSearch }) {
  const { events, person: names } = useTexts();
  const viewer = useViewer();
  const navigate = useNavigate({ from: "/events" });
  const { person } = search;
  const { data } = useAnswer(PLACES, { person: person ?? null, hasPerson: person !== undefined });
  const set = (change: { [Name in keyof EventsSearch]?: EventsSearch[Name] | undefined }): void =>
    void navigate({ search: (before) => withoutEmpty({ ...before, ...change }), replace: true });
  const add = (filter: ListFilter, value: string): void =>
    set({ [filter]: [...(search[filter] ?? []), value] });
  const remove = (filter: ListFilter, value: string): void =>
    set({ [filter]: search[filter]?.filter((one) => one !== value) });

  const kinds = visibleKinds(KINDS, viewer.has("people:hr")).map((kind) => ({
    value: kind,
    label: names.kind(kind),
  }));
  const departments = optionsOf(data?.departments);
  const offices = optionsOf(data?.offices);
  const lists = [
    { filter: "kind", name: events.kind, prompt: events.anyKind, options: kinds },
    { filter: "department", name: events.department, prompt: events.anyDepartment, options: departments },
    { filter: "office", name: events.office, prompt: events.anyOffice, options: offices },
  ] as const;
  const chips = lists.flatMap(({ filter, name, options }) =>
    (search[filter] ?? []).map((value) => ({
      key: `${filter} ${value}`,
      name,
      value: options.find((option) => option.value === value)?.label ?? names.kind(value),
      onRemove: () => remove(filter, value),
    })),
  );
  if (person)
    chips.push({
      key: `person ${person}`,
      name: events.person,
      value: data?.person?.displayName ?? events.gone,
      onRemove: () => set({ person: undefined }),
    });
  return (
    <search className={styles.filters} aria-label={events.filters}>
      {lists.map(({ filter, name, prompt, options }) => (
        <AddFilter
          key={filter}
          label={name}
          prompt={prompt}
          options={options}
          chosen={search[filter]}
          onAdd={(value) => add(filter, value)}
        />
      ))}
      {chips.length > 0 && (
        <>
          <Chips label={events.filters}>
            {chips.map(({ key, ...chip }) => (
              <Chip key={key} {...chip} />
            ))}
          </Chips>
          <Button tone="quiet" onClick={() => void navigate({ search: {}, replace: true })}>
            {events.clear}
          </Button>
        </>
      )}
    </search>
  );
}

const optionsOf = (places: readonly { id: string; name: string }[] = []) =>
  places.map(({ id, name }) => ({ value: id, label: name }));
