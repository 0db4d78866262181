import { Badge } from "../parts/chips.tsx";
import { useFormat } from "../texts/format.ts";
import { useScreenTexts } from "../texts/texts.tsx";
import type { LogEvent } from "./event-operations.ts";
import styles from "./events.module.css";
import { DATED_KINDS } from "./events-search.ts";
import { KindBadge } from "./kind-badge.tsx";
import { PersonOfRow } from "./person-of-row.tsx";

/** The text for a name of the graph; a name that this version does not know is shown as it is. */
const named = (texts: Readonly<Record<string, string>>, name: string): string => texts[name] ?? name;

type EventRowProps = {
  readonly event: LogEvent;
  /** The later event that corrected this one. */
  readonly corrected: LogEvent | undefined;
  /** Whether the list shows the event with this id, so that a link leads to it. */
  readonly isShown: (id: string) => boolean;
};

/** One event: when, what, who, and what happened to it later. */
export function EventRow({ event, corrected, isShown }: EventRowProps) {
  const { events } = useScreenTexts();
  const format = useFormat();
  return (
    <li className={styles.event} id={event.id}>
      <time className={styles.time} dateTime={event.emittedAt}>
        {format.time(event.emittedAt)}
      </time>
      <span className={styles.kind}>
        <KindBadge kind={event.kind} />
      </span>
      <div className={styles.who}>
        {event.person ? <PersonOfRow person={event.person} /> : <div className="cut">{events.gone}</div>}
      </div>
      <div className={styles.what}>
        <What event={event} isOver={corrected !== undefined} />
        <Fate {...{ event, corrected, isShown }} />
      </div>
    </li>
  );
}

/** The day of a date, or the fields of a change. */
function What({ event, isOver }: { readonly event: LogEvent; readonly isOver: boolean }) {
  const { events, person } = useScreenTexts();
  const format = useFormat();
  const { changedFields, offsetDays, occursOn, years } = event;
  if (changedFields) {
    const fields = new Set(changedFields.map((field) => named(person.fields, withoutKey(field))));
    return <span dir="auto">{fields.size > 0 ? format.list([...fields]) : events.hidden}</span>;
  }
  if (!isDated(event.kind)) return null;
  const day = format.day(occursOn);
  const when =
    offsetDays === 0 ? day : offsetDays < 0 ? events.ahead(-offsetDays, day) : events.after(offsetDays, day);
  const isCancelled = isOver || event.change === "CANCELLED";
  return (
    <span>
      {isCancelled ? <s>{when}</s> : when}
      {years != null && ` · ${events.years(years)}`}
    </span>
  );
}

/** Keys of custom attributes mean nothing to a reader, and an event has no labels. */
const withoutKey = (field: string): string => field.replace(/^customAttributes\..*/, "customAttributes");

const isDated = (kind: string): boolean => DATED_KINDS.some((dated) => dated === kind);

/** What the event corrects, which event corrected it, and whether it was late. */
function Fate({ event, corrected, isShown }: EventRowProps) {
  const { events } = useScreenTexts();
  const format = useFormat();
  const { change } = event;
  return (
    <>
      {event.late && (
        <span title={events.lateHelp}>
          <Badge>{events.late}</Badge>
        </span>
      )}
      {change && (
        <Badge tone={change === "CANCELLED" ? "warn" : "accent"}>
          {change === "CANCELLED" ? events.withdrawn : events.moved}
        </Badge>
      )}
      {change && <Corrects event={event} isShown={isShown} />}
      {corrected && (
        <a className={styles.note} href={`#${corrected.id}`}>
          {corrected.change === "CANCELLED"
            ? events.laterWithdrawn
            : events.movedTo(format.day(corrected.occursOn))}
        </a>
      )}
    </>
  );
}

function Corrects({ event, isShown }: Pick<EventRowProps, "event" | "isShown">) {
  const { events, person } = useScreenTexts();
  const format = useFormat();
  const { supersededEvent: before } = event;
  if (!before) return <span className={styles.note}>{events.correctsOld}</span>;
  const text = events.corrects(person.kind(before.kind), format.day(before.occursOn));
  return isShown(before.id) ? (
    <a className={styles.note} href={`#${before.id}`}>
      {text}
    </a>
  ) : (
    <span className={styles.note}>{text}</span>
  );
}
