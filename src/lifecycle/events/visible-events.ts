import type { Viewer } from "../../access/viewer.ts";
import { forbidden } from "../../errors.ts";
import type { RaisedFields } from "../../fields/raised-fields.ts";
import { hiddenPersonFields, scopeOfField } from "../../people/person-scopes.ts";
import { CHANGE_KINDS, DATED_KINDS, type DatedKind, type LifecycleEventKind } from "../event-kind.ts";
import type { EventFilter } from "./event-filter.ts";
import type { LifecycleEvent } from "./lifecycle-event.ts";

/**
 * The parts of the log and of the forecast that a viewer may see. It follows the scopes of a person's fields.
 */
export type EventVisibility = {
  readonly kinds: readonly LifecycleEventKind[];
  /**
   * Whether the viewer may see when people leave. A work anniversary that is not announced ahead, or whose
   * announcement is cancelled, shows that the employment ends before it. So does a move in the forecast.
   */
  readonly seesDepartures: boolean;
  /** Names that `changedFields` leaves out. An event with no other changed field is left out. */
  readonly hiddenFields: readonly string[];
  readonly raised: RaisedFields;
};

/** The field of a person that an event of each kind shows. */
const SHOWN_FIELD: Readonly<Record<DatedKind, string> & Partial<Record<LifecycleEventKind, string>>> = {
  HIRE_DATE: "hireDate",
  PROBATION_END: "probationEndDate",
  CONTRACT_END_DATE: "contractEndDate",
  TERMINATION_DATE: "terminationDate",
  WORK_ANNIVERSARY: "hireDate",
  BIRTHDAY: "birthday",
  SUPERVISOR_CHANGED: "supervisor",
};

const DEPARTURE_FIELD = SHOWN_FIELD.TERMINATION_DATE;

const ALL_KINDS: readonly LifecycleEventKind[] = [...DATED_KINDS, ...CHANGE_KINDS];

export function visibilityOf(viewer: Pick<Viewer, "scopes">, raised: RaisedFields): EventVisibility {
  const hiddenFields = hiddenPersonFields(viewer, raised);
  return {
    kinds: ALL_KINDS.filter((kind) => !hiddenFields.includes(SHOWN_FIELD[kind] ?? "")),
    seesDepartures: !hiddenFields.includes(DEPARTURE_FIELD),
    hiddenFields,
    raised,
  };
}

export const seesEverything = ({ kinds, hiddenFields }: EventVisibility): boolean =>
  kinds.length === ALL_KINDS.length && hiddenFields.length === 0;

/** The kinds that the viewer may see at this offset from their date. */
const kindsAt = ({ kinds, seesDepartures }: EventVisibility, offsetDays: number) =>
  offsetDays < 0 && !seesDepartures ? kinds.filter((kind) => kind !== "WORK_ANNIVERSARY") : kinds;

/**
 * The filter without what the viewer may not see: without requested kinds, other kinds are left out silently.
 *
 * @throws FORBIDDEN if the client requests a kind that the viewer may not see.
 */
export function restrictFilter(filter: EventFilter, visibility: EventVisibility): EventFilter {
  const { kinds: requested, offsetDays } = filter;
  checkKinds(requested, visibility, offsetDays);
  const visible = kindsAt(visibility, offsetDays);
  const kinds = requested ?? (visible.length === ALL_KINDS.length ? null : visible);
  return { ...filter, kinds, hiddenFields: visibility.hiddenFields };
}

/** @throws FORBIDDEN if one of the requested kinds is hidden at this offset. */
export function checkKinds(
  requested: readonly LifecycleEventKind[] | null | undefined,
  visibility: EventVisibility,
  offsetDays = 0,
): void {
  const hidden = requested?.find((kind) => !kindsAt(visibility, offsetDays).includes(kind));
  if (hidden === undefined) return;
  const ahead = visibility.kinds.includes(hidden);
  const what = ahead ? `The kind \`${hidden}\` ahead of its date` : `The kind \`${hidden}\``;
  const scope = scopeOfField(ahead ? DEPARTURE_FIELD : (SHOWN_FIELD[hidden] ?? ""), visibility.raised);
  throw forbidden(what, scope ? [scope] : []);
}

/**
 * Checks an event that a subscription is about to send: an admin may have protected its field a moment ago.
 *
 * @throws FORBIDDEN
 */
export function checkEvent(
  { kind, offsetDays, changedFields }: Pick<LifecycleEvent, "kind" | "offsetDays" | "changedFields">,
  visibility: EventVisibility,
): void {
  checkKinds([kind], visibility, offsetDays);
  const [first] = changedFields ?? [];
  if (first === undefined || !changedFields?.every((field) => visibility.hiddenFields.includes(field)))
    return;
  const scope = scopeOfField(first, visibility.raised);
  throw forbidden(`The kind \`${kind}\` of this change`, scope ? [scope] : []);
}

/** The changed fields that the viewer may see; null for an event that names none. */
export const visibleFields = (
  changedFields: readonly string[] | null,
  { hiddenFields }: Pick<EventVisibility, "hiddenFields">,
): readonly string[] | null => changedFields?.filter((field) => !hiddenFields.includes(field)) ?? null;
