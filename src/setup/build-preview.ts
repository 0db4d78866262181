import { type PreviewTexts, previewFields } from "../integration/fields/people-fields.ts";
import { type PersonRecord, shownNameOf } from "../people/write/person-record.ts";
import type { PlannedSkip } from "../sync/plan/explain-skip.ts";
import type { OnDecision } from "../sync/plan/plan-run.ts";
import type { PlanSummary } from "../sync/plan/plan-summary.ts";
import { PREVIEW_SIZE, type SetupPreview } from "./setup-preview.ts";

/** A person of the preview, with the supervisor still by Personio's id. */
type DraftPerson = SetupPreview["people"][number] & { readonly supervisorPersonioId: string | null };

/** Collects the first people and skips while a plan streams. */
export function createPreviewBuilder() {
  const people: DraftPerson[] = [];
  const skipped: PlannedSkip[] = [];
  let peopleCount = 0;
  const onDecision: OnDecision = ({ after, skips }, { staged }) => {
    for (const skip of skips) if (skipped.length < PREVIEW_SIZE) skipped.push(skip);
    if (!after || !staged || after.status === "INACTIVE") return;
    peopleCount += 1;
    if (people.length >= PREVIEW_SIZE) return;
    people.push({
      personioId: after.personioId,
      // Each person of the import has an address.
      workEmail: after.workEmail ?? "",
      displayName: shownNameOf(after),
      ...textsOf(after),
      department: staged.fields.department?.name ?? null,
      office: staged.fields.office?.name ?? null,
      supervisor: null,
      supervisorPersonioId: after.supervisorPersonioId,
      status: after.status,
      hireDate: after.hireDate,
    });
  };
  return {
    onDecision,
    /** The Personio ids of supervisors whose names are needed. */
    supervisorIds: (): string[] => people.flatMap((person) => person.supervisorPersonioId ?? []),
    build(
      plan: PlanSummary,
      options: { names: ReadonlyMap<string, string>; seenAt: Date; tenantId: string },
    ): SetupPreview {
      const { names, seenAt, tenantId } = options;
      return {
        ready: true,
        people: people.map(({ supervisorPersonioId, ...person }) => ({
          ...person,
          supervisor: names.get(supervisorPersonioId ?? "") ?? null,
        })),
        peopleCount,
        skipped: skipped.map(({ cause, ...skip }) => ({
          ...skip,
          storedCause: { ...cause, message: skip.message },
          tenantId,
          field: skip.field || null,
          firstSeenAt: seenAt,
          lastSeenAt: seenAt,
        })),
        skippedCount: plan.skipped,
      };
    },
  };
}

const textsOf = (person: PersonRecord): PreviewTexts => {
  const texts = Object.fromEntries(previewFields.map(({ field }) => [field, person[field]]));
  return texts as PreviewTexts;
};

/** A stored preview as it is served: JSON stores its instants as text. */
export function readStoredPreview(stored: SetupPreview): SetupPreview {
  return {
    ...stored,
    skipped: stored.skipped.map((row) => ({
      ...row,
      firstSeenAt: new Date(row.firstSeenAt),
      lastSeenAt: new Date(row.lastSeenAt),
    })),
  };
}
