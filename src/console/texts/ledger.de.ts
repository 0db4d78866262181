import type { lines as linesEn, missing as missingEn } from "./ledger.en.ts";

export const missing: typeof missingEn = {
  title: "Fehlende Personen",
  lead: "Personen in Personio, die im Verzeichnis fehlen oder dort unvollständig sind.",
  all: "Alle Einträge",
  none: "Es fehlt niemand.",
  noneHelp: "Jeder Datensatz von Personio ist im Verzeichnis, und vollständig.",
  byReason: "Nach Grund",
  search: "Name, E-Mail oder Nummer des Datensatzes",
  noMatch: "Kein Eintrag passt.",
  count: (count, text) => (count === 1 ? "1 Eintrag" : `${text} Einträge`),
  noName: "Ohne Namen",
  since: (time) => `Seit ${time}`,
  why: "Warum fehlt eine Person?",
  whyLabel: "Dienstliche E-Mail, Name oder die Nummer des Datensatzes in Personio",
  whyHint: "Die Nummer steht am Ende der Adresse des Profils in Personio.",
  ask: "Nachsehen",
  isInDirectory: "Im Verzeichnis:",
  hasLeft:
    "Diese Person ist ausgeschieden, deshalb fehlt sie in Listen. Die Liste der Personen zeigt sie mit dem Status „Ausgeschieden“.",
  notInPersonio:
    "Die Liste von Personio hatte beim letzten Abgleich keine solche Person. Prüfen Sie dort die Adresse oder die Nummer. Ist das Profil neu, gleichen Sie jetzt ab.",
  toSync: "Zum Abgleich",
  settings: "Einstellungen der Firma",
  unknownName:
    "Weder das Verzeichnis noch diese Liste hat diesen Namen. Fragen Sie mit der E-Mail: Dann zählt auch ein Konto beim Identity Provider.",
  emailRemoved:
    "HR hat die Adresse in Personio entfernt, und das Verzeichnis behält die letzte. Tragen Sie die E-Mail im Profil wieder ein.",
  reasons: {
    MISSING_WORK_EMAIL: {
      title: "Ohne dienstliche E-Mail",
      help: "Tragen Sie die E-Mail im Profil in Personio ein. Der nächste Abgleich nimmt die Person auf.",
    },
    STATUS_EXCLUDED: {
      title: "Status nicht abgeglichen",
      help: "Für Ausgeschiedene ist nichts zu tun. Für einen anderen Status ändern Sie die Einstellungen der Firma.",
    },
    EXCLUDED: {
      title: "Durch Einstellungen ausgeschlossen",
      help: "Nichts zu tun, wenn das so gewollt ist. Sonst ändern Sie die Einstellungen der Firma.",
    },
    DUPLICATE_WORK_EMAIL: {
      title: "Geteilte E-Mail",
      help: "Zwei aktuelle Datensätze teilen eine Adresse. Geben Sie jedem in Personio seine eigene.",
    },
    INVALID_RECORD: {
      title: "Unlesbarer Wert",
      help: "Berichtigen Sie das genannte Feld in Personio. Bis dahin bleibt der letzte gute Wert.",
    },
    AMBIGUOUS_REHIRE: {
      title: "Vielleicht eine Rückkehr",
      help: "Tragen Sie Geburtstag oder Personalnummer in beiden Datensätzen ein, damit sie sich zuordnen lassen.",
    },
    SUPERVISOR_NOT_SYNCED: {
      title: "Vorgesetzte Person fehlt",
      help: "Sehen Sie nach, warum die vorgesetzte Person fehlt, oder wählen Sie in Personio eine andere.",
    },
    SUPERVISOR_CYCLE: {
      title: "Kreis von Vorgesetzten",
      help: "Berichtigen Sie in Personio, wem eine Person des Kreises unterstellt ist.",
    },
  },
};

export const lines: typeof linesEn = {
  title: "Berichtslinien",
  lead: "Was Genehmigungen von der richtigen Person fernhält. Berichtigen Sie es in Personio; der nächste Abgleich entfernt den Eintrag.",
  none: "Jede Berichtslinie ist in Ordnung.",
  all: "Probleme",
  byKind: "Nach Art",
  kinds: {
    SUPERVISOR_CYCLE: "Kreis",
    SELF_SUPERVISED: "Sich selbst unterstellt",
    SUPERVISOR_LEFT: "Vorgesetzte Person ausgeschieden",
    SUPERVISOR_NOT_SYNCED: "Vorgesetzte Person fehlt",
    NO_SUPERVISOR: "Ohne vorgesetzte Person",
  },
  found: {
    SUPERVISOR_CYCLE: () => "Die Berichtslinie führt zu der Person zurück.",
    SELF_SUPERVISED: () => "Die Person ist sich selbst unterstellt.",
    SUPERVISOR_LEFT: () => "Die vorgesetzte Person ist ausgeschieden.",
    SUPERVISOR_NOT_SYNCED: (record) =>
      `Die vorgesetzte Person ist der Datensatz ${record} in Personio, der im Verzeichnis fehlt.`,
    NO_SUPERVISOR: () => "Die Person hat keine vorgesetzte Person.",
  },
  advice: {
    SUPERVISOR_CYCLE:
      "Öffnen Sie die Person und folgen Sie der Berichtslinie. Berichtigen Sie dann in Personio, wem eine Person des Kreises unterstellt ist.",
    SELF_SUPERVISED:
      "Wählen Sie im Profil in Personio eine andere vorgesetzte Person, oder keine, wenn die Person ganz oben steht.",
    SUPERVISOR_LEFT:
      "Wählen Sie im Profil in Personio eine andere vorgesetzte Person. Bis dahin genehmigt die nächste darüber.",
    SUPERVISOR_NOT_SYNCED:
      "Sehen Sie nach, warum dieser Datensatz fehlt, oder wählen Sie im Profil in Personio eine andere vorgesetzte Person.",
    NO_SUPERVISOR:
      "Wählen Sie im Profil in Personio eine, außer die Person steht ganz oben. Hat niemand eine, dann erlauben Sie den Zugangsdaten in Personio, Vorgesetzte zu lesen.",
  },
  why: (record) => `Warum fehlt der Datensatz ${record}?`,
};
