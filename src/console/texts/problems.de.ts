import { fields } from "./fields.de.ts";
import type { advice as adviceEn, problems as problemsEn } from "./problems.en.ts";

const people = (count: string): string => (count === "1" ? "1 Person" : `${count} Personen`);
const named = (field: string): string => (fields as Readonly<Record<string, string>>)[field] ?? field;
const isKnown = (value: string): boolean => value !== "–";

export const problems: typeof problemsEn = {
  LEAVER_GUARD: (of) =>
    of("leaving") === "–"
      ? `In der Liste von Personio fehlen ${of("unconfirmed")} Personen, zu viele, um jede einzeln nachzuschlagen.`
      : `${of("leaving")} von ${of("current")} Personen würden auf einmal ausscheiden. Die Grenze ist ${of("limit")}.`,
  FIELD_GUARD: (of) =>
    `Das Feld „${named(of("field"))}“ würde bei ${of("cleared")} der ${of("had")} Personen leer, die dort einen Wert haben.`,
  SYNC_PLAN_OUTDATED: (of) =>
    of("othersLeaving") === "–"
      ? `Personio hat sich seit der Genehmigung geändert: Das Feld „${named(of("field"))}“ würde bei ${people(of("cleared"))} leer.`
      : `Personio hat sich seit der Genehmigung geändert: ${of("othersLeaving") === "1" ? "1 weitere Person würde" : `${of("othersLeaving")} weitere Personen würden`} ausscheiden.`,
  SYNC_PLANNED_ONLY: () => "Dieser Lauf hat nur geplant.",
  SYNC_RUN_NOT_HELD: () => "Dieser Plan wartet nicht mehr auf eine Entscheidung.",
  SYNC_RUN_UNDER_WAY: () =>
    "Ein anderer Abgleich läuft, deshalb lässt sich der Plan jetzt nicht übernehmen. Er wartet weiter.",
  PERSONIO_CREDENTIALS_INVALID: () => "Personio weist die Zugangsdaten zurück.",
  PERSONIO_ACCESS_MISSING: (of) =>
    isKnown(of("attributes"))
      ? `Die Zugangsdaten dürfen nicht lesen: ${of("attributes")}.`
      : isKnown(of("other"))
        ? `Die Zugangsdaten gelten nur für die Version ${of("other")} der Schnittstelle von Personio, und dieses Konto wird mit ${of("version")} gelesen.`
        : isKnown(of("right"))
          ? `Den Zugangsdaten fehlt das Recht „${of("right")}“.`
          : "Den Zugangsdaten fehlt ein Recht.",
  PERSONIO_UNAVAILABLE: (of) => unavailable[of("kind")]?.found ?? "Personio antwortet nicht.",
  PERSONIO_RATE_LIMITED: () => "Personio verlangt eine Pause.",
  PERSONIO_NOT_CONNECTED: () =>
    "Es ist kein Personio-Konto verbunden, oder die Einrichtung ist nicht abgeschlossen.",
  PERSONIO_SNAPSHOT_EMPTY: () => "Personio lieferte keine einzige Person.",
  PERSONIO_SNAPSHOT_INCOMPLETE: (of) =>
    isKnown(of("people"))
      ? `${people(of("people"))}, deren Änderung Personio gemeldet hat, ${of("people") === "1" ? "ließ" : "ließen"} sich nicht lesen. Alle anderen sind auf dem neuesten Stand.`
      : "Die Liste von Personio war unvollständig. Darum schied keine der fehlenden Personen aus.",
  PERSONIO_RECORD_UNREADABLE: () =>
    "Einige Datensätze waren nicht lesbar. Diese Personen bleiben, wie sie sind.",
  PERSONIO_LIST_UNREADABLE: () =>
    "Eine Liste von Personio, etwa die der Standorte, war nicht lesbar. Alle behalten, was sie haben.",
  ATTRIBUTE_NOT_READABLE: (of) => `Die Zugangsdaten dürfen „${of("attribute")}“ nicht mehr lesen.`,
  SECRET_UNREADABLE: () =>
    "Das gespeicherte Geheimnis lässt sich nicht öffnen: Geben Sie die Zugangsdaten erneut ein.",
  SYNC_INTERRUPTED: () => "Der Abgleich wurde zu oft unterbrochen.",
  SYNC_FAILED: () => "Der Abgleich ist an einem Fehler dieses Dienstes gescheitert.",
  BAD_USER_INPUT: (of) => inputs[of("reason")]?.found ?? "Der Dienst nimmt eine Angabe nicht an.",
  BAD_CURSOR: () => "Diese Seite der Liste gibt es nicht mehr.",
  CURSOR_EXPIRED: () => "Diese Ereignisse stehen nicht mehr im Protokoll.",
  FORBIDDEN: () => "Dafür fehlt Ihnen ein Recht.",
  UNAUTHENTICATED: () => "Sie sind nicht angemeldet.",
  LIMIT_COST: () => "Das wäre zu viel auf einmal.",
  LIMIT_RATE: () => "Es kamen zu viele Anfragen auf einmal.",
  TOO_MANY_SUBSCRIPTIONS: () => "Zu viele Seiten sind gleichzeitig mit dem Dienst verbunden.",
  LAGGED: () => "Diese Seite konnte die Ereignisse nicht schnell genug verarbeiten.",
  TOO_MANY_SERVICE_TOKENS: () => "Ihre Firma hat schon 50 Dienst-Token. Mehr sind nicht möglich.",
  SCIM_TOKEN_LIMIT: () => "Es gibt schon zwei Token.",
  PAYLOAD_TOO_LARGE: () => "Diese Angabe ist zu lang.",
  GRAPHQL_VALIDATION_FAILED: () => "Die Seite und der Dienst haben nicht dieselbe Version.",
  INTERNAL_SERVER_ERROR: () => "Im Dienst ist ein Fehler aufgetreten.",
};

type Explained = { readonly found: string; readonly help: string };

const unavailable: Record<string, Explained> = {
  UPSTREAM_UNREACHABLE: {
    found: "Der Dienst erreicht Personio nicht.",
    help: "Versuchen Sie es später erneut. Bleibt es so, bitten Sie den Betreiber, PERSONIO_API_URL und das Netz zu prüfen.",
  },
  TLS_ERROR: {
    found: "Das Zertifikat der Adresse von Personio ist nicht vertrauenswürdig.",
    help: "Bitten Sie den Betreiber, PERSONIO_API_URL zu prüfen, und ob ein Proxy statt Personio antwortet.",
  },
  WEBHOOK_REFUSED: {
    found: "Personio nimmt die Adresse des Webhooks nicht an.",
    help: "Personio sendet nur an https-Adressen im Internet: Bitten Sie den Betreiber, PUBLIC_URL zu prüfen. Vielleicht gibt es in Personio schon einen Webhook für diese Adresse.",
  },
  WEBHOOK_MISSING: {
    found: "Der Webhook wurde in Personio gelöscht.",
    help: "Legen Sie einen neuen an.",
  },
};

const inputs: Record<string, Explained> = {
  TIME_ZONE_UNKNOWN: {
    found: "Das ist kein Name einer Zeitzone.",
    help: "Geben Sie einen IANA-Namen ein, zum Beispiel Europe/Berlin.",
  },
  TOKEN_NAME_TAKEN: {
    found: "Ein anderes Dienst-Token hat diesen Namen.",
    help: "Wählen Sie einen anderen Namen, oder widerrufen Sie das andere Token.",
  },
  PUBLIC_URL_MISSING: {
    found: "Der Dienst hat keine Adresse im Internet, an die Personio senden könnte.",
    help: "Bitten Sie den Betreiber, PUBLIC_URL auf die https-Adresse des Dienstes zu setzen.",
  },
  PERSON_HAS_LEFT: {
    found: "Diese Person ist ausgeschieden, und Ausgeschiedene genehmigen nie.",
    help: "Wählen Sie eine Person, die hier arbeitet.",
  },
  ATTRIBUTE_NOT_GRANTED: {
    found: "Die Zugangsdaten dürfen dieses Attribut nicht lesen.",
    help: "Wählen Sie ein anderes Attribut, oder geben Sie dieses in Personio frei und prüfen Sie erneut.",
  },
  ATTRIBUTE_MAPPED_TWICE: {
    found: "Zwei Zeilen nennen dasselbe Feld oder Attribut.",
    help: "Laden Sie die Seite neu, und wählen Sie noch einmal.",
  },
  CREDENTIAL_EMPTY: {
    found: "Die Client-ID oder das Geheimnis fehlt.",
    help: "Kopieren Sie beides aus Personio.",
  },
  FIELD_DECIDES_WHO_COMES_IN: {
    found:
      "Dieses Feld lässt sich nicht ausblenden: Die Einstellungen der Firma schließen Personen danach aus.",
    help: "Lassen Sie zuerst in den Einstellungen der Firma jeden Wert zu.",
  },
  FIELD_IS_HIDDEN: {
    found: "Nach einem ausgeblendeten Feld kann der Abgleich niemanden ausschließen.",
    help: "Blenden Sie zuerst das Feld ein. Oder schließen Sie einzelne Datensätze aus.",
  },
  LEGAL_ENTITY_UNKNOWN: {
    found: "Eine gewählte Gesellschaft gibt es nicht mehr.",
    help: "Laden Sie die Seite neu, und wählen Sie noch einmal.",
  },
  RECORD_ID_INVALID: {
    found: "Ein Eintrag bei den ausgeschlossenen Datensätzen ist keine Nummer eines Datensatzes.",
    help: "Geben Sie die Nummer ein, mit der die Adresse eines Profils endet, zum Beispiel 1042.",
  },
  SENSITIVITY_TOO_LOW: {
    found: "Dieses Feld braucht mindestens das Recht, das im Schema steht.",
    help: "Wählen Sie dieses Recht oder ein höheres.",
  },
  SENSITIVITY_FIXED: {
    found: "Dieses Feld kann kein höheres Recht verlangen: Das Verzeichnis ist darauf angewiesen.",
    help: "Blenden Sie das Feld aus, wenn es nicht nötig ist.",
  },
};

const CHECK_RIGHTS =
  "Bearbeiten Sie die Zugangsdaten in Personio, und geben Sie frei, was fehlt. Client-ID und Geheimnis bleiben dieselben.";
const AGAIN_LATER = "Versuchen Sie es später erneut, oder warten Sie auf den nächsten Abgleich.";

export const advice: typeof adviceEn = {
  LEAVER_GUARD: () =>
    "Sehen Sie sich die Personen unten an. Sind sie wirklich ausgeschieden, genehmigen Sie den Plan. Wenn nicht, lehnen Sie ihn ab. Dann berichtigen Sie in Personio diese Personen oder das, was die Zugangsdaten lesen dürfen.",
  FIELD_GUARD: () =>
    "Sehen Sie sich die Personen unten an. Sollen die Werte wegfallen, genehmigen Sie den Plan. Wenn nicht, lehnen Sie ihn ab und prüfen Sie das Attribut in Personio.",
  SYNC_PLAN_OUTDATED: () =>
    "Es wurde nichts geändert. Sehen Sie sich den neuen Plan an und entscheiden Sie erneut.",
  SYNC_PLANNED_ONLY: () =>
    "Genehmigen Sie den Plan, lehnen Sie ihn ab, oder lassen Sie ihn stehen: Der nächste Abgleich ersetzt ihn.",
  SYNC_RUN_NOT_HELD: () => "Sehen Sie sich den neuesten Lauf an, oder planen Sie neu.",
  SYNC_RUN_UNDER_WAY: () =>
    "Warten Sie, bis der andere Abgleich beendet ist, und genehmigen Sie diesen Plan dann erneut.",
  PERSONIO_CREDENTIALS_INVALID: () =>
    "Prüfen Sie in Personio, ob es diese Zugangsdaten gibt und ob sie aktiv sind, und kopieren Sie Client-ID und Geheimnis erneut. Ist das Geheimnis verloren, legen Sie neue Zugangsdaten an.",
  PERSONIO_ACCESS_MISSING: (of) =>
    of("kind") === "ENDPOINT_MISSING" || of("kind") === "FEATURE_MISSING"
      ? "Personio bietet Ihrem Konto diesen Teil der Schnittstelle nicht an. Fragen Sie die Person, die Ihren Vertrag mit Personio betreut."
      : isKnown(of("other"))
        ? "Verbinden Sie diese Zugangsdaten neu: Dann beginnt eine neue Prüfung. Oder geben Sie in Personio die Version frei."
        : CHECK_RIGHTS,
  PERSONIO_UNAVAILABLE: (of) => unavailable[of("kind")]?.help ?? AGAIN_LATER,
  PERSONIO_RATE_LIMITED: () =>
    "Nichts zu tun: Der nächste Abgleich wartet das Ende der Pause ab. Kommt das oft vor, geben Sie jedem Programm eigene Zugangsdaten.",
  PERSONIO_NOT_CONNECTED: () => "Verbinden Sie Personio, und schließen Sie die Einrichtung ab.",
  PERSONIO_SNAPSHOT_EMPTY: () => "Prüfen Sie in Personio, ob die Zugangsdaten Personen lesen dürfen.",
  PERSONIO_SNAPSHOT_INCOMPLETE: () =>
    "Nichts zu tun: Der nächste Abgleich liest erneut. Bleibt es so, sehen Sie sich die neuesten Datensätze in Personio an.",
  PERSONIO_RECORD_UNREADABLE: () =>
    "Nichts zu tun: Der nächste Abgleich liest sie erneut. Bleibt es so, prüfen Sie die Rechte der Zugangsdaten.",
  PERSONIO_LIST_UNREADABLE: () =>
    "Nichts zu tun: Der nächste Abgleich liest sie erneut. Bleibt es so, zeigt der Abgleich die Antwort von Personio.",
  ATTRIBUTE_NOT_READABLE: (of) =>
    isKnown(of("right"))
      ? `Die gespeicherten Werte bleiben, werden aber nicht mehr aktualisiert. Geben Sie den Zugangsdaten in Personio das Recht „${of("right")}“.`
      : "Die gespeicherten Werte bleiben, werden aber nicht mehr aktualisiert. Geben Sie das Attribut in Personio frei, oder wählen Sie ein anderes.",
  SECRET_UNREADABLE: () =>
    "Haben alle Firmen dieses Problem, bitten Sie den Betreiber, die früheren Schlüssel wieder in SECRET_KEYS einzutragen.",
  SYNC_INTERRUPTED: () =>
    "Gleichen Sie erneut ab. Schlägt es wieder fehl, bitten Sie den Betreiber, den Arbeitsspeicher des Dienstes zu prüfen.",
  SYNC_FAILED: () =>
    "Gleichen Sie erneut ab. Schlägt es wieder fehl, nennen Sie dem Betreiber die ID des Laufs.",
  BAD_USER_INPUT: (of) => inputs[of("reason")]?.help ?? "",
  BAD_CURSOR: () => "Laden Sie die Seite neu.",
  CURSOR_EXPIRED: () => "Laden Sie die Seite neu.",
  FORBIDDEN: (of) =>
    `${isKnown(of("scopes")) ? `Nötig ist das Recht ${of("scopes")}. ` : ""}Wenden Sie sich an die Administratoren Ihres Verzeichnisses.`,
  UNAUTHENTICATED: () => "Melden Sie sich erneut an.",
  LIMIT_COST: () => "Wählen Sie weniger aus: einen kürzeren Zeitraum oder mehr Filter.",
  LIMIT_RATE: () => "Warten Sie einige Sekunden, und versuchen Sie es dann erneut.",
  TOO_MANY_SUBSCRIPTIONS: () =>
    "Schließen Sie Tabs dieser Seite, die Sie nicht brauchen, und laden Sie diesen neu.",
  LAGGED: () => "Laden Sie die Seite neu. Es geht kein Ereignis verloren.",
  TOO_MANY_SERVICE_TOKENS: () => "Widerrufen Sie Token, die kein Programm mehr benutzt.",
  SCIM_TOKEN_LIMIT: () => "Widerrufen Sie das nicht mehr benutzte.",
  PAYLOAD_TOO_LARGE: () => "Kürzen Sie, was Sie eingegeben haben.",
  GRAPHQL_VALIDATION_FAILED: () => "Laden Sie die Seite neu. Bleibt es so, informieren Sie den Betreiber.",
  INTERNAL_SERVER_ERROR: () =>
    "Versuchen Sie es erneut. Schlägt es wieder fehl, nennen Sie dem Betreiber den Code und den Eintrag im Protokoll.",
};
