import type { Parameters, Sentence } from "../parts/problem-sentence.ts";
import type { ledger as en } from "./ledger-words.en.ts";

const isLeaver = (of: Parameters): string =>
  of("isLeaver") === "1" ? " Im Verzeichnis gilt die Person als ausgeschieden." : "";

const causes: (typeof en)["causes"] = {
  NO_WORK_EMAIL: () => "Der Datensatz hat keine dienstliche E-Mail. Darum fehlt die Person im Verzeichnis.",
  WORK_EMAIL_REMOVED: () =>
    "Die dienstliche E-Mail wurde in Personio entfernt. Das Verzeichnis behält die letzte, weil sie die Person eindeutig identifiziert.",
  REQUIRED_NOT_SENT: (of) =>
    `Bei diesem Datensatz hat Personio nicht gesendet: ${of("attributes")}. Darum fehlt die Person im Verzeichnis.`,
  LEFT_BEFORE_FIRST_SYNC: () => "Die Person ist in Personio inaktiv und war nie im Verzeichnis.",
  STATUS_NOT_SYNCED: (of) => `Personen mit dem Status „${of("status")}“ kommen nicht ins Verzeichnis.`,
  EXCLUDED_BY_SETTINGS: () => "Die Einstellungen der Firma schließen die Person aus.",
  EXCLUDED_RECORD: (of) => `Die Einstellungen der Firma schließen diesen Datensatz aus.${isLeaver(of)}`,
  EXCLUDED_EMPLOYMENT_TYPE: (of) =>
    `Die Einstellungen der Firma schließen Personen mit der Beschäftigung „${of("employmentType")}“ aus.${isLeaver(of)}`,
  EXCLUDED_LEGAL_ENTITY: (of) =>
    `Die Einstellungen der Firma schließen Personen der Gesellschaft „${of("legalEntity")}“ aus.${isLeaver(of)}`,
  EMPLOYMENT_TYPE_UNKNOWN: (of) =>
    `Die Firma wählt Personen nach Beschäftigung aus, und bei dieser Person ist sie nicht bekannt.${isLeaver(of)}`,
  LEGAL_ENTITY_UNKNOWN: (of) =>
    `Die Firma wählt Personen nach Gesellschaft aus, und bei dieser Person ist sie nicht bekannt.${isLeaver(of)}`,
  WORK_EMAIL_SHARED: (of) =>
    `Der Datensatz ${of("record")} hat dieselbe dienstliche E-Mail. ${
      of("field") === "–"
        ? "Darum fehlt diese Person im Verzeichnis."
        : "Diese Person behält ihre bisherige Adresse, wenn sie eine hat."
    }`,
  VALUE_UNREADABLE: (of) =>
    `Der Wert im Feld „${of("field")}“ ist nicht lesbar. Das Verzeichnis behält den letzten lesbaren Wert.`,
  RECORD_UNREADABLE: (of) =>
    `Der Wert im Feld „${of("field")}“ ist nicht lesbar. Darum fehlt die Person im Verzeichnis.`,
  PERHAPS_A_REHIRE: (of) =>
    `Diese dienstliche E-Mail gehörte früher zum Datensatz ${of("record")}. Aus den Profilen geht nicht hervor, ob es dieselbe Person ist, deshalb führt das Verzeichnis zwei Personen.`,
  SUPERVISOR_NOT_SYNCED: () =>
    "Die Führungskraft aus Personio ist nicht im Verzeichnis. Darum hat die Person hier keine Führungskraft.",
  SUPERVISOR_CYCLE: () => "Die Berichtslinie führt zu der Person zurück.",
};

const correct: Sentence = (of) =>
  `Berichtigen Sie den Wert im Profil in Personio.${of("expected") === "–" ? "" : ` Erwartet wird ${of("expected")}.`}`;

const causeHelp: (typeof en)["causeHelp"] = {
  WORK_EMAIL_REMOVED: () => "Tragen Sie die E-Mail im Profil in Personio wieder ein.",
  REQUIRED_NOT_SENT: (of) =>
    `Geben Sie für die Zugangsdaten in Personio frei: ${of("attributes")}. Ist das schon geschehen, ist nichts zu tun: Die Person kommt mit dem nächsten Abgleich, der den Wert erhält.`,
  LEFT_BEFORE_FIRST_SYNC: () =>
    "Nichts zu tun. Arbeitet die Person noch hier, berichtigen Sie den Status in Personio.",
  STATUS_NOT_SYNCED: () =>
    "Sollen Personen mit diesem Status ins Verzeichnis, ändern Sie die Einstellungen der Firma.",
  EMPLOYMENT_TYPE_UNKNOWN: () =>
    "Geben Sie das Attribut „Employment type“ in Personio frei, und blenden Sie das Feld nicht aus. Oder lassen Sie in den Einstellungen jede Beschäftigung zu.",
  LEGAL_ENTITY_UNKNOWN: () =>
    "Geben Sie das Attribut „Subcompany“ in Personio frei, und blenden Sie das Feld nicht aus. Oder lassen Sie in den Einstellungen jede Gesellschaft zu.",
  WORK_EMAIL_SHARED: () =>
    "Geben Sie jedem der beiden Profile in Personio eine eigene Adresse, oder setzen Sie das alte auf inaktiv.",
  VALUE_UNREADABLE: correct,
  RECORD_UNREADABLE: correct,
  PERHAPS_A_REHIRE: () =>
    "Tragen Sie in beiden Profilen in Personio den Geburtstag oder die Personalnummer ein. Der nächste Abgleich entfernt dann diesen Eintrag, und es bleiben zwei Personen. Gibt es das alte Profil nicht mehr, ist nichts zu tun.",
};

const expected: (typeof en)["expected"] = {
  workEmail: "eine E-Mail-Adresse",
  status: "onboarding, active, leave oder inactive",
  employmentType: "internal oder external",
  hireDate: "ein Datum",
  originalHireDate: "ein Datum",
  probationEndDate: "ein Datum",
  contractEndDate: "ein Datum",
  terminationDate: "ein Datum",
  dateOfBirth: "ein Datum",
};

const states: (typeof en)["states"] = {
  IN_DIRECTORY: null,
  INCOMPLETE: "Die Person ist im Verzeichnis, aber nicht vollständig:",
  LEAVER:
    "Diese Person ist ausgeschieden, deshalb fehlt sie in Listen. Die Liste der Personen zeigt sie mit dem Status „Ausgeschieden“.",
  SKIPPED: null,
  NEVER_SYNCED: "Es gab noch keinen erfolgreichen Abgleich, deshalb ist das Verzeichnis leer.",
  NOT_IN_PERSONIO:
    "Beim letzten Abgleich gab es in Personio keine solche Person. Prüfen Sie dort die Adresse oder die Nummer. Ist das Profil neu, gleichen Sie jetzt ab.",
  ACCOUNT_ONLY:
    "Beim Identitätsanbieter gibt es ein Konto mit dieser Adresse, in Personio gab es beim letzten Abgleich keine solche Person. Arbeitet sie hier, legen Sie das Profil in Personio an, oder berichtigen Sie dort die Adresse.",
  ACCOUNT_WITH_OTHER_EMAIL:
    "Beim Identitätsanbieter gibt es ein Konto mit diesem Benutzernamen, aber mit anderer oder ohne dienstliche E-Mail. Suchen Sie die Person mit der Adresse des Kontos, oder berichtigen Sie diese Adresse.",
};

export const ledger: typeof en = { causes, causeHelp, expected, states };
