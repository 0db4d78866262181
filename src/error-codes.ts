/**
 * Every code of an answer, with its meaning and its remedy; `schema/errors.md` is generated from it. Clients
 * switch on the code, so a code is never renamed.
 */
export const ERROR_CODES = {
  BAD_USER_INPUT: {
    meaning:
      "An argument or a variable is invalid. If a form can send it, `extensions.reason` is a code for what is wrong.",
    remedy: "Correct it as the help describes.",
  },
  BAD_CURSOR: {
    meaning:
      "`after` is not a cursor of this list, order and company, or a restored backup does not contain its " +
      "event.",
    remedy:
      "Pass cursors on unchanged, or start from the first page. Keep the ids of events that you handled.",
  },
  CURSOR_EXPIRED: {
    meaning: "Events after the cursor are deleted; the log keeps 90 days.",
    remedy: "Read the people again, then continue from `extensions.oldestCursor`.",
  },
  BAD_REPRESENTATION: {
    meaning: "A gateway sent an entity representation without a known key.",
    remedy: "Send `__typename` and the fields of one `@key`.",
  },
  FORBIDDEN: {
    meaning: "The token lacks a scope (none includes another), or its company does not use the service yet.",
    remedy: "Request a token with the scopes in `extensions.scopes`, or leave the field out.",
  },
  UNAUTHENTICATED: {
    meaning:
      "The request has no valid token, and every refused token gets the same answer. Or an operation for " +
      "gateways came without the gateway's secret.",
    remedy:
      "Get a new token from the issuer, or use a service token. Operators see the reason in a metric. A " +
      "gateway sends one of the `GATEWAY_SECRETS`.",
  },
  UNAVAILABLE: {
    meaning: "The database cannot answer now, or no key of the token's issuer could be loaded yet.",
    remedy: "Retry in a few seconds; see `GET /ready`.",
  },
  LIMIT_TOKENS: {
    meaning: "The document has too many tokens or lines, or a name that is too long.",
    remedy: "Split the operation, or shorten its names.",
  },
  LIMIT_DEPTH: { meaning: "The document nests fields too deeply.", remedy: "Select fewer levels." },
  LIMIT_ALIASES: { meaning: "The document has too many aliases.", remedy: "Split the operation." },
  LIMIT_DIRECTIVES: {
    meaning: "The document has too many directives.",
    remedy: "Remove directives, or split the operation.",
  },
  LIMIT_COST: {
    meaning: "The answer could become too large or too expensive.",
    remedy: "Request smaller pages, fewer totals or fewer nested lists.",
  },
  LIMIT_ENTITIES: {
    meaning: "`_entities` received too many representations.",
    remedy: "Send fewer representations in one request.",
  },
  LIMIT_RATE: {
    meaning:
      "One user, or one company, sends more operations than one replica answers for it: too many a second, or too many at once.",
    remedy: "Wait for the seconds in `Retry-After`, then send fewer operations.",
  },
  TOO_MANY_SUBSCRIPTIONS: {
    meaning:
      "A limit of operations on one socket, or of subscriptions of one user, company or process, is reached. The message names it.",
    remedy: "End some subscriptions. A program needs one subscription, and can share it among its users.",
  },
  TOO_MANY_SERVICE_TOKENS: {
    meaning: "The company has 50 service tokens that have not ended.",
    remedy: "Revoke tokens that no program uses: `serviceTokens` shows when each was last used.",
  },
  SCIM_TOKEN_LIMIT: {
    meaning: "The company has two SCIM tokens.",
    remedy:
      "Revoke the one that the identity provider no longer uses: `scimTokens` shows when each was last used.",
  },
  SIGN_IN_UNAVAILABLE: {
    meaning: "At the console: the identity provider, or the database, does not answer.",
    remedy: "Try again in a minute. If it persists, the operator checks `OIDC_ISSUER`.",
  },
  SIGN_IN_MISCONFIGURED: {
    meaning: "At the console: the identity provider refuses the service as its client, or is not the issuer.",
    remedy:
      "The operator checks `OIDC_ISSUER`, `OIDC_CLIENT_ID`, `OIDC_CLIENT_SECRET` and `OIDC_SCOPE`. The page and the log name which.",
  },
  SIGN_IN_NOT_CONFIGURED: {
    meaning: "At the console: the service has no sign-in of its own.",
    remedy: "Open the console through the proxy that adds tokens, or ask the operator to set `OIDC_ISSUER`.",
  },
  SIGN_IN_DENIED: {
    meaning: "At the console: the user cancelled the sign-in, or the identity provider refused it.",
    remedy: "Sign in again, or ask the administrator of the identity provider for access.",
  },
  SIGN_IN_EXPIRED: {
    meaning:
      "At the console: the sign-in took longer than ten minutes, was already used, or began in another browser or window.",
    remedy: "Sign in again.",
  },
  SIGN_IN_FORBIDDEN: {
    meaning:
      "At the console: the user has no scope, no company, or a company that does not use the service yet.",
    remedy: "Ask for a group of `AUTH_ROLES`. The operator checks `AUTH_ROLE_CLAIM` and `AUTH_TENANT`.",
  },
  SIGN_IN_FAILED: {
    meaning: "At the console: the ID token is unusable, or an internal error occurred; the log has details.",
    remedy: "Sign in again, then report the time to the operator.",
  },
  LAGGED: {
    meaning: "The subscriber did not read its events in time, and the subscription ended.",
    remedy: "Subscribe again with the last cursor, or with `extensions.cursor`. No event is lost.",
  },
  PERSONIO_CREDENTIALS_INVALID: {
    meaning: "Personio refuses the client id and secret.",
    remedy: "Copy the pair again, or generate a new one and call `updatePersonioCredentials`.",
  },
  PERSONIO_ACCESS_MISSING: {
    meaning:
      "The credential lacks a right or a required attribute, or works only with another version of the API.",
    remedy: "Tick what the help names; the client id and secret stay the same. Or switch the version.",
  },
  PERSONIO_UNAVAILABLE: {
    meaning: "Personio is unreachable, or its answer is unusable.",
    remedy: "Wait for the next scheduled sync.",
  },
  PERSONIO_RATE_LIMITED: {
    meaning:
      "Personio requires a pause of more than a minute. The next scheduled sync starts after it " +
      "(`nextSyncAt`).",
    remedy: "Wait. Lower `PERSONIO_REQUESTS_PER_MINUTE` if other programs share the credential.",
  },
  PERSONIO_NOT_CONNECTED: {
    meaning: "No account is connected, or its setup is not finished.",
    remedy: "Call `connectPersonio`, then `finishPersonioSetup`.",
  },
  PERSONIO_SNAPSHOT_EMPTY: {
    meaning: "Personio returned zero people. The run is held, and no connection or switch happens.",
    remedy: "Check the credential's rights. Approve only if the company has no people any more.",
  },
  PERSONIO_SNAPSHOT_INCOMPLETE: {
    meaning:
      "Personio returned fewer people than it announced or its webhooks named, or a record without a readable id. No person became a leaver.",
    remedy: "Nothing: the next run corrects it. If it persists, look at the newest records in Personio.",
  },
  PERSONIO_RECORD_UNREADABLE: {
    meaning:
      "Single records, or look-ups by id, failed. These people stay as they are; all others are up to date.",
    remedy: "Nothing: the next run retries. If it persists, check the credential's rights.",
  },
  PERSONIO_LIST_UNREADABLE: {
    meaning:
      "A list other than the people could not be read, such as that of offices or of attributes. People keep its stored values; everything else is up to date.",
    remedy: "Nothing: the next run retries. If it persists, read the run's message.",
  },
  LEAVER_GUARD: {
    meaning: "The run would make too many people leavers, and is held.",
    remedy: "Review its plan, then approve or reject it.",
  },
  FIELD_GUARD: {
    meaning: "The run would empty a field for most people, and is held.",
    remedy: "Review its plan, then approve or reject it.",
  },
  SYNC_PLAN_OUTDATED: {
    meaning:
      "Personio changed after the approval: other people would leave, or a field would be emptied for more people.",
    remedy: "Review the new plan.",
  },
  SYNC_PLANNED_ONLY: { meaning: "The run only made a plan.", remedy: "Approve it, reject it, or leave it." },
  SYNC_RUN_NOT_HELD: {
    meaning: "The run has no plan to apply: it has ended, or a newer full run supersedes it.",
    remedy: "Sync or plan again.",
  },
  SYNC_RUN_UNDER_WAY: {
    meaning: "Another run is queued or running; the held run still waits.",
    remedy: "Approve again after that run has ended.",
  },
  SYNC_INTERRUPTED: {
    meaning: "The run, or the preview, was interrupted at each attempt, and the service gave up.",
    remedy: "Check the service's memory and log.",
  },
  STALE_LEASE: {
    meaning:
      "Only in the log and in metrics: a worker returned to a run that another worker had claimed. It " +
      "changed nothing.",
    remedy: "Nothing. If it continues, find out what pauses the workers.",
  },
  ATTRIBUTE_NOT_READABLE: {
    meaning: "A warning: the credential may no longer read a mapped attribute. Stored values stay.",
    remedy: "Tick the attribute for the credential, or map another.",
  },
  SECRET_UNREADABLE: {
    meaning:
      "The stored client secret cannot be opened: its key is missing from `SECRET_KEYS`, or the secret was changed or dropped.",
    remedy: "Call `updatePersonioCredentials`. If every company has this problem, put the former keys back.",
  },
  SYNC_FAILED: {
    meaning: "An internal error; the log has details under the run's id.",
    remedy: "Sync again, then report the run's id to the operator.",
  },
  GRAPHQL_PARSE_FAILED: {
    meaning: "The document is not valid GraphQL.",
    remedy: "The message names the place.",
  },
  GRAPHQL_VALIDATION_FAILED: {
    meaning: "The document does not fit the schema.",
    remedy: "Compare it with the published schema.",
  },
  OPERATION_RESOLUTION_FAILURE: {
    meaning:
      "The document has no operation with the name in `operationName`, or has several and `operationName` " +
      "is missing.",
    remedy: "Name one of its operations.",
  },
  PERSISTED_QUERY_NOT_FOUND: {
    meaning: "This process has not stored the persisted query (APQ) of this hash.",
    remedy: "Send the hash with the text. Clients and gateways with APQ do so automatically.",
  },
  BAD_REQUEST: {
    meaning: "The HTTP request is not a valid GraphQL request.",
    remedy: "The message names what was expected.",
  },
  NOT_FOUND: { meaning: "No route has this path.", remedy: "The graph is at `/graphql`." },
  PAYLOAD_TOO_LARGE: {
    meaning:
      "The body is larger than 1 MiB (a webhook: 16 KiB), the headers are larger than 16 KiB, or a subscription is larger than 64 KiB.",
    remedy: "Send a smaller request.",
  },
  UNSUPPORTED_MEDIA_TYPE: {
    meaning: "The body has a content type that the service does not read.",
    remedy: "Send `application/json`.",
  },
  MISDIRECTED_REQUEST: {
    meaning: "The Host header is not an address of this service (or a web page tried DNS rebinding).",
    remedy: "Use localhost, or name the host in `PUBLIC_URL` or `ALLOWED_HOSTS`.",
  },
  INTERNAL_SERVER_ERROR: {
    meaning: "An internal error; the log has details under `extensions.id`.",
    remedy: "Report the id to the operator.",
  },
} as const satisfies Record<string, { readonly meaning: string; readonly remedy: string }>;
