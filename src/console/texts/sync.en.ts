import { lines, missing } from "./ledger.en.ts";

type Count = { added: string; changed: string; left: string; skipped: string; isNothing: boolean };
type Parameters = (name: string) => string;

const people = (count: string): string => (count === "1" ? "1 person" : `${count} people`);

/** Names of the fields of a person, as plans and mappings show them. */
const fields: Record<string, string> = {
  workEmail: "Work email",
  firstName: "First name",
  lastName: "Last name",
  preferredName: "Preferred name",
  displayName: "Shown name",
  status: "Status",
  position: "Position",
  department: "Department",
  office: "Office",
  legalEntity: "Legal entity",
  subCompany: "Sub-company",
  team: "Team",
  costCenter: "Cost center",
  supervisor: "Supervisor",
  employmentType: "Employment type",
  employeeId: "Personnel number",
  hireDate: "First day",
  originalHireDate: "First day ever",
  probationEndDate: "End of probation",
  contractEndDate: "End of contract",
  terminationDate: "Last day",
  endedOn: "Ended on",
  dateOfBirth: "Date of birth",
  personioId: "Record in Personio",
  next: "Coming record in Personio",
  continuesOn: "Goes on from",
  customAttributes: "Own attributes",
};

const problems: Record<string, (of: Parameters) => string> = {
  LEAVER_GUARD: (of) =>
    of("leaving") === "–"
      ? `Personio lists ${of("unconfirmed")} people no more, too many to look each of them up.`
      : `${of("leaving")} of ${of("current")} people would leave the directory at once. The limit is ${of("limit")}.`,
  FIELD_GUARD: (of) =>
    `${fields[of("field")] ?? of("field")} would become empty for ${of("cleared")} of the ${of("had")} people who have it.`,
  SYNC_PLAN_OUTDATED: (of) =>
    of("othersLeaving") === "–"
      ? `Personio has changed since the approval: ${fields[of("field")] ?? of("field")} would become empty for ${of("cleared")} people.`
      : `Personio has changed since the approval: ${of("othersLeaving") === "1" ? "1 more person" : `${of("othersLeaving")} more people`} would leave.`,
  SYNC_PLANNED_ONLY: () => "This run only made a plan.",
  PERSONIO_CREDENTIALS_INVALID: () => "Personio refuses the credential.",
  PERSONIO_ACCESS_MISSING: (of) =>
    of("attributes") === "–"
      ? "The credential lacks a right."
      : `The credential may not read: ${of("attributes")}.`,
  PERSONIO_UNAVAILABLE: () => "Personio does not answer.",
  PERSONIO_RATE_LIMITED: () => "Personio asks for a pause.",
  PERSONIO_SNAPSHOT_EMPTY: () => "Personio returned no people at all.",
  PERSONIO_SNAPSHOT_INCOMPLETE: () =>
    "Personio's list was incomplete, so no missing person left the directory.",
  PERSONIO_RECORD_UNREADABLE: () => "Some records could not be read. These people stay as they are.",
  ATTRIBUTE_NOT_READABLE: (of) => `The credential may no longer read ${of("attribute")}.`,
  SECRET_UNREADABLE: () => "The stored secret cannot be opened: enter the credential again.",
  SYNC_INTERRUPTED: () => "The sync was interrupted too often.",
  SYNC_FAILED: () => "The sync failed inside this service.",
};

/** What to do here; for other codes the service's own help is shown. */
const advice: Record<string, string> = {
  LEAVER_GUARD:
    "Look at the people below. If they have really left, approve. If not, reject, and check in Personio what the credential may read.",
  FIELD_GUARD:
    "Look at the people below. If the values are meant to go, approve. If not, reject, and check the attribute in Personio.",
  SYNC_PLAN_OUTDATED: "Nothing was changed. Look at the new plan, then decide again.",
  SYNC_PLANNED_ONLY: "Approve it, reject it, or leave it: the next sync replaces it.",
};

export const sync = {
  title: "Sync",
  tabs: "About the sync",
  connection: "Connection",
  state: "State of the sync",
  upToDate: (time: string) => `Up to date as of ${time}.`,
  neverSynced: "No sync has ended well yet.",
  brokenSince: (time: string | undefined) =>
    time ? `Personio is not connected. The directory is as of ${time}.` : "Personio is not connected.",
  nextAt: (time: string) => `Next sync: ${time}.`,
  updateCredential: "Update the credential",
  setupOpen: "The setup is not finished.",
  setupOpenHelp: "Review what the first sync would bring, then finish it. Until then nothing is imported.",
  continueSetup: "Continue the setup",
  notConnected: "No Personio account is connected.",
  notConnectedHelp: "Connect the account of your company, and the directory fills itself.",
  connect: "Connect Personio",
  syncNow: "Sync now",
  plan: "Plan only",
  planHelp: "Shows what a sync would change, and changes nothing",
  alreadyRunning: "A sync is running.",
  progress: "Progress of the sync",
  waiting: "Waiting for its turn …",
  reading: "Reading Personio …",
  applying: "Comparing and applying. People who are missing in Personio are looked up one by one …",
  readOf: (read: string, total: string) => `${read} of ${total}`,
  heldHelp: "A plan waits for your decision.",
  reviewPlan: "Review the plan",
  runs: "Runs",
  runsShown: "Which runs",
  runFilters: { held: "Held", failed: "Failed", applied: "Applied" },
  noRuns: "No sync has run yet.",
  noSuchRuns: "No run ended like this.",
  run: "Sync run",
  runOf: (time: string) => `Sync of ${time}`,
  unknownRun: "This run does not exist.",
  unknownRunHelp: "The address may be mistyped, or it belongs to another company.",
  toRuns: "All runs",
  statuses: {
    QUEUED: "Queued",
    RUNNING: "Running",
    SUCCEEDED: "Applied",
    SUCCEEDED_WITH_SKIPS: "Applied",
    HELD: "Held",
    SUPERSEDED: "Replaced",
    FAILED: "Failed",
    REJECTED: "Rejected",
  },
  triggers: {
    SETUP: "First sync",
    MANUAL: "By hand",
    SCHEDULE: "Timetable",
    WEBHOOK: "Personio's webhook",
    SETTINGS: "Changed settings",
  },
  modes: { FULL: "All people", INCREMENTAL: "Changed people" },
  incremental: (trigger: string) => `${trigger}, changed people`,
  result: ({ added, changed, left, skipped, isNothing }: Count) =>
    `${isNothing ? "No change" : `${added} added, ${changed} changed, ${left} left`}${skipped === "0" ? "" : ` · ${skipped} skipped`}`,
  whatChanged: "What it changed",
  aboutRun: "About this run",
  added: "Added",
  changed: "Changed",
  left: "Left",
  unchanged: "Unchanged",
  skipped: "Skipped",
  trigger: "Started by",
  mode: "Reads",
  queuedAt: "Requested",
  startedAt: "Started",
  finishedAt: "Ended",
  recordsRead: "Records read",
  supersededHelp: "A newer sync has replaced this plan, so it can no longer be approved.",
  newerPlan: "Open the newer plan",
  decision: "Decision",
  whyHeld: "Why this run waits",
  changedSince: "Personio has changed since you approved: this is the new plan",
  leave: "People who leave",
  change: "People who change",
  join: "People who join",
  mostCleared: "Most values emptied in one field",
  limit: (limit: string, current: string) => `Limit ${limit}, of ${people(current)}`,
  guard: (least: string, percent: string) => `Limit: ${least} people or ${percent} %, whichever is more`,
  clearedGuard: "Limit: half of those who have the field",
  approveHelp:
    "Approving reads Personio once more. Ordinary changes since then are applied too; if more people would leave, the run waits again.",
  approve: "Approve",
  reject: "Reject",
  planAgain: "Plan again",
  approveTitle: "Approve this plan?",
  approveLeaves: (count: string) =>
    `${people(count)} would leave the directory. Programs that follow it may close their accounts.`,
  approveNoLeaves: "This plan takes no person out of the directory.",
  typeLeaves: "Type how many people leave",
  wrongNumber: "This is not the number of people who leave. Look at the plan again.",
  approved: "Approved. The sync is queued.",
  rejectTitle: "Reject this plan?",
  rejectHelp:
    "The directory stays as it is. The next sync makes a new plan, and waits again if the cause is still there.",
  rejectSettings:
    "The directory stays as it is, and so do the settings. Set the former order of sources, or the next sync waits again.",
  rejected: "Rejected. The directory stays as it is.",
  alreadyDecided:
    "Another administrator has decided about this plan already, or a newer sync has replaced it. The page shows its present state.",
  otherRunUnderWay:
    "Another sync is running. This plan still waits: approve it again when that one has ended.",
  people: "The plan, person by person",
  byChange: "By change",
  byField: "By field",
  everyField: "Every field",
  fieldCount: (field: string, count: string, cleared: string) =>
    cleared === "0" ? `${field} (${count})` : `${field} (${count}, ${cleared} emptied)`,
  searchPeople: "Name, email or record number",
  noChanges: "No change matches these filters.",
  peopleCount: (count: number, text: string) => (count === 1 ? "1 person" : `${text} people`),
  changes: { ADD: "Joins", CHANGE: "Changes", LEAVE: "Leaves" },
  record: (id: string) => `Record ${id}`,
  before: "Before:",
  after: "After:",
  values: {
    empty: "empty",
    hidden: "hidden from you",
    yes: "Yes",
    no: "No",
    known: {
      ACTIVE: "Active",
      ONBOARDING: "Starting",
      LEAVE: "On leave",
      INACTIVE: "Left",
      INTERNAL: "Internal",
      EXTERNAL: "External",
    } as Record<string, string>,
  },
  fields,
  problems,
  advice,
  wordsOfTheService: "In the words of the service",
  allValues: (count: number) => `All values (${count})`,
  fieldsChanged: "Fields that change",
  fieldPeople: (count: string, cleared: string) =>
    cleared === "0" ? people(count) : `${people(count)}, ${cleared} emptied`,
  missing,
  lines,
};
