import { Badge } from "../parts/chips.tsx";
import { useFormat } from "../texts/format.ts";
import { useScreenTexts } from "../texts/texts.tsx";
import styles from "./events.module.css";
import type { ComingDate } from "./forecast.ts";
import { KindBadge } from "./kind-badge.tsx";
import { PersonOfRow } from "./person-of-row.tsx";
import { SilentReason } from "./silent-reason.tsx";

/** The dates by the day on which they fire. */
export function ComingList({ dates }: { readonly dates: readonly ComingDate[] }) {
  const format = useFormat();
  return [...Map.groupBy(dates, ({ firesOn }) => firesOn)].map(([day, ofDay]) => (
    <section key={day} className={styles.day} aria-label={format.dayWithWeekday(day)}>
      <h2 className={styles.dayTitle}>{format.dayWithWeekday(day)}</h2>
      <ul className={styles.list}>
        {ofDay.map((date) => (
          <ComingRow key={`${date.kind} ${date.offsetDays} ${date.person.id} ${date.occursOn}`} date={date} />
        ))}
      </ul>
    </section>
  ));
}

function ComingRow({ date }: { readonly date: ComingDate }) {
  const { coming, events } = useScreenTexts();
  const { suppressedBecause, suppressionReason } = date;
  const isSilent = suppressedBecause != null;
  return (
    <li className={`${styles.date} ${isSilent ? styles.silent : ""}`}>
      <span className={styles.kind}>
        <KindBadge kind={date.kind} isSilent={isSilent} />
      </span>
      <div className={styles.who}>
        <PersonOfRow person={date.person} />
      </div>
      <div className={styles.what}>
        <span title={coming.zone(date.timeZone)}>
          <When date={date} />
          {date.years != null && events.years(date.years)}
        </span>
        {isSilent && (
          <>
            <Badge>{coming.silent}</Badge>
            <span className={styles.reason}>
              {coming.silentHelp} <SilentReason reason={suppressionReason} sentence={suppressedBecause} />
            </span>
          </>
        )}
      </div>
    </li>
  );
}

/** For an offset: how far the day is from its date. The list shows the day itself above. */
function When({ date: { offsetDays, occursOn } }: { readonly date: ComingDate }) {
  const { events } = useScreenTexts();
  const format = useFormat();
  if (offsetDays === 0) return null;
  const day = format.day(occursOn);
  return offsetDays < 0 ? events.ahead(-offsetDays, day) : events.after(offsetDays, day);
}
