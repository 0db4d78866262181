import { type PreviewTexts, previewFields } from "../integration/fields/people-fields.ts";
import { type PersonRecord, shownNameOf } from "../people/write/person-record.ts";
import type { PlannedSkip } from "../sync/plan/explain-skip.ts";
import type { OnDecision } from "../sync/plan/plan-run.ts";
import type { PlanSummary } from "../sync/plan/plan-summary.ts";
import type { TranslatedFields } from "../sync/read/translate.ts";
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
    people.push(draftOf(after, staged.fields));
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
        skipped: skipped.map((skip) => entryOf(skip, tenantId, seenAt)),
        skippedCount: plan.skipped,
      };
    },
  };
}

const draftOf = (person: PersonRecord, { department, office }: Partial<TranslatedFields>): DraftPerson => ({
  personioId: person.personioId,
  // Each person of the import has an address.
  workEmail: person.workEmail ?? "",
  displayName: shownNameOf(person),
  ...textsOf(person),
  department: department?.name ?? null,
  office: office?.name ?? null,
  supervisor: null,
  supervisorPersonioId: person.supervisorPersonioId,
  status: person.status,
  hireDate: person.hireDate,
});

/** An entry of the skip ledger, as the first run would write it. */
const entryOf = (
  { cause, ...skip }: PlannedSkip,
  tenantId: string,
  seenAt: Date,
): SetupPreview["skipped"][number] => ({
  ...skip,
  storedCause: { ...cause, message: skip.message },
  tenantId,
  field: skip.field || null,
  firstSeenAt: seenAt,
  lastSeenAt: seenAt,
});

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
