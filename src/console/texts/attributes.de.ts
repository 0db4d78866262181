import type { attributes as en } from "./attributes.en.ts";

const costs: (typeof en)["costs"] = {
  workEmail:
    "Es kann keine Person aufgenommen werden: Die dienstliche E-Mail bezeichnet eine Person in jedem System.",
  firstName: "Es kann keine Person aufgenommen werden: Eine Person braucht einen Vornamen.",
  lastName: "Es kann keine Person aufgenommen werden: Eine Person braucht einen Nachnamen.",
  status:
    "Es kann keine Person aufgenommen werden: Ohne Status lassen sich Ausgeschiedene nicht von den anderen unterscheiden.",
  preferredName: "Personen erscheinen mit Vor- und Nachnamen statt mit ihrem Rufnamen.",
  employeeId: "Die Personalnummer bleibt leer, und die Lohnabrechnung kann Personen nicht danach zuordnen.",
  position: "Die Position bleibt leer, und Personen lassen sich nicht danach suchen.",
  department:
    "Es gibt keine Abteilungen: keine Filter, keine Zählungen und keine Abteilung bei einer Person.",
  subCompany: "Die Untergesellschaft bleibt leer.",
  costCenter: "Die Kostenstelle bleibt leer.",
  team: "Das Team bleibt leer.",
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

const grant: (typeof en)["grant"] = {
  NOT_TICKED: (label) =>
    `Wählen Sie dazu „${label}“ bei den lesbaren Attributen dieser Zugangsdaten in Personio aus.`,
  RIGHT_MISSING: (_label, right) =>
    right === null
      ? "Personio bietet dem Konto diese Liste nicht an: Vielleicht gehört sie nicht zum Vertrag."
      : `Geben Sie dazu den Zugangsdaten in Personio das Recht „${right}“.`,
  OTHER_API_VERSION: () =>
    "Dieses Attribut gibt es nur in der anderen Version der Schnittstelle von Personio.",
};

export const attributes: typeof en = { costs, grant };
