import { fields } from "./fields.de.ts";
import type { people as en } from "./people.en.ts";

export const people: typeof en = {
  count: (count, text) => (count === 1 ? "1 Person" : `${text} Personen`),
  search: "Nach Name, Position oder E-Mail suchen",
  filter: "Filtern",
  filtersSet: "Filter",
  clearFilters: "Filter zurücksetzen",
  narrow: "Zum Eingrenzen tippen",
  filters: {
    status: "Status",
    starting: "Noch nicht gestartet",
    department: "Abteilung",
    office: "Standort",
    entity: "Gesellschaft",
    type: "Beschäftigung",
    reportsTo: "Berichtet an",
  },
  columnsLabel: "Spalten",
  columns: { ...fields, name: fields.displayName, personnelNumber: "Personalnr." },
  listEnds: (count) =>
    `Die Liste zeigt die ersten ${count} Personen. Filtern Sie, oder exportieren Sie alle.`,
  export: "Als CSV exportieren",
  exporting: (done, count) => `${done} von ${count} exportiert – abbrechen`,
  exportFailed: "Der Export wurde abgebrochen. Es wurde keine Datei geschrieben.",
  noMatch: "Keine Person passt zu diesen Filtern.",
  noMatchFor: (text) => `Keine Person passt zu „${text}“.`,
  noMatchHelp:
    "Die Suche findet Wortanfänge. Wer nicht mehr hier arbeitet, erscheint mit dem Status „Ausgeschieden“.",
  noPeople: "Im Verzeichnis ist noch niemand.",
  noPeopleHelp: "Sobald die Administratoren Ihrer Firma Personio verbinden, erscheinen hier alle.",
  firstSync: "Personio ist verbunden. Die Personen erscheinen mit dem ersten Abgleich.",
  notConnected: "Verbinden Sie Personio, um das Verzeichnis zu füllen.",
  notConnectedHelp: "Es sind vier Schritte. Sie sehen, wer aufgenommen wird, bevor etwas gespeichert wird.",
  connect: "Personio verbinden",
};
