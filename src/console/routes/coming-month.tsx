import { Link } from "@tanstack/react-router";
import { addMonths, monthOf, today, weeksOf } from "../parts/calendar.ts";
import { useFormat } from "../texts/format.ts";
import { useScreenTexts } from "../texts/texts.tsx";
import styles from "./coming.module.css";
import type { ComingSearch } from "./events-search.ts";
import type { ComingDate } from "./forecast.ts";

/** A cell has room for this many dates; the list of the day shows the others. */
const SHOWN_A_DAY = 3;

type ComingMonthProps = {
  readonly month: string;
  readonly dates: readonly ComingDate[];
  readonly search: ComingSearch;
};

/** The dates of a month as a page of a calendar. Under 700 px a day shows only the number of its dates. */
export function ComingMonth({ month, dates, search }: ComingMonthProps) {
  const { coming } = useScreenTexts();
  const format = useFormat();
  const byDay = Map.groupBy(dates, ({ firesOn }) => firesOn);
  const weeks = weeksOf(month);
  const to = (change: number): ComingSearch => ({ ...search, month: addMonths(month, change) });
  return (
    <div className={styles.calendar}>
      <div className={styles.monthHead}>
        <h2 aria-live="polite">{format.month(month)}</h2>
        <Link to="/events/coming" search={to(-1)} className={styles.turn} aria-label={coming.earlier}>
          <span aria-hidden="true">‹</span>
        </Link>
        <Link to="/events/coming" search={to(1)} className={styles.turn} aria-label={coming.later}>
          <span aria-hidden="true">›</span>
        </Link>
        <Link to="/events/coming" search={{ ...search, month: monthOf(today()) }}>
          {coming.thisMonth}
        </Link>
      </div>
      <table className={styles.month} aria-label={format.month(month)}>
        <thead>
          <tr>
            {weeks[0]?.map((day) => (
              <th key={day} scope="col">
                {format.weekday(day)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map((week) => (
            <tr key={week[0]}>
              {week.map((day) => (
                <Day
                  key={day}
                  day={day}
                  isOutside={monthOf(day) !== month}
                  dates={byDay.get(day) ?? []}
                  kinds={search.kind}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

type DayProps = {
  readonly day: string;
  readonly isOutside: boolean;
  readonly dates: readonly ComingDate[];
  readonly kinds: ComingSearch["kind"];
};

function Day({ day, isOutside, dates, kinds }: DayProps) {
  const { coming, person } = useScreenTexts();
  const format = useFormat();
  if (isOutside) return <td className={styles.outside} />;
  const number = Number(day.slice(-2));
  const ofDay = { from: day, to: day, ...(kinds && { kind: kinds }) };
  const isToday = day === today();
  const isSilent = dates.every(({ suppressedBecause }) => suppressedBecause != null);
  return (
    <td className={isToday ? styles.today : undefined} aria-current={isToday ? "date" : undefined}>
      {dates.length === 0 ? (
        <span className={styles.number}>{number}</span>
      ) : (
        <Link
          to="/events/coming"
          search={ofDay}
          className={styles.number}
          title={coming.countOn(dates.length, format.day(day))}
        >
          <span aria-hidden="true">{number}</span>
          <span aria-hidden="true" className={styles.count} data-silent={isSilent || undefined}>
            {format.number(dates.length)}
          </span>
          <span className="unseen">{coming.countOn(dates.length, format.day(day))}</span>
        </Link>
      )}
      <ul className={styles.entries}>
        {dates.slice(0, SHOWN_A_DAY).map((date) => (
          <li
            key={`${date.kind} ${date.offsetDays} ${date.person.id}`}
            className={`${styles.entry} ${styles[date.kind] ?? ""} ${date.suppressedBecause ? styles.silent : ""} cut`}
            title={`${person.kind(date.kind)}: ${date.person.displayName}`}
          >
            <span className="unseen">{person.kind(date.kind)} </span>
            <bdi>{date.person.displayName}</bdi>
          </li>
        ))}
      </ul>
      {dates.length > SHOWN_A_DAY && (
        <Link to="/events/coming" search={ofDay} className={styles.more}>
          {coming.more(format.number(dates.length - SHOWN_A_DAY))}
          <span className="unseen"> {format.day(day)}</span>
        </Link>
      )}
    </td>
  );
}
