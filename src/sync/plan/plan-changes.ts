import { PEOPLE_FIELDS } from "../../integration/fields/people-fields.ts";
import { normalizeEmail } from "../../people/email-address.ts";
import type { PersonRecord } from "../../people/write/person-record.ts";
import type { TranslatedFields, TranslatedPerson } from "../read/translate.ts";
import type { Comparison, Decision, PlanRules } from "./comparison.ts";
import { excludedBySettings } from "./explain-exclusion.ts";
import {
  ambiguousRehire,
  duplicateWorkEmail,
  missingWorkEmail,
  type PlannedSkip,
  requiredNotSent,
  statusExcluded,
  subjectOf,
  unreadableField,
  unreadableRecord,
  workEmailRemoved,
} from "./explain-skip.ts";
import { hideFields } from "./hide-fields.ts";
import { endsBesideAnother, type MatchedRecord } from "./join-record.ts";
import { matchedEmail } from "./match-records.ts";
import { enter, mergeJoined } from "./merge-joined.ts";
import { mergeRecord } from "./merge-record.ts";
import { isAlteredEmail } from "./same-person.ts";
import { sameRecord } from "./same-record.ts";

/**
 * Pure, one person at a time, so that planning needs no more memory for a large company than for a small one.
 */
export function planChange(person: Comparison, rules: PlanRules): Decision {
  const decision = planPerson(person, rules);
  const after = decision.after && withServableAddress(decision.after);
  if (after === decision.after) return decision;
  return { ...decision, change: decision.change === "UNCHANGED" ? "CHANGE" : decision.change, after };
}

/**
 * Cleans an address that an earlier version stored unclean: as a key it would resolve to the person with the
 * clean one. A leaver gets the clean address, unless another person has it (`listAddressLosses`). A current
 * person has none until Personio sends a clean one.
 */
function withServableAddress(record: PersonRecord): PersonRecord {
  if (record.workEmail === null) return record;
  const clean = normalizeEmail(record.workEmail);
  if (clean === record.workEmail) return record;
  return { ...record, workEmail: record.status === "INACTIVE" ? clean : null };
}

function planPerson(person: Comparison, rules: PlanRules): Decision {
  const { staged, stored } = person;
  if (staged && person.match)
    return planMatched(staged, person.match, { rules, emailRival: person.emailRival });
  if (person.former) return { change: "NOT_CURRENT", after: null, skips: [] };
  if (staged && stored) return planKnown(staged, stored, person, rules);
  if (staged) return planNewcomer(withUnalteredAddress(staged, person.awaited), person, rules);
  if (stored) return planAbsent(stored, person, rules);
  throw new Error("Cannot plan a person who is neither in the directory nor in Personio.");
}

const skip = (reason: PlannedSkip): Decision => ({ change: "SKIP", after: null, skips: [reason] });

/** Personio alters an address to free it for a new record; the person keeps the original one. */
const withUnalteredAddress = (staged: TranslatedPerson, awaited: string | null): TranslatedPerson =>
  awaited && isAlteredEmail(staged.fields.workEmail ?? "", awaited)
    ? { ...staged, fields: { ...staged.fields, workEmail: awaited } }
    : staged;

function planNewcomer(staged: TranslatedPerson, person: Comparison, rules: PlanRules): Decision {
  const subject = subjectOf(staged);
  const { workEmail, status } = staged.fields;

  if (staged.excluded) return skip(excludedBySettings(subject, staged.excluded, { isLeaver: false }));
  const unreadable = staged.unreadable.find(({ field }) => field === "status" || field === "workEmail");
  if (unreadable) return skip(unreadableRecord(subject, unreadable.field, unreadable.found));
  if (status === null) return skip(unreadableRecord(subject, "status", "it is empty"));
  if (status && (status === "INACTIVE" || !rules.syncedStatuses.has(status)))
    return skip(statusExcluded(subject, status));
  const notSent = PEOPLE_FIELDS.filter(({ required, field }) => required && isNotSent(staged, field));
  if (notSent.length > 0) return skip(requiredNotSent(subject, notSent));
  if (!workEmail) return skip(missingWorkEmail(subject));
  if (person.emailRival) return skip(duplicateWorkEmail(subject, person.emailRival, ""));

  const skips = unreadableSkips(staged, subject);
  if (person.ambiguousRehire) skips.push(ambiguousRehire(subject, person.ambiguousRehire));
  return { change: "ADD", after: enter(staged, person.move, rules), skips };
}

/**
 * A new record of a person in the directory. The person's stored values fill its gaps, also in required
 * fields.
 */
function planMatched(
  staged: TranslatedPerson,
  joined: MatchedRecord,
  { rules, emailRival }: { readonly rules: PlanRules; readonly emailRival: string | null },
): Decision {
  const subject = subjectOf(staged);
  const { stored, kind } = joined;
  if (staged.excluded && stored.status === "INACTIVE")
    return skip(excludedBySettings(subject, staged.excluded, { isLeaver: true }));
  const held = stored.status === "INACTIVE" ? null : stored.workEmail;
  const workEmail = emailRival ? held : matchedEmail(joined);
  // A return needs an address.
  if (workEmail === null)
    return skip(emailRival ? duplicateWorkEmail(subject, emailRival, "") : missingWorkEmail(subject));

  const skips = unreadableSkips(staged, subject);
  if (emailRival) skips.push(duplicateWorkEmail(subject, emailRival, "workEmail"));
  const after = { ...mergeJoined(joined, rules), workEmail };
  if (after.status === "INACTIVE" && stored.status !== "INACTIVE")
    return { change: "LEAVE", after: { ...after, nextPersonioId: null }, skips: [] };
  const isUnchanged = kind === "WILL_MOVE" && sameRecord(stored, after);
  return { change: isUnchanged ? "UNCHANGED" : "CHANGE", after, skips };
}

const isNotSent = ({ fields, unreadable }: TranslatedPerson, field: keyof TranslatedFields): boolean =>
  fields[field] === undefined && !unreadable.some((value) => value.field === field);

function planKnown(
  staged: TranslatedPerson,
  stored: PersonRecord,
  { emailRival, awaited, keepsNext }: Comparison,
  rules: PlanRules,
): Decision {
  if (rules.partial && endsBesideAnother({ staged, stored }))
    return { change: "UNCHANGED", after: null, skips: [] };
  const subject = subjectOf(staged);
  const skips = unreadableSkips(staged, subject);
  const fields = { ...staged.fields };
  // The settings exclude a leaver unless the read proves that they do not.
  if (staged.excluded && stored.status === "INACTIVE") fields.status = "INACTIVE";
  // Personio's old record ends before the new one of the same person begins where they work.
  if (keepsNext && fields.status === "INACTIVE") delete fields.status;
  const hasLeft = (fields.status ?? stored.status) === "INACTIVE";
  // Personio alters an address to free it for a new record; the person keeps the original one.
  if (awaited && isAlteredEmail(fields.workEmail ?? "", awaited)) fields.workEmail = awaited;
  // A read of some people may lack that record, so a full one decides about a person with a last day.
  const mayBeFreed = !rules.complete && hasLastDay(fields, stored);
  const isFreed = hasLeft || keepsNext || mayBeFreed;
  if (isFreed && isAlteredEmail(fields.workEmail ?? "", stored.workEmail ?? "")) delete fields.workEmail;
  if (fields.workEmail === null) skips.push(workEmailRemoved(subject));
  if (emailRival) skips.push(duplicateWorkEmail(subject, emailRival, "workEmail"));
  // Another person has the address of this leaver, who gets one again with a return.
  const isTaken = hasLeft && stored.workEmail === null;
  if (fields.workEmail === null || emailRival || isTaken) delete fields.workEmail;

  const after = mergeRecord(stored, { ...staged, fields }, rules, { keepsNext });
  if (stored.status === "INACTIVE" && !hasLeft) {
    // Another person has got the leaver's address meanwhile: the return would make a second holder.
    if (emailRival) return skip(duplicateWorkEmail(subject, emailRival, ""));
    if (after.workEmail === null) return skip(missingWorkEmail(subject));
  }
  // A leaver needs no ledger rows about the record: HR has nothing to complete.
  const leaverSkips = staged.excluded
    ? [excludedBySettings(subject, staged.excluded, { isLeaver: true })]
    : [];
  if (hasLeft && stored.status !== "INACTIVE") return { change: "LEAVE", after, skips: leaverSkips };
  const change = sameRecord(stored, after) ? "UNCHANGED" : "CHANGE";
  return { change, after, skips: hasLeft ? leaverSkips : skips };
}

const hasLastDay = ({ terminationDate }: Partial<TranslatedFields>, stored: PersonRecord): boolean =>
  (terminationDate === undefined ? stored.terminationDate : terminationDate) !== null;

/**
 * A person missing from the read. An insert or a removal during the read can shift a record to a page that
 * was read already. So only the second complete run in a row that misses a person makes them a leaver.
 */
function planAbsent(
  stored: PersonRecord,
  { absentBefore, keepsNext }: Comparison,
  rules: PlanRules,
): Decision {
  const shown = hideFields(stored, rules.hidden);
  const kept = stored.status === "INACTIVE" ? withServableAddress(shown) : shown;
  // A leaver loses hidden values and an unclean address now: Personio may never list them again.
  if (stored.status === "INACTIVE" && !sameRecord(stored, kept))
    return { change: "CHANGE", after: kept, skips: [] };
  if (stored.status === "INACTIVE") return { change: "NOT_CURRENT", after: null, skips: [] };
  if (!rules.complete || keepsNext) return { change: "UNCHANGED", after: null, skips: [] };
  const after: PersonRecord = { ...kept, status: "INACTIVE", nextPersonioId: null };
  return { change: absentBefore ? "LEAVE" : "ABSENT", after, skips: [] };
}

const unreadableSkips = (staged: TranslatedPerson, subject: ReturnType<typeof subjectOf>): PlannedSkip[] =>
  staged.unreadable.map(({ field, found }) => unreadableField(subject, field, found));
