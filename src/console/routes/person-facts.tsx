import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Fact, Facts, Section } from "../parts/page.tsx";
import { useViewer } from "../parts/viewer.tsx";
import { useFormat } from "../texts/format.ts";
import { useScreenTexts, useTexts } from "../texts/texts.tsx";
import { AttributeValue } from "./attribute-value.tsx";
import type { PersonRecord } from "./person-record.ts";

type Row = readonly [name: string, value: ReactNode];

/** What is known about the person, by subject. A field without a value takes no place. */
export function PersonFacts({ person }: { readonly person: PersonRecord }) {
  const { person: texts } = useScreenTexts();
  const { people, parts } = useTexts();
  const format = useFormat();
  const viewer = useViewer();
  const day = (value: string | null | undefined) => value && format.day(value);
  const work: Row[] = [
    [people.columns.position, person.position],
    [
      people.columns.department,
      person.department && (
        <Link to="/" search={{ department: [person.department.id] }}>
          {person.department.name}
        </Link>
      ),
    ],
    [people.columns.team, person.team],
    [
      people.columns.office,
      person.office && (
        <Link to="/" search={{ office: [person.office.id] }}>
          {person.office.name}
        </Link>
      ),
    ],
    [
      people.columns.legalEntity,
      person.legalEntity && (
        <Link to="/" search={{ entity: [person.legalEntity.id] }}>
          {person.legalEntity.name}
        </Link>
      ),
    ],
    [texts.subCompany, person.subCompany],
    [people.columns.costCenter, person.costCenter],
    [
      people.columns.employmentType,
      person.employmentType && (parts.employmentTypes[person.employmentType] ?? person.employmentType),
    ],
    [people.columns.personnelNumber, person.employeeId],
    [texts.givenName, person.firstName],
    [texts.familyName, person.lastName],
  ];
  const dates: Row[] = [
    [people.columns.hireDate, day(person.hireDate)],
    [
      texts.firstHireDate,
      person.originalHireDate === person.hireDate ? undefined : day(person.originalHireDate),
    ],
    [texts.probationEnd, day(person.probationEndDate)],
    [texts.contractEnd, day(person.contractEndDate)],
    [texts.lastDay, day(person.terminationDate)],
    [texts.birthday, person.birthday && !person.dateOfBirth && monthAndDay(person.birthday, format.monthDay)],
    [texts.dateOfBirth, day(person.dateOfBirth)],
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
