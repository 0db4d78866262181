const frame = {
  title: "Settings",
  navigation: "Settings",
  save: "Save",
  discard: "Discard",
  saved: "Saved",
  notRead: "Nothing was saved, because the page could not read what is stored now. Try again.",
  unchanged: "Nothing has changed.",
  draftLeft: "Your unsaved changes are still here.",
  changeIt: "Change",
  removeIt: "Remove",
  connect: "Connect Personio",
  change: (what: string) => `Change ${what}`,
  notConnected: "Personio is not connected",
  notConnectedHelp: "Connect Personio first. The directory, its fields and its offices come from there.",
  pages: {
    company: "Company",
    fields: "Fields and sources",
    lifecycle: "Events and offsets",
    offices: "Offices",
    approvers: "Approvers",
    webhooks: "Personio's webhook",
  },
};

const SHOWN = 3;

/** The first ids, each cut to 40 letters, because a user may paste any text. */
const shown = (ids: readonly string[]): string =>
  [
    ...ids.slice(0, SHOWN).map((id) => id.slice(0, 40)),
    ...(ids.length > SHOWN ? [`and ${ids.length - SHOWN} more`] : []),
  ].join(", ");

const company = {
  days: "Days",
  zone: "Time zone",
  zoneHint: "It applies to people whose office has no time zone. For example Europe/Berlin.",
  leapDay: "Birthdays and anniversaries of 29 February fall in other years on",
  leapDays: { FEBRUARY_28: "28 February", MARCH_1: "1 March" },
  who: "Who is in the directory",
  statuses: "People with one of these statuses enter the directory",
  statusesHint: "People in the directory stay when their status changes, also after they leave.",
  oneStatus: "Choose at least one status.",
  types: "Employment types",
  typesHint: "People without a type in Personio always belong in the directory.",
  entities: "Legal entities",
  entitiesHint: "People without a legal entity in Personio always belong in the directory.",
  one: "Choose at least one.",
  excluded: "Records that stay out",
  excludedHint: "Personio ids, such as those of test accounts: one in each line.",
  recordIds: "An entry among the records that stay out is not a Personio id.",
  tooManyRecords:
    "At most 1,000 records can stay out. Leave out larger groups by employment type or legal entity.",
  notRecordIds: (ids: readonly string[]) =>
    `Not a Personio id: ${shown(ids)}. Enter the number at the end of the address of a profile, such as 1042.`,
  leaving: "People who no longer belong in the directory leave it with the next full sync.",
  guard: "Guard",
  guardLead:
    "A sync is held for your review if it would take more people out of the directory than both limits allow.",
  guardPeople: "People",
  guardPercent: "Percent of the directory",
  wholeNumber: "Enter a whole number, 0 or more.",
  percent: "Enter a number from 0 to 100.",
  nextSync: "The next sync applies what you change here.",
  every: (hours: number, shown: string) =>
    `A sync runs every ${hours === 1 ? "hour" : `${shown} hours`}; the operator of the service sets how often, with`,
};

const fields = {
  lead: "Which fields the directory has, who may see them, and where their values come from.",
  field: "Field",
  right: "Needed right",
  sources: "Sources, in order",
  filled: "Filled for",
  attribute: "Attribute in Personio",
  attributeHint: "Attributes that the credential may read. A full sync then fills the field again.",
  mapIt: "Use this attribute",
  mapped: "The mapping is changed. A full sync follows.",
  hidden: "Hidden",
  required: "Always shown: the directory needs it.",
  noAttribute: "None",
  derived: "From the names below",
  ordered: "Saved. A sync applies the new order to all people.",
  people: (count: string) => (count === "1" ? "1 person" : `${count} people`),
  coverage: "How many people have a value, by source:",
  bySource: (source: string, count: string) => `${source}: ${count}`,
  rights: { OPEN: "people:read", HR: "people:hr", SENSITIVE: "people:sensitive" },
  sensitivities: {
    OPEN: "Everyone with people:read",
    HR: "HR: people:hr",
    SENSITIVE: "Sensitive: people:sensitive",
  },
  sensitivityHint: "The right can be the one of the schema, or a higher one.",
  sourcesHint:
    "The first source that has the field gives its value. A sync run applies a new order to all people.",
  first: (sources: readonly string[]) => sources.join(", then "),
  only: (source: string) => `Only ${source}`,
  savedButHeld:
    "Saved, but not applied yet: a sync is held. The directory applies the change when you approve a plan, or when the cause of the hold is gone.",
  heldPlan: "Review the held plan",
  hide: "Hide this field …",
  hideTitle: (field: string) => `Hide ${field}?`,
  deletes: "What hiding deletes, at once:",
  values: (count: number, number: string) =>
    count === 0
      ? "No person has a value now."
      : count === 1
        ? "The value of 1 person, also in held plans."
        : `The values of ${number} people, also in held plans.`,
  dates: (kinds: string) => `All events of these kinds in the log: ${kinds}. No new ones will fire.`,
  supervisor: "Every reporting line: approvals then go to the fallback approvers.",
  units: "Headcounts and filters by this field: no person has a value any more.",
  after: "Clients see the change as an event. Nothing is changed in Personio.",
  undo: "If you show it again, the next sync fills it. Deleted events do not come back.",
  confirmHide: "Hide and delete",
  show: "Show this field",
  showHint: "The next sync fills it from Personio.",
  shown: (field: string) => `${field} is shown. The next sync fills it.`,
  nowHidden: (field: string) => `${field} is hidden, and its values are deleted.`,
  none: "There are no fields",
};

const lifecycle = {
  lead: "Which events fire, and on which days around a date.",
  dated: "Dates",
  changes: "Changes that a sync finds",
  fires: ": events fire",
  offHint: "Dates that pass while a kind is off do not fire later.",
  notGranted:
    "The credential may not read this date in Personio. Known dates still fire; the sync receives no new ones.",
  offsets: (kind: string) => `${kind}: when its events fire`,
  theDay: "On the day",
  before: (days: number) => (days === 1 ? "1 day before" : `${days} days before`),
  after: (days: number) => (days === 1 ? "1 day after" : `${days} days after`),
  days: "Days",
  direction: "Before or after",
  directions: { before: "days before", after: "days after" },
  add: "Add",
  known: "This offset is registered.",
  range: "Enter a whole number from 1 to 180.",
  full: "A kind has at most 20 offsets.",
  coming: "Upcoming",
  added: (offset: string, kind: string) => `${kind} now fires ${offset} too.`,
  removed: (offset: string, kind: string) => `${kind} no longer fires ${offset}.`,
  switchedOn: (kind: string) => `${kind}: events fire again.`,
  switchedOff: (kind: string) => `${kind}: events no longer fire.`,
};

const offices = {
  lead: "A person's day begins in the time zone of their office, and their events fire then.",
  office: "Office",
  people: "People",
  zone: "Time zone",
  guessed: "Guess",
  guessedHint: "From the holiday calendar in Personio. Check it.",
  guesses: (count: number, number: string) =>
    count === 1 ? "1 zone is a guess: check it." : `${number} zones are guesses: check them.`,
  company: (zone: string) => `${zone}, the company's`,
  title: (office: string) => `Time zone of ${office}`,
  hint: "IANA name, such as Europe/Berlin. It applies from now on, and syncs keep it.",
  unset: "Remove the setting",
  unsetHint: "Without a setting, the guess applies if there is one, else the company's zone.",
  none: "There are no offices",
  noneHelp: "Offices come from Personio with the people who work there.",
};

const approvers = {
  lead: "Who approves when no supervisor in the reporting line may.",
  fallbacks: "Fallback approvers",
  company: "The whole company",
  none: "No fallback is set.",
  noneHelp: "Without one, requests of people without a supervisor have no approver.",
  for: "For",
  person: "Person",
  set: "Set",
  choose: "Choose a person.",
  replaces: (name: string) => `Replaces ${name}.`,
  nowApproves: (name: string, where: string) => `${name} is the fallback approver of: ${where}`,
  removed: "The fallback is removed.",
  try: "Try it",
  tryHint: "Whose request is it?",
};

const webhooks = {
  lead: "With a webhook, changes in Personio arrive within seconds. Scheduled syncs continue as well.",
  title: "Webhook",
  none: "There is no webhook.",
  noneHelp: "Changes arrive with the next scheduled sync.",
  address: "Address",
  created: "Created",
  received: "Last delivery",
  never: "None yet",
  create: "Create a webhook",
  renew: "Create a new one …",
  renewTitle: "Create a new webhook?",
  renewLead: "The address of the current one stops working at once.",
  confirm: "Create a new one",
  secretTitle: "The new webhook",
  once: "This is shown only once. Save the secret now if you create the webhook by hand.",
  inPersonio: "The webhook exists in Personio. Nothing is left to do.",
  byHand: "Create it in Personio by hand:",
  events: "Events",
  header: "Header",
  secret: "Secret",
  copy: (what: string) => `Copy: ${what}`,
  copyIt: "Copy",
  copied: "Copied",
  copyFailed: "The browser did not copy it. Select the text instead.",
  done: "Done",
};

/** The settings: what all their screens share, and one area for each screen. */
export const settings = { ...frame, company, fields, lifecycle, offices, approvers, webhooks };
