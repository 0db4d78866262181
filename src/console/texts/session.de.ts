import type { session as en } from "./session.en.ts";

export const session: typeof en = {
  account: "Konto",
  until: (time) => `Angemeldet bis ${time}`,
  ownRecord: "Mein eigener Eintrag",
  ownSignIns: "Meine Anmeldungen",
  signIn: "Anmelden",
  signOut: "Abmelden",
  notSignedOut: "Sie sind noch angemeldet. Versuchen Sie es erneut.",
  signedInElsewhere: "Ein Proxy Ihrer Firma meldet Sie an und ab.",
  again: "Erneut anmelden",
  ended: "Ihre Anmeldung ist abgelaufen.",
  endedHelp: "Melden Sie sich in einem neuen Tab an und kommen Sie zurück: Ihre Eingaben sind noch hier.",
  againInNewTab: "In einem neuen Tab anmelden",
  goOn: "Ich bin angemeldet",
};
