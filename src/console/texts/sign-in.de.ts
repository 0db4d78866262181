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
  isOffHelp: "Alle an diesem Computer haben Administratorrechte. Es gibt hier nichts an- oder abzumelden.",
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
      help: "Versuchen Sie es in einer Minute erneut. Bleibt es so, prüft der Betreiber OIDC_ISSUER und das Netz.",
    },
    SIGN_IN_MISCONFIGURED: {
      title: "Die Anmeldung ist nicht richtig eingerichtet.",
      help: "Der Betreiber prüft OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET und OIDC_SCOPE.",
    },
    issuer: {
      title: "Die Anmeldung ist nicht richtig eingerichtet.",
      help: "OIDC_ISSUER ist nicht die Adresse des Identitätsanbieters: Der Betreiber vergleicht sie mit issuer in dessen Metadaten.",
    },
    client: {
      title: "Die Anmeldung ist nicht richtig eingerichtet.",
      help: "Der Identitätsanbieter weist den Dienst ab: Der Betreiber prüft OIDC_CLIENT_ID und OIDC_CLIENT_SECRET, das abgelaufen sein kann.",
    },
    request: {
      title: "Die Anmeldung ist nicht richtig eingerichtet.",
      help: "Der Identitätsanbieter weist die Anfrage ab: Der Betreiber prüft OIDC_SCOPE und die Weiterleitungsadresse.",
    },
    SIGN_IN_NOT_CONFIGURED: {
      title: "Der Dienst meldet selbst niemanden an.",
      help: "Öffnen Sie die Konsole über den Proxy Ihrer Firma, der Sie anmeldet. Oder der Betreiber setzt OIDC_ISSUER.",
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
      help: "Ihre Anmeldung nennt Ihre Firma nicht. Der Betreiber prüft AUTH_TENANT und AUTH_TENANT_CLAIM.",
    },
    company: {
      title: "Ihre Firma benutzt diesen Dienst noch nicht.",
      help: "Zuerst meldet sich eine Person mit Administratorrechten an.",
    },
    LIMIT_RATE: {
      title: "Hier haben zu viele Anmeldungen begonnen.",
      help: "Warten Sie eine Minute, und melden Sie sich dann erneut an.",
    },
  },
};
