/** The pages of the sign-in: they load when a user signs in or out. */
export const signIn = {
  asAnother: "Sign in as another user",
  signedIn: "You are signed in.",
  signedInHelp: "Another tab of this browser signed you in.",
  signedInAgainHelp: "Go back to the other tab and close this one: the other page continues where it was.",
  code: "Code",
  entry: "Entry in the log",
  isOff: "The sign-in is off.",
  isOffHelp: "Every user of this computer is an administrator, so you need no sign-in.",
  out: {
    title: "Sign in",
    help: "You sign in at your company's identity provider, and come back to this page.",
  },
  problems: {
    SIGN_IN_FAILED: {
      title: "The sign-in has failed.",
      help: "Try again. If it fails again, give your operator the entry in the log.",
    },
    SIGN_IN_UNAVAILABLE: {
      title: "The sign-in is not available now.",
      help: "Try again in a minute. If the problem persists, ask your operator.",
    },
    "provider-away": {
      title: "Your identity provider does not answer.",
      help: "Try again in a minute. If the problem persists, ask your operator to check OIDC_ISSUER and the network.",
    },
    SIGN_IN_MISCONFIGURED: {
      title: "The sign-in is not set up correctly.",
      help: "Ask your operator to check OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET and OIDC_SCOPE.",
    },
    issuer: {
      title: "The sign-in is not set up correctly.",
      help: "OIDC_ISSUER is not the address of the identity provider. Ask your operator to compare it with issuer in the provider's metadata.",
    },
    client: {
      title: "The sign-in is not set up correctly.",
      help: "The identity provider refuses the service. Ask your operator to check OIDC_CLIENT_ID and OIDC_CLIENT_SECRET, which may have expired.",
    },
    request: {
      title: "The sign-in is not set up correctly.",
      help: "The identity provider refuses the request. Ask your operator to check OIDC_SCOPE and the redirect address.",
    },
    SIGN_IN_NOT_CONFIGURED: {
      title: "This service does not sign users in itself.",
      help: "Open the console at the address of your company's proxy, which signs you in. Or ask your operator to set OIDC_ISSUER.",
    },
    SIGN_IN_DENIED: {
      title: "You did not sign in.",
      help: "You cancelled, or your identity provider refused it. Sign in again, or ask its administrator for access.",
    },
    SIGN_IN_EXPIRED: {
      title: "This sign-in is no longer valid.",
      help: "It took longer than ten minutes, was used before, or began in another window. Sign in again.",
    },
    SIGN_IN_FORBIDDEN: {
      title: "You have no access to this service.",
      help: "Ask the administrator of your identity provider for access.",
    },
    scopes: {
      title: "You have no access to this service.",
      help: "None of your groups gives you a right here. Ask for one of the groups in AUTH_ROLES.",
    },
    tenant: {
      title: "You have no access to this service.",
      help: "Your sign-in does not name your company. Ask your operator to check AUTH_TENANT and AUTH_TENANT_CLAIM.",
    },
    company: {
      title: "Your company does not use this service yet.",
      help: "An administrator of your company has to sign in first.",
    },
    LIMIT_RATE: {
      title: "There were too many sign-ins from here.",
      help: "Wait a minute, then sign in again.",
    },
  },
};
