import type { signIn as en } from "./sign-in.en.ts";

export const signIn: typeof en = {
  asAnother: "Mit einem anderen Konto anmelden",
  signedIn: "Sie sind angemeldet.",
  signedInHelp: "Ein anderer Tab dieses Browsers hat Sie angemeldet.",
  signedInAgainHelp:
    "Gehen Sie zum anderen Tab zurück und schließen Sie diesen: Die andere Seite geht dort weiter, wo sie war.",
  code: "Code",
  entry: "Eintrag im Protokoll",
  isOff: "Die Anmeldung ist ausgeschaltet.",
  isOffHelp: "Jeder Benutzer dieses Computers hat Administratorrechte. Eine Anmeldung ist nicht nötig.",
  out: {
    title: "Anmelden",
    help: "Sie melden sich beim Identitätsanbieter Ihrer Firma an und kommen auf diese Seite zurück.",
  },
  problems: {
    SIGN_IN_FAILED: {
      title: "Die Anmeldung ist fehlgeschlagen.",
      help: "Versuchen Sie es erneut. Schlägt sie wieder fehl, nennen Sie dem Betreiber den Eintrag im Protokoll.",
    },
    SIGN_IN_UNAVAILABLE: {
      title: "Die Anmeldung ist gerade nicht möglich.",
      help: "Versuchen Sie es in einer Minute erneut. Bleibt es so, fragen Sie den Betreiber.",
    },
    "provider-away": {
      title: "Ihr Identitätsanbieter antwortet nicht.",
      help: "Versuchen Sie es in einer Minute erneut. Bleibt es so, bitten Sie den Betreiber, OIDC_ISSUER und das Netz zu prüfen.",
    },
    SIGN_IN_MISCONFIGURED: {
      title: "Die Anmeldung ist nicht richtig eingerichtet.",
      help: "Bitten Sie den Betreiber, OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET und OIDC_SCOPE zu prüfen.",
    },
    issuer: {
      title: "Die Anmeldung ist nicht richtig eingerichtet.",
      help: "OIDC_ISSUER ist nicht die Adresse des Identitätsanbieters. Bitten Sie den Betreiber, sie mit issuer in dessen Metadaten zu vergleichen.",
    },
    client: {
      title: "Die Anmeldung ist nicht richtig eingerichtet.",
      help: "Der Identitätsanbieter weist den Dienst ab. Bitten Sie den Betreiber, OIDC_CLIENT_ID und OIDC_CLIENT_SECRET zu prüfen; das Geheimnis kann abgelaufen sein.",
    },
    request: {
      title: "Die Anmeldung ist nicht richtig eingerichtet.",
      help: "Der Identitätsanbieter weist die Anfrage ab. Bitten Sie den Betreiber, OIDC_SCOPE und die Weiterleitungsadresse zu prüfen.",
    },
    SIGN_IN_NOT_CONFIGURED: {
      title: "Dieser Dienst meldet Benutzer nicht selbst an.",
      help: "Öffnen Sie die Konsole über den Proxy Ihrer Firma, der Sie anmeldet. Oder bitten Sie den Betreiber, OIDC_ISSUER zu setzen.",
    },
    SIGN_IN_DENIED: {
      title: "Sie haben sich nicht angemeldet.",
      help: "Sie haben abgebrochen, oder Ihr Identitätsanbieter hat abgelehnt. Melden Sie sich erneut an, oder bitten Sie dort um Zugang.",
    },
    SIGN_IN_EXPIRED: {
      title: "Diese Anmeldung gilt nicht mehr.",
      help: "Sie hat länger als zehn Minuten gedauert, wurde schon benutzt, oder begann in einem anderen Fenster. Melden Sie sich erneut an.",
    },
    SIGN_IN_FORBIDDEN: {
      title: "Sie haben keinen Zugang zu diesem Dienst.",
      help: "Bitten Sie die Verwaltung Ihres Identitätsanbieters um Zugang.",
    },
    scopes: {
      title: "Sie haben keinen Zugang zu diesem Dienst.",
      help: "Keine Ihrer Gruppen gibt Ihnen hier ein Recht. Bitten Sie um eine der Gruppen in AUTH_ROLES.",
    },
    tenant: {
      title: "Sie haben keinen Zugang zu diesem Dienst.",
      help: "Ihre Anmeldung nennt Ihre Firma nicht. Bitten Sie den Betreiber, AUTH_TENANT und AUTH_TENANT_CLAIM zu prüfen.",
    },
    company: {
      title: "Ihre Firma benutzt diesen Dienst noch nicht.",
      help: "Zuerst muss sich eine Person mit Administratorrechten anmelden.",
    },
    LIMIT_RATE: {
      title: "Von hier kamen zu viele Anmeldungen.",
      help: "Warten Sie eine Minute, und melden Sie sich dann erneut an.",
    },
  },
};
