import type { settings as en } from "./settings.en.ts";

const frame: Omit<typeof en, "company" | "fields" | "lifecycle" | "offices" | "approvers" | "webhooks"> = {
  title: "Einstellungen",
  navigation: "Einstellungen",
  save: "Speichern",
  discard: "Verwerfen",
  saved: "Gespeichert",
  notRead:
    "Es wurde nichts gespeichert, denn die Seite konnte den aktuellen Stand nicht lesen. Versuchen Sie es noch einmal.",
  unchanged: "Es gibt nichts zu speichern.",
  draftLeft: "Ihre nicht gespeicherten Änderungen sind noch hier.",
  changeIt: "Ändern",
  removeIt: "Entfernen",
  connect: "Personio verbinden",
  change: (what) => `${what} ändern`,
  notConnected: "Personio ist nicht verbunden",
  notConnectedHelp:
    "Verbinden Sie zuerst Personio. Das Verzeichnis, seine Felder und seine Standorte kommen von dort.",
  pages: {
    company: "Firma",
    fields: "Felder und Quellen",
    lifecycle: "Ereignisse und Vorlauf",
    offices: "Standorte",
    approvers: "Genehmigung",
    webhooks: "Webhook von Personio",
  },
};

const SHOWN = 3;

/** The first ids, each cut to 40 letters, because a user may paste any text. */
const shown = (ids: readonly string[]): string =>
  [
    ...ids.slice(0, SHOWN).map((id) => id.slice(0, 40)),
    ...(ids.length > SHOWN ? [`und ${ids.length - SHOWN} weitere`] : []),
  ].join(", ");

const company: typeof en.company = {
  days: "Tage",
  zone: "Zeitzone",
  zoneHint: "Sie gilt für Personen, deren Standort keine eigene Zeitzone hat. Zum Beispiel Europe/Berlin.",
  leapDay: "Geburtstage und Jubiläen vom 29. Februar fallen in Jahren ohne Schalttag auf den",
  leapDays: { FEBRUARY_28: "28. Februar", MARCH_1: "1. März" },
  who: "Wer im Verzeichnis ist",
  statuses: "Personen mit einem dieser Status kommen ins Verzeichnis",
  statusesHint:
    "Wer schon im Verzeichnis ist, bleibt darin, auch wenn sich der Status ändert oder die Person ausscheidet.",
  oneStatus: "Wählen Sie mindestens einen Status.",
  types: "Beschäftigungsarten",
  typesHint: "Personen ohne Beschäftigungsart in Personio gehören immer ins Verzeichnis.",
  entities: "Gesellschaften",
  entitiesHint: "Personen ohne Gesellschaft in Personio gehören immer ins Verzeichnis.",
  one: "Wählen Sie mindestens eine.",
  excluded: "Ausgeschlossene Datensätze",
  excludedHint: "Nummern in Personio, etwa die von Testkonten: eine pro Zeile.",
  recordIds: "Ein Eintrag bei den ausgeschlossenen Datensätzen ist keine Nummer in Personio.",
  tooManyRecords:
    "Höchstens 1.000 Datensätze können ausgeschlossen werden. Größere Gruppen schließen Sie über die Beschäftigung oder die Gesellschaft aus.",
  notRecordIds: (ids) =>
    `Keine Nummer in Personio: ${shown(ids)}. Tragen Sie die Nummer ein, mit der die Adresse eines Profils endet, zum Beispiel 1042.`,
  leaving: "Wer nicht mehr ins Verzeichnis gehört, verlässt es mit dem nächsten vollständigen Abgleich.",
  guard: "Schutz",
  guardLead:
    "Ein Abgleich wartet auf Ihre Prüfung, wenn er mehr Personen aus dem Verzeichnis nehmen würde, als beide Grenzen erlauben.",
  guardPeople: "Personen",
  guardPercent: "Prozent des Verzeichnisses",
  wholeNumber: "Geben Sie eine ganze Zahl ein, 0 oder mehr.",
  percent: "Geben Sie eine Zahl von 0 bis 100 ein.",
  nextSync: "Der nächste Abgleich wendet an, was Sie hier ändern.",
  every: (hours, shown) =>
    `Ein Abgleich läuft ${hours === 1 ? "jede Stunde" : `alle ${shown} Stunden`}; wie oft, legt der Betreiber des Dienstes fest, mit`,
};

const fields: typeof en.fields = {
  lead: "Welche Felder das Verzeichnis hat, wer sie sehen darf und woher ihre Werte kommen.",
  field: "Feld",
  right: "Nötiges Recht",
  sources: "Quellen, der Reihe nach",
  filled: "Gefüllt bei",
  attribute: "Attribut in Personio",
  attributeHint:
    "Attribute, die die Zugangsdaten lesen dürfen. Danach füllt ein vollständiger Abgleich das Feld neu.",
  mapIt: "Dieses Attribut verwenden",
  mapped: "Die Zuordnung ist geändert. Ein vollständiger Abgleich folgt.",
  hidden: "Ausgeblendet",
  required: "Immer sichtbar: Ohne dieses Feld gibt es kein Verzeichnis.",
  noAttribute: "Keines",
  derived: "Aus den Namen darunter",
  ordered: "Gespeichert. Ein Abgleich wendet die neue Reihenfolge auf alle Personen an.",
  people: (count) => (count === "1" ? "1 Person" : `${count} Personen`),
  coverage: "Wie viele Personen einen Wert haben, je Quelle:",
  bySource: (source, count) => `${source}: ${count}`,
  rights: { OPEN: "people:read", HR: "people:hr", SENSITIVE: "people:sensitive" },
  sensitivities: {
    OPEN: "Alle mit people:read",
    HR: "Personalabteilung: people:hr",
    SENSITIVE: "Besonders geschützt: people:sensitive",
  },
  sensitivityHint: "Möglich ist das Recht des Schemas oder ein höheres.",
  sourcesHint:
    "Die erste Quelle, die das Feld hat, liefert den Wert. Ein Abgleich wendet eine neue Reihenfolge auf alle Personen an.",
  first: (sources) => sources.join(", dann "),
  only: (source) => `Nur ${source}`,
  savedButHeld:
    "Gespeichert, aber noch nicht angewendet: Ein Abgleich ist angehalten. Das Verzeichnis übernimmt die Änderung, sobald Sie einen Plan genehmigen oder die Ursache behoben ist.",
  heldPlan: "Angehaltenen Plan prüfen",
  hide: "Feld ausblenden …",
  hideTitle: (field) => `${field} ausblenden?`,
  deletes: "Was das Ausblenden sofort löscht:",
  values: (count, number) =>
    count === 0
      ? "Zurzeit hat keine Person einen Wert."
      : count === 1
        ? "Den Wert von 1 Person, auch in angehaltenen Plänen."
        : `Die Werte von ${number} Personen, auch in angehaltenen Plänen.`,
  dates: (kinds) => `Alle Ereignisse dieser Arten im Protokoll: ${kinds}. Neue entstehen nicht mehr.`,
  supervisor: "Alle Berichtslinien: Genehmigungen gehen dann an die Vertretung.",
  units: "Zählungen und Filter nach diesem Feld: Keine Person hat dann noch einen Wert.",
  after: "Verbundene Programme erhalten die Änderung als Ereignis. In Personio ändert sich nichts.",
  undo: "Wenn Sie es wieder einblenden, füllt es der nächste Abgleich. Gelöschte Ereignisse kommen nicht zurück.",
  confirmHide: "Ausblenden und löschen",
  show: "Feld einblenden",
  showHint: "Der nächste Abgleich füllt es aus Personio.",
  shown: (field) => `${field} ist eingeblendet. Der nächste Abgleich füllt es.`,
  nowHidden: (field) => `${field} ist ausgeblendet, und die Werte sind gelöscht.`,
  none: "Es gibt keine Felder",
};

const lifecycle: typeof en.lifecycle = {
  lead: "Welche Ereignisse ausgelöst werden, und an welchen Tagen vor oder nach einem Termin.",
  dated: "Termine",
  changes: "Änderungen, die ein Abgleich findet",
  fires: ": Ereignisse auslösen",
  offHint: "Termine, die eintreten, während eine Art ausgeschaltet ist, werden nicht nachgeholt.",
  notGranted:
    "Die Zugangsdaten dürfen diesen Termin in Personio nicht lesen. Bekannte Termine lösen noch Ereignisse aus; neue Termine erhält der Abgleich nicht.",
  offsets: (kind) => `${kind}: wann Ereignisse ausgelöst werden`,
  theDay: "Am Tag selbst",
  before: (days) => (days === 1 ? "1 Tag vorher" : `${days} Tage vorher`),
  after: (days) => (days === 1 ? "1 Tag danach" : `${days} Tage danach`),
  days: "Tage",
  direction: "Vorher oder danach",
  directions: { before: "Tage vorher", after: "Tage danach" },
  add: "Hinzufügen",
  known: "Diesen Vorlauf gibt es schon.",
  range: "Geben Sie eine ganze Zahl von 1 bis 180 ein.",
  full: "Je Art sind höchstens 20 solche Tage möglich.",
  coming: "Kommende Termine",
  added: (offset, kind) => `${kind}: Ereignisse jetzt auch ${offset}.`,
  removed: (offset, kind) => `${kind}: keine Ereignisse mehr ${offset}.`,
  switchedOn: (kind) => `${kind}: Ereignisse werden wieder ausgelöst.`,
  switchedOff: (kind) => `${kind}: Ereignisse werden nicht mehr ausgelöst.`,
};

const offices: typeof en.offices = {
  lead: "Der Tag einer Person beginnt in der Zeitzone ihres Standorts; dann werden ihre Ereignisse ausgelöst.",
  office: "Standort",
  people: "Personen",
  zone: "Zeitzone",
  guessed: "Vermutung",
  guessedHint: "Aus dem Feiertagskalender in Personio. Prüfen Sie sie.",
  guesses: (count, number) =>
    count === 1
      ? "1 Zone ist eine Vermutung: Prüfen Sie sie."
      : `${number} Zonen sind Vermutungen: Prüfen Sie sie.`,
  company: (zone) => `${zone}, die der Firma`,
  title: (office) => `Zeitzone von ${office}`,
  hint: "IANA-Name, etwa Europe/Berlin. Sie gilt ab jetzt, und kein Abgleich ändert sie.",
  unset: "Einstellung entfernen",
  unsetHint: "Ohne Einstellung gilt die Vermutung, wenn es eine gibt, sonst die Zone der Firma.",
  none: "Es gibt keine Standorte",
  noneHelp: "Standorte kommen aus Personio, mit den Personen, die dort arbeiten.",
};

const approvers: typeof en.approvers = {
  lead: "Wer genehmigt, wenn keine Führungskraft in der Berichtslinie es darf.",
  fallbacks: "Vertretung",
  company: "Die ganze Firma",
  none: "Es gibt keine Vertretung.",
  noneHelp: "Ohne sie genehmigt niemand die Anträge von Personen ohne Führungskraft.",
  for: "Für",
  person: "Person",
  set: "Festlegen",
  choose: "Wählen Sie eine Person.",
  replaces: (name) => `Ersetzt ${name}.`,
  nowApproves: (name, where) => `${name} ist die Vertretung für: ${where}`,
  removed: "Die Vertretung ist entfernt.",
  try: "Ausprobieren",
  tryHint: "Wessen Antrag ist es?",
};

const webhooks: typeof en.webhooks = {
  lead: "Mit einem Webhook kommen Änderungen aus Personio innerhalb von Sekunden im Verzeichnis an. Der Zeitplan läuft daneben weiter.",
  title: "Webhook",
  none: "Es gibt keinen Webhook.",
  noneHelp: "Änderungen kommen mit dem nächsten Abgleich des Zeitplans an.",
  address: "Adresse",
  created: "Angelegt",
  received: "Letzte Zustellung",
  never: "Noch keine",
  create: "Webhook anlegen",
  renew: "Neu anlegen …",
  renewTitle: "Webhook neu anlegen?",
  renewLead: "Die Adresse des bisherigen Webhooks gilt dann sofort nicht mehr.",
  confirm: "Neu anlegen",
  secretTitle: "Der neue Webhook",
  once: "Das wird nur einmal angezeigt. Bewahren Sie das Geheimnis jetzt auf, wenn Sie den Webhook von Hand anlegen.",
  inPersonio: "Der Webhook ist in Personio angelegt. Es bleibt nichts zu tun.",
  byHand: "Legen Sie ihn in Personio von Hand an:",
  events: "Ereignisse",
  header: "Header",
  secret: "Geheimnis",
  copy: (what) => `Kopieren: ${what}`,
  copyIt: "Kopieren",
  copied: "Kopiert",
  copyFailed: "Der Browser hat es nicht kopiert. Markieren Sie stattdessen den Text.",
  done: "Fertig",
};

export const settings: typeof en = { ...frame, company, fields, lifecycle, offices, approvers, webhooks };
