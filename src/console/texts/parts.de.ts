import { fields } from "./fields.de.ts";
import type { parts as en } from "./parts.en.ts";

export const parts: typeof en = {
  fields,
  statuses: { ACTIVE: "Aktiv", ONBOARDING: "Startet", LEAVE: "Abwesend", INACTIVE: "Ausgeschieden" },
  employmentTypes: { INTERNAL: "Intern", EXTERNAL: "Extern" },
  loading: "Wird geladen …",
  close: "Schließen",
  cancel: "Abbrechen",
  again: "Noch einmal versuchen",
  clear: "Zurücksetzen",
  all: "Alle",
  unknown: "Unbekannt",
  none: "Keine",
  more: (count) => `${count} weitere`,
  code: "Code",
  forbidden: "Das dürfen Sie nicht sehen.",
  forbiddenHelp: (scope) =>
    `Dafür ist das Recht ${scope} nötig. Wenden Sie sich an die Administratoren Ihres Verzeichnisses.`,
  hiddenFields: (fields) => `Für Sie verborgen, weil Ihre Firma es schützt: ${fields}.`,
  notConnected: "Der Dienst antwortet nicht. Die Seite versucht es von selbst wieder.",
  outcomeUnknown:
    "Der Dienst hat nicht geantwortet. Vielleicht hat er es getan, vielleicht nicht. Sehen Sie nach, sobald die Seite wieder verbunden ist, und entscheiden Sie dann.",
  somethingFailed: "Der Dienst hat mit einem Fehler geantwortet.",
  remove: (name) => `${name} entfernen`,
  removeFilter: (name) => `Filter ${name} entfernen`,
  sortBy: (column) => `Nach ${column} sortieren`,
  opensNewTab: "(öffnet sich in einem neuen Tab)",
  typeAName: "Namen eingeben",
  noPersonFound: "Keine Person heißt so.",
  required: "erforderlich",
  showMore: "Mehr zeigen",
};
