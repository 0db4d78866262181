import { useState } from "react";
import { graphql } from "../graph/operation.ts";
import { useAnswer } from "../graph/use-answer.ts";
import { AnswerProblems } from "../parts/answer-problems.tsx";
import { Button } from "../parts/button.tsx";
import { Chip, Chips } from "../parts/chips.tsx";
import { Check, TextField } from "../parts/field.tsx";
import { Panel } from "../parts/panel.tsx";
import { useTexts } from "../texts/texts.tsx";
import styles from "./people.module.css";
import {
  changedBy,
  EMPLOYMENT_TYPES,
  isFiltered,
  type PeopleSearch,
  type SearchChange,
  STATUSES,
  withoutFilters,
} from "./people-search.ts";
import { PERSON_NAME } from "./person-name.ts";

const OPTIONS = graphql(`
  query ConsolePeopleOptions {
    departments {
      id
      name
    }
    offices {
      id
      name
    }
    legalEntities {
      id
      name
    }
  }
`);

type Change = (change: PeopleSearch) => void;
type FiltersProps = { readonly search: PeopleSearch; readonly change: Change };

type Named = { readonly id: string; readonly name: string };

/** Names of departments, offices and legal entities, read when they are needed. */
function useOptions(isNeeded: boolean) {
  const answer = useAnswer(OPTIONS, {}, { pause: !isNeeded });
  const { data } = answer;
  return {
    answer,
    isKnown: data !== undefined,
    department: data?.departments ?? [],
    office: data?.offices ?? [],
    entity: data?.legalEntities ?? [],
  } satisfies Record<GroupKey, readonly Named[]> & { answer: object; isKnown: boolean };
}

const GROUPS = ["department", "office", "entity"] as const;
type GroupKey = (typeof GROUPS)[number];

const toggled = <Value extends string>(values: readonly Value[] | undefined, value: Value): Value[] =>
  values?.includes(value) ? values.filter((item) => item !== value) : [...(values ?? []), value];

/** An empty list filters nothing. */
const orNone = <Value,>(values: Value[]): Value[] | undefined => (values.length > 0 ? values : undefined);

/** The panel that adds filters. */
export function FilterPanel({ search, change }: FiltersProps) {
  const { people, parts } = useTexts();
  const [isOpen, setOpen] = useState(false);
  const options = useOptions(isOpen);
  const set = (part: SearchChange) => change(changedBy(search, part));
  return (
    <Panel label={people.filter} onOpen={() => setOpen(true)}>
      <fieldset className={styles.group}>
        <legend>{people.filters.status}</legend>
        {STATUSES.map((status) => (
          <Check
            key={status}
            label={parts.statuses[status]}
            isChecked={search.status?.includes(status) ?? false}
            onCheck={() => set({ status: orNone(toggled(search.status, status)) })}
          />
        ))}
        <Check
          label={people.filters.starting}
          isChecked={search.starting === "yes"}
          onCheck={(isChecked) => set({ starting: isChecked ? "yes" : undefined })}
        />
      </fieldset>
      <AnswerProblems answer={options.answer} />
      {GROUPS.map((key) => (
        <Group
          key={key}
          label={people.filters[key]}
          options={options[key]}
          chosen={search[key]}
          onToggle={(id) => set({ [key]: orNone(toggled(search[key], id)) })}
        />
      ))}
      <fieldset className={styles.group}>
        <legend>{people.filters.type}</legend>
        {EMPLOYMENT_TYPES.map((type) => (
          <Check
            key={type}
            label={parts.employmentTypes[type]}
            isChecked={search.type?.includes(type) ?? false}
            onCheck={() => set({ type: orNone(toggled(search.type, type)) })}
          />
        ))}
      </fieldset>
    </Panel>
  );
}

/** With more names, a field narrows them. */
const NARROW_FROM = 8;

type GroupProps = {
  readonly label: string;
  readonly options: readonly Named[];
  readonly chosen: readonly string[] | undefined;
  readonly onToggle: (id: string) => void;
};

/**
 * Check boxes. A select would take its first match while a user types, and each value that the arrow keys
 * pass.
 */
function Group({ label, options, chosen, onToggle }: GroupProps) {
  const { people } = useTexts();
  const [text, setText] = useState("");
  const words = text.trim().toLowerCase();
  if (options.length === 0) return null;
  return (
    <fieldset className={styles.group}>
      <legend>{label}</legend>
      {options.length >= NARROW_FROM && (
        <TextField
          label={`${label}: ${people.narrow}`}
          hidesLabel
          placeholder={people.narrow}
          autoComplete="off"
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
      )}
      <div className={styles.options}>
        {options
          .filter(({ name }) => name.toLowerCase().includes(words))
          .map(({ id, name }) => (
            <Check
              key={id}
              label={name}
              isChecked={chosen?.includes(id) ?? false}
              onCheck={() => onToggle(id)}
            />
          ))}
      </div>
    </fieldset>
  );
}

/** The filters that are set, each with a button that removes it. */
export function FilterChips({ search, change }: FiltersProps) {
  const { people, parts } = useTexts();
  const options = useOptions(GROUPS.some((key) => search[key] !== undefined));
  const supervisor = useAnswer(
    PERSON_NAME,
    { id: search.reportsTo ?? "" },
    { pause: search.reportsTo === undefined },
  );
  if (!isFiltered(changedBy(search, { search: undefined }))) return null;
  const set = (part: SearchChange) => change(changedBy(search, part));
  /** An id in the address may be unknown in this company. */
  const missing = (isKnown: boolean): string => (isKnown ? parts.unknown : "…");
  return (
    <div className={styles.chips}>
      <Chips label={people.filtersSet}>
        {search.status?.map((status) => (
          <Chip
            key={status}
            name={people.filters.status}
            value={parts.statuses[status]}
            onRemove={() => set({ status: orNone(toggled(search.status, status)) })}
          />
        ))}
        {search.starting && (
          <Chip
            name={people.filters.status}
            value={people.filters.starting}
            onRemove={() => set({ starting: undefined })}
          />
        )}
        {GROUPS.flatMap((key) =>
          (search[key] ?? []).map((id) => (
            <Chip
              key={id}
              name={people.filters[key]}
              value={options[key].find((option) => option.id === id)?.name ?? missing(options.isKnown)}
              onRemove={() => set({ [key]: orNone(toggled(search[key], id)) })}
            />
          )),
        )}
        {search.type?.map((type) => (
          <Chip
            key={type}
            name={people.filters.type}
            value={parts.employmentTypes[type]}
            onRemove={() => set({ type: orNone(toggled(search.type, type)) })}
          />
        ))}
        {search.reportsTo && (
          <Chip
            name={people.filters.reportsTo}
            value={supervisor.data?.person?.displayName ?? missing(supervisor.data !== undefined)}
            onRemove={() => set({ reportsTo: undefined })}
          />
        )}
      </Chips>
      <Button
        tone="quiet"
        onClick={() => change(changedBy(withoutFilters(search), { search: search.search }))}
      >
        {people.clearFilters}
      </Button>
    </div>
  );
}
