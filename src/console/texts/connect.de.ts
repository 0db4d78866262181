import type { connect as en } from "./connect.en.ts";

const peopleAre = (count: string): string => (count === "1" ? "1 Person ist" : `${count} Personen sind`);

export const connect: typeof en = {
  title: "Personio verbinden",
  steps: "Schritte der Einrichtung",
  stepNames: {
    credential: "Zugangsdaten",
    rights: "Was wir lesen dürfen",
    mapping: "Felder",
    people: "Personen",
  },
  next: (step) => `Weiter: ${step}`,
  inPersonio: "In Personio",
  instructions: [
    "Öffnen Sie Marketplace > Verbundene Integrationen, und legen Sie eine eigene Integration an. In älteren Konten: Einstellungen > Integrationen > API-Zugangsdaten.",
    "Geben Sie ihr das Recht, Personen zu lesen.",
    "Wählen Sie die Attribute aus, die im Verzeichnis stehen dürfen.",
    "Speichern Sie, und kopieren Sie die Client-ID und das Geheimnis.",
  ],
  attributesToTick: "Welche Attribute Sie auswählen",
  needed: "Nötig:",
  neededAttributes: "Email, First name, Last name, Status",
  useful: "Nützlich:",
  usefulAttributes:
    "Position, Department, Team, Cost center, Office, Subcompany, Supervisor, Employment type, Hire date, Probation period end, Contract ends, Termination date, Birthday, Personnel number, Name (preferred), Public holidays",
  here: "Hier",
  connectAgain:
    "Mit anderen Zugangsdaten beginnt die Prüfung von vorn. Ausgeblendete Felder bleiben ausgeblendet.",
  clientId: "Client-ID",
  clientSecret: "Geheimnis",
  secretHint: "Wird verschlüsselt gespeichert und nie wieder gezeigt.",
  checkAndGoOn: "Prüfen und weiter",
  checkAndSave: "Prüfen und speichern",
  update: "Zugangsdaten erneuern",
  updateHelp: "Für ein neues Geheimnis desselben Kontos. Das Verzeichnis bleibt, wie es ist.",
  updateBroken:
    "Personio nimmt die gespeicherten Zugangsdaten nicht mehr an. Geben Sie neue ein, und der nächste Abgleich beginnt sofort.",
  updated: "Die Zugangsdaten sind erneuert.",
  back: "Zurück",
  allGranted: "Alles ist freigegeben, was das Verzeichnis nutzen kann",
  allGrantedHelp: "Die Zugangsdaten dürfen jedes Attribut lesen, das ein Feld füllt.",
  missing: (count) => (count === 1 ? "1 Attribut fehlt" : `${count} Attribute fehlen`),
  missingHelp:
    "Bei jedem Attribut steht, was dem Verzeichnis ohne es fehlt. Wählen Sie in Personio die gewünschten aus, und prüfen Sie dann erneut. Weitere können Sie später hinzufügen.",
  checkAgain: "Erneut prüfen",
  checked: "Geprüft: Das gibt Personio jetzt frei.",
  granted: "Freigegeben",
  feeds: (fields) => `für ${fields}`,
  blockedByRights: "Ohne diese Attribute gibt es kein Verzeichnis.",
  mappingLead:
    "Die Felder des Verzeichnisses, das Attribut, das jedes füllt, und ein Beispiel. Es sind Vorschläge: Ändern Sie, was nicht stimmt.",
  fields: "Felder des Verzeichnisses",
  requiredField: "(nötig)",
  attributeFor: (field) => `Attribut für ${field}`,
  undecided: "Kein Attribut freigegeben",
  hide: "Nicht übernehmen",
  notGranted: (label) => `${label} (nicht freigegeben)`,
  unmapped: "Dieses Feld braucht ein freigegebenes Attribut.",
  proposed: "Vorschlag",
  changed: "Geändert",
  example: "Beispiel:",
  noExample: "Kein Beispiel",
  custom: "Attribute Ihrer Firma",
  customHelp: "Ausgewählte Attribute stehen im Verzeichnis neben den Feldern.",
  blockedByMapping: "Ein nötiges Feld hat kein Attribut.",
  people: "Personen",
  columns: ["Name", "E-Mail", "Position", "Abteilung", "Führungskraft", "Status"],
  readingPeople: "Die Personen werden aus Personio gelesen …",
  peopleIn: (count, text) =>
    count === 1 ? "1 Person käme ins Verzeichnis" : `${text} Personen kämen ins Verzeichnis`,
  firstOfThem: (count) => `Die ersten ${count} davon:`,
  skipped: (count, text) =>
    count === 1 ? "1 Datensatz würde übersprungen" : `${text} Datensätze würden übersprungen`,
  skippedHelp:
    "Sie können jetzt abschließen und dies später in Personio berichtigen: Der nächste Abgleich nimmt diese Personen auf.",
  noneSkipped: "Jeder Datensatz ist vollständig.",
  finish: "Abschließen und abgleichen",
  finishHelp: (hours, shown) =>
    `Startet den ersten Abgleich; danach folgt ${hours === 1 ? "jede Stunde" : `alle ${shown} Stunden`} einer. Wie oft, legt der Betreiber fest.`,
  blockedByProblem: "Lösen Sie zuerst das Problem oben.",
  waitForPeople: "Die Personen sind noch nicht gelesen.",
  firstSync: "Der erste Abgleich läuft",
  firstSyncEnded: "Der erste Abgleich ist beendet",
  firstSyncHeld: "Der erste Abgleich wartet auf Ihre Entscheidung",
  firstSyncHeldHelp:
    "Er würde viele Personen aus dem Verzeichnis nehmen, etwa die des bisherigen Kontos. Noch ist nichts geändert.",
  firstSyncFailed: "Er hat das Verzeichnis nicht geändert. Öffnen Sie den Lauf, um zu sehen, warum.",
  imported: (added, skipped) =>
    skipped === "0"
      ? `${peopleAre(added)} im Verzeichnis.`
      : `${peopleAre(added)} im Verzeichnis, ${skipped === "1" ? "1 Datensatz wurde" : `${skipped} Datensätze wurden`} übersprungen.`,
  toPeople: "Verzeichnis öffnen",
  toMissing: "Wer fehlt?",
  toRun: "Lauf öffnen",
  toSync: "Abgleich öffnen",
  connected: "Verbundenes Konto",
  broken: "Die Verbindung ist gestört",
  disconnectAsk: "Trennen …",
  disconnectHelp: "Zum Beispiel, um ein anderes Konto zu verbinden. Das Verzeichnis bleibt.",
  disconnectTitle: "Dieses Konto trennen?",
  disconnectLead:
    "Geheimnis und Webhook werden gelöscht, und kein Abgleich läuft mehr. Das Verzeichnis bleibt, wie es ist, und ist weiter erreichbar. Später können Sie dieses oder ein anderes Konto verbinden.",
  disconnect: "Trennen",
  disconnected: "Getrennt. Das Verzeichnis bleibt, wie es ist.",
  connectedAt: "Verbunden",
  lastSucceededAt: "Stand des Verzeichnisses",
};
