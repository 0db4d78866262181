import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { CustomAttributeType, PersonFactsFragment } from "#graph/graphql";
import { graphql } from "../graph/operation.ts";
import { Fact, Facts, Section } from "../parts/page.tsx";
import { useViewer } from "../parts/viewer.tsx";
import { useFormat } from "../texts/format.ts";
import { useScreenTexts, useTexts } from "../texts/texts.tsx";
import type { PeopleSearch } from "./people-search.ts";
import { safeLinkOf } from "./safe-link.ts";

graphql(`
  fragment PersonFacts on Person {
    firstName
    lastName
    position
    employeeId
    employmentType
    team
    subCompany
    costCenter
    hireDate
    originalHireDate
    department {
      id
      name
    }
    office {
      id
      name
    }
    legalEntity {
      id
      name
    }
    customAttributes {
      key
      label
      type
      value
    }
    probationEndDate @include(if: $hr)
    contractEndDate @include(if: $hr)
    terminationDate @include(if: $hr)
    birthday @include(if: $hr)
    dateOfBirth @include(if: $sensitive)
  }
`);

type Row = readonly [name: string, value: ReactNode];

/** What is known about the person, by subject. A field without a value is left out. */
export function PersonFacts({ person }: { readonly person: PersonFactsFragment }) {
  const { person: texts } = useScreenTexts();
  const { employmentTypes, fields } = useTexts().parts;
  const format = useFormat();
  const viewer = useViewer();
  const day = (value: string | null | undefined) => value && format.day(value);
  const work: Row[] = [
    [fields.position, person.position],
    [fields.department, peopleOf(person.department, (id) => ({ department: [id] }))],
    [fields.team, person.team],
    [fields.office, peopleOf(person.office, (id) => ({ office: [id] }))],
    [fields.legalEntity, peopleOf(person.legalEntity, (id) => ({ entity: [id] }))],
    [fields.subCompany, person.subCompany],
    [fields.costCenter, person.costCenter],
    [
      fields.employmentType,
      person.employmentType && (employmentTypes[person.employmentType] ?? person.employmentType),
    ],
    [fields.employeeId, person.employeeId],
    [fields.firstName, person.firstName],
    [fields.lastName, person.lastName],
  ];
  const dates: Row[] = [
    [fields.hireDate, day(person.hireDate)],
    [
      fields.originalHireDate,
      person.originalHireDate === person.hireDate ? undefined : day(person.originalHireDate),
    ],
    [fields.probationEndDate, day(person.probationEndDate)],
    [fields.contractEndDate, day(person.contractEndDate)],
    [fields.terminationDate, day(person.terminationDate)],
    [
      fields.birthday,
      person.birthday && !person.dateOfBirth && monthAndDay(person.birthday, format.monthDay),
    ],
    [fields.dateOfBirth, day(person.dateOfBirth)],
  ];
  const left = [
    !viewer.has("people:hr") && texts.hiddenHr,
    !viewer.has("people:sensitive") && texts.hiddenSensitive,
  ].filter((sentence) => sentence !== false);
  return (
    <>
      <Section title={texts.work}>
        <Known rows={work} />
      </Section>
      <Section title={texts.dates}>
        <Known rows={dates} />
        {left.map((sentence) => (
          <p key={sentence} className="muted small">
            {sentence}
          </p>
        ))}
      </Section>
      {person.customAttributes.some(({ value }) => value !== null) && (
        <Section title={texts.customAttributes}>
          <Facts>
            {person.customAttributes.map(
              (attribute) =>
                attribute.value !== null && (
                  <Fact key={attribute.key} name={attribute.label}>
                    <AttributeValue type={attribute.type} value={attribute.value} />
                  </Fact>
                ),
            )}
          </Facts>
        </Section>
      )}
    </>
  );
}

type Unit = { readonly id: string; readonly name: string };

/** The name of a unit, which leads to its people. */
const peopleOf = (unit: Unit | null | undefined, searchFor: (id: string) => PeopleSearch): ReactNode =>
  unit && (
    <Link to="/" search={searchFor(unit.id)}>
      {unit.name}
    </Link>
  );

function Known({ rows }: { readonly rows: readonly Row[] }) {
  const { person: texts } = useScreenTexts();
  const known = rows.filter(([, value]) => Boolean(value));
  if (known.length === 0) return <p className="muted">{texts.nothingKnown}</p>;
  return (
    <Facts>
      {known.map(([name, value]) => (
        <Fact key={name} name={name}>
          {value}
        </Fact>
      ))}
    </Facts>
  );
}

/** `MM-DD`, in any leap year. */
const monthAndDay = (value: string, write: (day: string) => string): string => write(`2024-${value}`);

type AttributeValueProps = { readonly type: CustomAttributeType; readonly value: unknown };

/** Shows a value of a custom attribute by its type. People type links, so only safe ones become links. */
function AttributeValue({ type, value }: AttributeValueProps) {
  const format = useFormat();
  const { parts } = useTexts();
  if (Array.isArray(value)) return format.list(value.map(String));
  const text = typeof value === "number" ? format.number(value) : String(value);
  if (type === "DATE" && /^\d{4}-\d\d-\d\d$/.test(text)) return format.day(text);
  if (type === "MULTILINE") return <span className="lines">{text}</span>;
  const link = type === "LINK" ? safeLinkOf(text) : undefined;
  if (link === undefined) return text;
  return (
    <a href={link} target="_blank" rel="noreferrer noopener">
      {text}
      <span className="unseen"> {parts.opensNewTab}</span>
    </a>
  );
}
