import { lines, missing } from "./ledger.de.ts";
import type { sync as en } from "./sync.en.ts";

const people = (count: string): string => (count === "1" ? "1 Person" : `${count} Personen`);

const fields: (typeof en)["fields"] = {
  workEmail: "Dienstliche E-Mail",
  firstName: "Vorname",
  lastName: "Nachname",
  preferredName: "Rufname",
  displayName: "Angezeigter Name",
  status: "Status",
  position: "Position",
  department: "Abteilung",
  office: "Standort",
  legalEntity: "Gesellschaft",
  subCompany: "Untergesellschaft",
  team: "Team",
  costCenter: "Kostenstelle",
  supervisor: "Vorgesetzte",
  employmentType: "Art der Anstellung",
  employeeId: "Personalnummer",
  hireDate: "Erster Tag",
  originalHireDate: "Allererster Tag",
  probationEndDate: "Ende der Probezeit",
  contractEndDate: "Vertragsende",
  terminationDate: "Letzter Tag",
  endedOn: "Beendet am",
  dateOfBirth: "Geburtsdatum",
  personioId: "Datensatz in Personio",
  next: "Kommender Datensatz in Personio",
  continuesOn: "Geht weiter ab",
  customAttributes: "Eigene Attribute",
};

export const sync: typeof en = {
  title: "Abgleich",
  tabs: "Rund um den Abgleich",
  connection: "Verbindung",
  state: "Stand des Abgleichs",
  upToDate: (time) => `Auf dem Stand von ${time}.`,
  neverSynced: "Noch kein Abgleich war erfolgreich.",
  brokenSince: (time) =>
    time
      ? `Personio ist nicht verbunden. Das Verzeichnis hat den Stand von ${time}.`
      : "Personio ist nicht verbunden.",
  nextAt: (time) => `Nächster Abgleich: ${time}.`,
  updateCredential: "Zugang erneuern",
  setupOpen: "Die Einrichtung ist nicht abgeschlossen.",
  setupOpenHelp:
    "Prüfen Sie, was der erste Abgleich bringt, und schließen Sie dann ab. Bis dahin wird nichts übernommen.",
  continueSetup: "Einrichtung fortsetzen",
  notConnected: "Es ist kein Personio-Konto verbunden.",
  notConnectedHelp: "Verbinden Sie das Konto Ihrer Firma, und das Verzeichnis füllt sich.",
  connect: "Personio verbinden",
  syncNow: "Jetzt abgleichen",
  plan: "Nur planen",
  planHelp: "Zeigt, was ein Abgleich ändern würde, und ändert nichts",
  alreadyRunning: "Ein Abgleich läuft.",
  progress: "Fortschritt des Abgleichs",
  waiting: "Wartet …",
  reading: "Liest aus Personio …",
  applying: "Vergleicht und übernimmt. Personen, die in Personio fehlen, werden einzeln nachgesehen …",
  readOf: (read, total) => `${read} von ${total}`,
  heldHelp: "Ein Plan wartet auf Ihre Entscheidung.",
  reviewPlan: "Plan prüfen",
  runs: "Läufe",
  runsShown: "Welche Läufe",
  runFilters: { held: "Angehalten", failed: "Fehlgeschlagen", applied: "Übernommen" },
  noRuns: "Es gab noch keinen Abgleich.",
  noSuchRuns: "Kein Lauf endete so.",
  run: "Lauf",
  runOf: (time) => `Abgleich vom ${time}`,
  unknownRun: "Diesen Lauf gibt es nicht.",
  unknownRunHelp: "Vielleicht ist die Adresse falsch, oder sie gehört zu einer anderen Firma.",
  toRuns: "Alle Läufe",
  statuses: {
    QUEUED: "Wartet",
    RUNNING: "Läuft",
    SUCCEEDED: "Übernommen",
    SUCCEEDED_WITH_SKIPS: "Übernommen",
    HELD: "Angehalten",
    SUPERSEDED: "Ersetzt",
    FAILED: "Fehlgeschlagen",
    REJECTED: "Abgelehnt",
  },
  triggers: {
    SETUP: "Erster Abgleich",
    MANUAL: "Von Hand",
    SCHEDULE: "Zeitplan",
    WEBHOOK: "Webhook von Personio",
    SETTINGS: "Geänderte Einstellungen",
  },
  modes: { FULL: "Alle Personen", INCREMENTAL: "Geänderte Personen" },
  incremental: (trigger) => `${trigger}, geänderte Personen`,
  result: ({ added, changed, left, skipped, isNothing }) =>
    `${isNothing ? "Keine Änderung" : `${added} neu, ${changed} geändert, ${left} ausgeschieden`}${skipped === "0" ? "" : ` · ${skipped} ausgelassen`}`,
  whatChanged: "Was er geändert hat",
  aboutRun: "Über diesen Lauf",
  added: "Neu",
  changed: "Geändert",
  left: "Ausgeschieden",
  unchanged: "Unverändert",
  skipped: "Ausgelassen",
  trigger: "Anlass",
  mode: "Liest",
  queuedAt: "Angefordert",
  startedAt: "Begonnen",
  finishedAt: "Beendet",
  recordsRead: "Gelesene Datensätze",
  supersededHelp: "Ein neuerer Abgleich hat diesen Plan ersetzt. Er kann nicht mehr genehmigt werden.",
  newerPlan: "Neueren Plan öffnen",
  decision: "Entscheidung",
  whyHeld: "Warum dieser Lauf wartet",
  changedSince: "Personio hat sich seit Ihrer Genehmigung geändert: Dies ist der neue Plan",
  leave: "Personen, die ausscheiden",
  change: "Personen, die sich ändern",
  join: "Personen, die dazukommen",
  mostCleared: "Meiste geleerte Werte in einem Feld",
  limit: (limit, current) => `Grenze ${limit}, von ${people(current)}`,
  guard: (least, percent) => `Grenze: ${least} Personen oder ${percent} %, je nachdem, was mehr ist`,
  clearedGuard: "Grenze: die Hälfte der Personen mit diesem Feld",
  approveHelp:
    "Die Genehmigung liest Personio noch einmal. Gewöhnliche Änderungen seitdem werden auch übernommen. Würden mehr Personen ausscheiden, wartet der Lauf erneut.",
  approve: "Genehmigen",
  reject: "Ablehnen",
  planAgain: "Neu planen",
  approveTitle: "Diesen Plan genehmigen?",
  approveLeaves: (count) =>
    `${people(count)} ${count === "1" ? "scheidet" : "scheiden"} aus dem Verzeichnis aus. Programme, die ihm folgen, schließen womöglich Konten.`,
  approveNoLeaves: "Dieser Plan nimmt keine Person aus dem Verzeichnis.",
  typeLeaves: "Geben Sie ein, wie viele Personen ausscheiden",
  wrongNumber: "Das ist nicht die Zahl der Personen, die ausscheiden. Sehen Sie den Plan noch einmal an.",
  approved: "Genehmigt. Der Abgleich steht in der Warteschlange.",
  rejectTitle: "Diesen Plan ablehnen?",
  rejectHelp:
    "Das Verzeichnis bleibt, wie es ist. Der nächste Abgleich plant neu und wartet wieder, wenn die Ursache noch da ist.",
  rejectSettings:
    "Das Verzeichnis bleibt, wie es ist, und die Einstellungen auch. Stellen Sie die frühere Reihenfolge der Quellen ein, sonst wartet der nächste Abgleich wieder.",
  rejected: "Abgelehnt. Das Verzeichnis bleibt, wie es ist.",
  alreadyDecided:
    "Über diesen Plan wurde schon entschieden, oder ein neuerer Abgleich hat ihn ersetzt. Die Seite zeigt den jetzigen Stand.",
  otherRunUnderWay:
    "Ein anderer Abgleich läuft. Dieser Plan wartet weiter: Genehmigen Sie ihn erneut, wenn jener beendet ist.",
  people: "Der Plan, Person für Person",
  byChange: "Nach Änderung",
  byField: "Nach Feld",
  everyField: "Jedes Feld",
  fieldCount: (field, count, cleared) =>
    cleared === "0" ? `${field} (${count})` : `${field} (${count}, ${cleared} geleert)`,
  searchPeople: "Name, E-Mail oder Nummer des Datensatzes",
  noChanges: "Keine Änderung passt zu diesen Filtern.",
  peopleCount: (count, text) => (count === 1 ? "1 Person" : `${text} Personen`),
  changes: { ADD: "Kommt dazu", CHANGE: "Ändert sich", LEAVE: "Scheidet aus" },
  record: (id) => `Datensatz ${id}`,
  before: "Vorher:",
  after: "Nachher:",
  values: {
    empty: "leer",
    hidden: "für Sie verborgen",
    yes: "Ja",
    no: "Nein",
    known: {
      ACTIVE: "Aktiv",
      ONBOARDING: "Beginnt",
      LEAVE: "Abwesend",
      INACTIVE: "Ausgeschieden",
      INTERNAL: "Intern",
      EXTERNAL: "Extern",
    },
  },
  fields,
  problems: {
    LEAVER_GUARD: (of) =>
      of("leaving") === "–"
        ? `In der Liste von Personio fehlen ${of("unconfirmed")} Personen, zu viele, um jede nachzuschlagen.`
        : `${of("leaving")} von ${of("current")} Personen würden auf einmal ausscheiden. Die Grenze ist ${of("limit")}.`,
    FIELD_GUARD: (of) =>
      `${fields[of("field")] ?? of("field")} würde für ${of("cleared")} der ${of("had")} Personen leer, die es haben.`,
    SYNC_PLAN_OUTDATED: (of) =>
      of("othersLeaving") === "–"
        ? `Personio hat sich seit der Genehmigung geändert: ${fields[of("field")] ?? of("field")} würde für ${of("cleared")} Personen leer.`
        : `Personio hat sich seit der Genehmigung geändert: ${of("othersLeaving") === "1" ? "1 weitere Person würde" : `${of("othersLeaving")} weitere Personen würden`} ausscheiden.`,
    SYNC_PLANNED_ONLY: () => "Dieser Lauf hat nur geplant.",
    PERSONIO_CREDENTIALS_INVALID: () => "Personio weist den Zugang zurück.",
    PERSONIO_ACCESS_MISSING: (of) =>
      of("attributes") === "–"
        ? "Dem Zugang fehlt ein Recht."
        : `Der Zugang darf nicht lesen: ${of("attributes")}.`,
    PERSONIO_UNAVAILABLE: () => "Personio antwortet nicht.",
    PERSONIO_RATE_LIMITED: () => "Personio verlangt eine Pause.",
    PERSONIO_SNAPSHOT_EMPTY: () => "Personio lieferte keine einzige Person.",
    PERSONIO_SNAPSHOT_INCOMPLETE: () =>
      "Die Liste von Personio war unvollständig. Darum schied niemand aus, der fehlte.",
    PERSONIO_RECORD_UNREADABLE: () =>
      "Einige Datensätze waren nicht lesbar. Diese Personen bleiben, wie sie sind.",
    ATTRIBUTE_NOT_READABLE: (of) => `Der Zugang darf ${of("attribute")} nicht mehr lesen.`,
    SECRET_UNREADABLE: () =>
      "Das gespeicherte Geheimnis lässt sich nicht öffnen: Geben Sie den Zugang erneut ein.",
    SYNC_INTERRUPTED: () => "Der Abgleich wurde zu oft unterbrochen.",
    SYNC_FAILED: () => "Der Abgleich ist in diesem Dienst fehlgeschlagen.",
  },
  advice: {
    LEAVER_GUARD:
      "Sehen Sie sich die Personen unten an. Sind sie wirklich ausgeschieden, genehmigen Sie. Wenn nicht, lehnen Sie ab und prüfen in Personio, was der Zugang lesen darf.",
    FIELD_GUARD:
      "Sehen Sie sich die Personen unten an. Sollen die Werte wegfallen, genehmigen Sie. Wenn nicht, lehnen Sie ab und prüfen das Attribut in Personio.",
    SYNC_PLAN_OUTDATED:
      "Es wurde nichts geändert. Sehen Sie sich den neuen Plan an und entscheiden Sie erneut.",
    SYNC_PLANNED_ONLY:
      "Genehmigen Sie ihn, lehnen Sie ihn ab, oder lassen Sie ihn: Der nächste Abgleich ersetzt ihn.",
  },
  wordsOfTheService: "In den Worten des Dienstes",
  allValues: (count) => `Alle Werte (${count})`,
  fieldsChanged: "Felder, die sich ändern",
  fieldPeople: (count, cleared) => (cleared === "0" ? people(count) : `${people(count)}, ${cleared} geleert`),
  missing,
  lines,
};
