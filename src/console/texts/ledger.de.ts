import type { lines as linesEn, missing as missingEn } from "./ledger.en.ts";

export const missing: typeof missingEn = {
  title: "Fehlende Personen",
  lead: "Personen in Personio, die im Verzeichnis fehlen oder dort unvollständig sind.",
  all: "Alle Einträge",
  none: "Es fehlt niemand.",
  noneHelp: "Jeder Datensatz aus Personio steht vollständig im Verzeichnis.",
  byReason: "Nach Grund",
  search: "Name, E-Mail oder Nummer",
  noMatch: "Kein Eintrag passt.",
  count: (count, text) => (count === 1 ? "1 Eintrag" : `${text} Einträge`),
  noName: "Ohne Namen",
  since: (time) => `Seit ${time}`,
  why: "Warum fehlt eine Person?",
  whyLabel: "Dienstliche E-Mail, Name oder Nummer in Personio",
  whyHint: "Die Nummer steht am Ende der Adresse des Profils in Personio.",
  ask: "Nachsehen",
  isInDirectory: "Im Verzeichnis:",
  accountIsActive:
    "Das Konto beim Identitätsanbieter ist aktiv. Arbeitet die Person nicht hier, schließen Sie es dort.",
  accountIsClosed: "Das Konto beim Identitätsanbieter ist geschlossen.",
  toSync: "Zum Abgleich",
  settings: "Einstellungen der Firma",
  unknownName:
    "Der Name steht weder im Verzeichnis noch in dieser Liste. Suchen Sie mit der dienstlichen E-Mail: Dann werden auch die Konten beim Identitätsanbieter durchsucht.",
  reasons: {
    MISSING_WORK_EMAIL: {
      title: "Ohne dienstliche E-Mail",
      help: "Tragen Sie die E-Mail im Profil in Personio ein. Der nächste Abgleich nimmt die Person auf.",
    },
    STATUS_EXCLUDED: {
      title: "Status ausgeschlossen",
      help: "Für Ausgeschiedene ist nichts zu tun. Für einen anderen Status ändern Sie die Einstellungen der Firma.",
    },
    EXCLUDED: {
      title: "Durch Einstellungen ausgeschlossen",
      help: "Nichts zu tun, wenn das so gewollt ist. Sonst ändern Sie die Einstellungen der Firma.",
    },
    DUPLICATE_WORK_EMAIL: {
      title: "E-Mail doppelt vergeben",
      help: "Zwei aktuelle Datensätze haben dieselbe Adresse. Geben Sie jedem in Personio seine eigene.",
    },
    INVALID_RECORD: {
      title: "Unlesbarer Wert",
      help: "Berichtigen Sie das genannte Feld in Personio. Bis dahin bleibt der letzte lesbare Wert.",
    },
    AMBIGUOUS_REHIRE: {
      title: "Vielleicht wieder eingestellt",
      help: "Tragen Sie in beiden Profilen den Geburtstag oder die Personalnummer ein, damit der Abgleich sie zuordnen kann.",
    },
    SUPERVISOR_NOT_SYNCED: {
      title: "Führungskraft fehlt",
      help: "Sehen Sie nach, warum die Führungskraft fehlt, oder wählen Sie in Personio eine andere.",
    },
    SUPERVISOR_CYCLE: {
      title: "Führungskräfte im Kreis",
      help: "Berichtigen Sie in Personio die Führungskraft einer Person dieses Kreises.",
    },
  },
};

export const lines: typeof linesEn = {
  title: "Berichtslinien",
  lead: "Fehler, durch die ein Antrag nicht bei der richtigen Person landet. Berichtigen Sie sie in Personio; der nächste Abgleich entfernt den Eintrag.",
  none: "Jede Berichtslinie ist in Ordnung.",
  all: "Probleme",
  byKind: "Nach Art",
  kinds: {
    SUPERVISOR_CYCLE: "Kreis",
    SELF_SUPERVISED: "Eigene Führungskraft",
    SUPERVISOR_LEFT: "Führungskraft ausgeschieden",
    SUPERVISOR_NOT_SYNCED: "Führungskraft fehlt",
    NO_SUPERVISOR: "Ohne Führungskraft",
  },
  found: {
    SUPERVISOR_CYCLE: () => "Die Berichtslinie führt zu der Person zurück.",
    SELF_SUPERVISED: () => "Die Person ist ihre eigene Führungskraft.",
    SUPERVISOR_LEFT: () => "Die Führungskraft ist ausgeschieden.",
    SUPERVISOR_NOT_SYNCED: (record) =>
      `Die Führungskraft ist der Datensatz ${record} in Personio, der im Verzeichnis fehlt.`,
    NO_SUPERVISOR: () => "Die Person hat keine Führungskraft.",
  },
  advice: {
    SUPERVISOR_CYCLE:
      "Öffnen Sie die Person und folgen Sie der Berichtslinie. Berichtigen Sie dann in Personio die Führungskraft einer Person des Kreises.",
    SELF_SUPERVISED:
      "Wählen Sie im Profil in Personio eine andere Führungskraft, oder keine, wenn die Person ganz oben steht.",
    SUPERVISOR_LEFT:
      "Wählen Sie im Profil in Personio eine andere Führungskraft. Bis dahin genehmigt die nächste darüber.",
    SUPERVISOR_NOT_SYNCED:
      "Sehen Sie nach, warum dieser Datensatz fehlt, oder wählen Sie im Profil in Personio eine andere Führungskraft.",
    NO_SUPERVISOR:
      "Wählen Sie im Profil in Personio eine, außer die Person steht ganz oben. Hat niemand eine, geben Sie den Zugangsdaten in Personio das Attribut „Supervisor“ frei.",
  },
  why: (record) => `Warum fehlt der Datensatz ${record}?`,
};
