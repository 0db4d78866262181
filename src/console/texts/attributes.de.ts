import type { attributes as en } from "./attributes.en.ts";
import { fields } from "./fields.de.ts";

const costs: Readonly<Record<string, string>> = {
  workEmail:
    "Es kann keine Person aufgenommen werden: Die dienstliche E-Mail identifiziert eine Person in jedem System.",
  firstName: "Es kann keine Person aufgenommen werden: Eine Person braucht einen Vornamen.",
  lastName: "Es kann keine Person aufgenommen werden: Eine Person braucht einen Nachnamen.",
  status:
    "Es kann keine Person aufgenommen werden: Ohne Status lassen sich Ausgeschiedene nicht von aktiven Personen unterscheiden.",
  preferredName: "Personen erscheinen mit Vor- und Nachnamen statt mit ihrem Rufnamen.",
  employeeId: "Die Personalnummer bleibt leer, und die Lohnabrechnung kann Personen nicht danach zuordnen.",
  position: "Die Position bleibt leer, und Personen lassen sich nicht danach suchen.",
  department:
    "Es gibt keine Abteilungen: keine Filter, keine Zählungen und keine Abteilung bei einer Person.",
  legalEntity: "Es gibt keine Gesellschaften: keine Filter und keine Gesellschaft bei einer Person.",
  office: "Es gibt keine Standorte: keine Filter, keine Zählungen und keinen Standort bei einer Person.",
  supervisor:
    "Es gibt keine Führungskräfte: keine Berichtslinien, keine Organisation und keine Genehmigungen.",
  employmentType: "Die Beschäftigung bleibt leer: Interne und Externe sehen gleich aus.",
  hireDate:
    "Der erste Tag bleibt leer: keine künftigen Eintritte, kein Onboarding am ersten Tag, keine Betriebsjubiläen.",
  probationEndDate: "Das Ende der Probezeit bleibt leer: Kein Ereignis erinnert daran.",
  contractEndDate: "Das Vertragsende bleibt leer: Kein Ereignis kündigt es an.",
  terminationDate: "Der letzte Tag bleibt leer: Das Offboarding beginnt erst, wenn der Status inaktiv wird.",
  dateOfBirth: "Geburtsdatum und Geburtstag bleiben leer.",
};

const costOf: (typeof en)["costOf"] = (field) =>
  costs[field] ?? (field in fields ? `${fields[field as keyof typeof fields]} bleibt leer.` : undefined);

const grant: (typeof en)["grant"] = {
  NOT_TICKED: (label) =>
    `Um das zu ändern, wählen Sie „${label}“ in Personio bei den lesbaren Attributen dieser Zugangsdaten aus.`,
  RIGHT_MISSING: (_label, right) =>
    right === null
      ? "Personio gibt diese Liste nicht heraus. Vielleicht gehört sie nicht zum Vertrag des Kontos."
      : `Um das zu ändern, geben Sie den Zugangsdaten in Personio das Recht „${right}“.`,
  OTHER_API_VERSION: () =>
    "Dieses Attribut gibt es nur in der anderen Version der Schnittstelle von Personio.",
};

/** How to create a webhook by hand. */
const webhookSteps: (typeof en)["webhookSteps"] = (header) => [
  "Öffnen Sie Einstellungen > Integrationen > Webhooks (in neueren Konten: Marketplace > Webhooks), und legen Sie einen Webhook mit der Adresse unten an.",
  `Wählen Sie einen eigenen Header zur Authentifizierung, nennen Sie ihn ${header}, und fügen Sie das Geheimnis als Wert ein.`,
  "Wählen Sie die Ereignisse unten aus, und schalten Sie den Webhook ein.",
  "Oder geben Sie den Zugangsdaten das Recht „Webhooks: Read and Write“, und legen Sie hier einen neuen Webhook an.",
];

export const attributes: typeof en = { costOf, grant, webhookSteps };
