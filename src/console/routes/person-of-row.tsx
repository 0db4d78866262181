import type { PersonOfRowFragment } from "#graph/graphql";
import { graphql } from "../graph/operation.ts";
import { PersonLink } from "../parts/person-link.tsx";
import styles from "./events.module.css";

graphql(`
  fragment PersonOfRow on Person {
    id
    displayName
    position
    department {
      id
      name
    }
    office {
      id
      name
    }
  }
`);

/**
 * The person of an event or of a date: the name, and below it details that distinguish people of the same
 * name.
 */
export function PersonOfRow({ person }: { readonly person: PersonOfRowFragment }) {
  const places = [person.position, person.department?.name, person.office?.name].filter(
    (place) => place != null,
  );
  return (
    <>
      <div className="cut">
        <PersonLink id={person.id} name={person.displayName} />
      </div>
      {places.length > 0 && (
        <div className={`${styles.second} cut`} dir="auto" title={places.join(" · ")}>
          {places.join(" · ")}
        </div>
      )}
    </>
  );
}
