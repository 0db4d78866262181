import { fields } from "./fields.de.ts";
import type { person as en } from "./person.en.ts";

export const person: typeof en = {
  title: "Person",
  unknown: "Diese Person ist nicht im Verzeichnis.",
  unknownHelp: "Vielleicht ist die Adresse alt, oder sie gehört zu einer anderen Firma.",
  toPeople: "Personen suchen",
  startsOn: (day) => `Startet am ${day}`,
  work: "Arbeit",
  dates: "Termine",
  nothingKnown: "Die Personalabteilung hat hier nichts eingetragen.",
  hiddenHr:
    "Probezeit, Vertrag, letzter Tag und Geburtstag brauchen das Recht people:hr und bleiben für Sie verborgen.",
  hiddenSensitive: "Das Geburtsdatum braucht das Recht people:sensitive und bleibt für Sie verborgen.",
  customAttributes: "Weitere Angaben",
  reportingLine: "Berichtslinie",
  atTheTop: "An der Spitze, oder die Führungskraft fehlt im Verzeichnis",
  inOrganisation: "In der Organisation zeigen",
  reports: "Berichten an diese Person",
  reportsInList: "Als Liste öffnen",
  approver: "Genehmigung",
  noApprover: "Niemand darf genehmigen.",
  askOtherwise: "Andere Ebene oder andere antragstellende Person prüfen",
  level: "Ebene",
  levelName: (level) => (level === 1 ? "Direkte Führungskraft" : `Ebene ${level} darüber`),
  requester: "Antrag von",
  requesterHint: "Wer etwas beantragt, genehmigt es nie selbst.",
  includeOnLeave: "Abwesende dürfen genehmigen",
  trace: "Wer infrage kam, der Reihe nach",
  fallback: "Vertretung",
  approves: "Genehmigt",
  outcomes: {
    SUPERVISOR: "Die Führungskraft dieser Ebene genehmigt.",
    ESCALATED: "Näher in der Linie darf niemand genehmigen, deshalb genehmigt diese Person.",
    FALLBACK: "In der Berichtslinie darf niemand genehmigen, deshalb genehmigt die Vertretung.",
    NO_APPROVER: "Niemand darf genehmigen. Legen Sie in den Einstellungen eine Vertretung fest.",
  },
  skipped: {
    CYCLE: "Die Berichtslinie ist ein Kreis",
    IS_REQUESTER: "Hat den Antrag gestellt",
    IS_SUBJECT: "Es geht um diese Person",
    LEFT: "Ausgeschieden",
    ON_LEAVE: "Abwesend",
    PRE_HIRE: "Noch nicht gestartet",
  },
  sources: "Quellen der Felder",
  decided: "Felder aus einer anderen Quelle oder mit Werten aus zweien",
  fromPersonioAlone: (count) =>
    count === 1
      ? "1 Feld hat nur in Personio einen Wert"
      : `${count} Felder haben nur in Personio einen Wert`,
  field: "Feld",
  source: "Quelle",
  otherValue: "Die andere Quelle hat",
  since: "Seit",
  sourceNames: { PERSONIO: "Personio", IDP: "Identitätsanbieter" },
  fields,
  ledger: "Nicht vollständig",
  coming: "Kommende Termine",
  nothingComing: "Kein Termin im nächsten Jahr.",
  silent: "Ohne Ereignis",
  offset: (days, day) =>
    `${Math.abs(days) === 1 ? "1 Tag" : `${Math.abs(days)} Tage`} ${days < 0 ? "vor" : "nach"} dem ${day}`,
  events: "Bisherige Ereignisse",
  noEvents: "Seit dem ersten Abgleich gab es keine Ereignisse.",
  late: "Verspätet",
  changes: { CANCELLED: "Entfallen", RESCHEDULED: "Verschoben" },
  kind: (kind, years) => {
    if (kind === "WORK_ANNIVERSARY" && years !== undefined)
      return `Betriebsjubiläum: ${years} ${years === 1 ? "Jahr" : "Jahre"}`;
    return KINDS[kind] ?? kind;
  },
};

const KINDS: Readonly<Record<string, string>> = {
  HIRE_DATE: "Erster Tag",
  PROBATION_END: "Ende der Probezeit",
  CONTRACT_END_DATE: "Vertragsende",
  TERMINATION_DATE: "Letzter Tag",
  WORK_ANNIVERSARY: "Betriebsjubiläum",
  BIRTHDAY: "Geburtstag",
  PERSON_ADDED: "Ins Verzeichnis aufgenommen",
  PERSON_CHANGED: "Geändert",
  SUPERVISOR_CHANGED: "Neue Führungskraft",
  PERSON_LEFT: "Ausgeschieden",
  PERSON_RETURNED: "Zurückgekehrt",
};
