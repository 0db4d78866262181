import type { Sentence } from "../parts/problem-sentence.ts";
import { fields } from "./fields.en.ts";

const people = (count: string): string => (count === "1" ? "1 person" : `${count} people`);
const named = (field: string): string => (fields as Readonly<Record<string, string>>)[field] ?? field;
const isKnown = (value: string): boolean => value !== "–";

/** What happened, by the code of the service. */
export const problems: Record<string, Sentence> = {
  LEAVER_GUARD: (of) =>
    of("leaving") === "–"
      ? `${of("unconfirmed")} people are missing from Personio's list, too many to look each of them up.`
      : `${of("leaving")} of ${of("current")} people would leave the directory at once. The limit is ${of("limit")}.`,
  FIELD_GUARD: (of) =>
    `${named(of("field"))} would become empty for ${of("cleared")} of the ${of("had")} people who have it.`,
  SYNC_PLAN_OUTDATED: (of) =>
    of("othersLeaving") === "–"
      ? `Personio has changed since the approval: ${named(of("field"))} would become empty for ${people(of("cleared"))}.`
      : `Personio has changed since the approval: ${of("othersLeaving") === "1" ? "1 more person" : `${of("othersLeaving")} more people`} would leave.`,
  SYNC_PLANNED_ONLY: () => "This run only made a plan.",
  SYNC_RUN_NOT_HELD: () => "This plan no longer waits for a decision.",
  SYNC_RUN_UNDER_WAY: () => "Another sync is running, so the plan cannot be applied now. It still waits.",
  PERSONIO_CREDENTIALS_INVALID: () => "Personio refuses the credential.",
  PERSONIO_ACCESS_MISSING: (of) =>
    isKnown(of("attributes"))
      ? `The credential may not read: ${of("attributes")}.`
      : isKnown(of("other"))
        ? `The credential may use only version ${of("other")} of Personio's API, and this account is read with ${of("version")}.`
        : isKnown(of("right"))
          ? `The credential lacks the right “${of("right")}”.`
          : "The credential lacks a right.",
  PERSONIO_UNAVAILABLE: (of) => unavailable[of("kind")]?.found ?? "Personio does not answer.",
  PERSONIO_RATE_LIMITED: () => "Personio asks for a pause.",
  PERSONIO_NOT_CONNECTED: () => "No Personio account is connected, or its setup is not finished.",
  PERSONIO_SNAPSHOT_EMPTY: () => "Personio returned no people at all.",
  PERSONIO_SNAPSHOT_INCOMPLETE: (of) =>
    isKnown(of("people"))
      ? `${people(of("people"))} whose change Personio reported could not be read. All others are up to date.`
      : "Personio's list was incomplete, so no missing person left the directory.",
  PERSONIO_RECORD_UNREADABLE: () => "Some records could not be read. These people stay as they are.",
  PERSONIO_LIST_UNREADABLE: () =>
    "One of Personio's lists, such as that of offices, could not be read. People keep what they have.",
  ATTRIBUTE_NOT_READABLE: (of) => `The credential may no longer read ${of("attribute")}.`,
  SECRET_UNREADABLE: () => "The stored secret cannot be opened: enter the credential again.",
  SYNC_INTERRUPTED: () => "The sync was interrupted too often.",
  SYNC_FAILED: () => "The sync failed inside this service.",
  BAD_USER_INPUT: (of) => inputs[of("reason")]?.found ?? "The service does not accept an entry.",
  BAD_CURSOR: () => "This page of the list no longer exists.",
  CURSOR_EXPIRED: () => "These events are no longer in the log.",
  FORBIDDEN: () => "You lack a right for this.",
  UNAUTHENTICATED: () => "You are not signed in.",
  LIMIT_COST: () => "This would be too much at once.",
  LIMIT_RATE: () => "Too many requests came at once.",
  TOO_MANY_SUBSCRIPTIONS: () => "Too many pages are connected to the service at once.",
  LAGGED: () => "This page could not keep up with the events.",
  TOO_MANY_SERVICE_TOKENS: () => "Your company already has 50 service tokens, which is the maximum.",
  SCIM_TOKEN_LIMIT: () => "There are two tokens already.",
  PAYLOAD_TOO_LARGE: () => "This entry is too large.",
  GRAPHQL_VALIDATION_FAILED: () => "The page and the service do not have the same version.",
  INTERNAL_SERVER_ERROR: () => "An error occurred in the service.",
};

type Explained = { readonly found: string; readonly help: string };

/** Kinds of failures of Personio with a remedy of their own. */
const unavailable: Record<string, Explained> = {
  UPSTREAM_UNREACHABLE: {
    found: "The service cannot reach Personio.",
    help: "Try again later. If the problem persists, ask your operator to check PERSONIO_API_URL and the network.",
  },
  TLS_ERROR: {
    found: "The certificate of Personio's address is not trusted.",
    help: "Ask your operator to check PERSONIO_API_URL, and whether a proxy answers instead of Personio.",
  },
  WEBHOOK_REFUSED: {
    found: "Personio does not accept the address of the webhook.",
    help: "Personio sends only to https addresses on the internet: ask your operator to check PUBLIC_URL. Perhaps Personio already has a webhook for this address.",
  },
  WEBHOOK_MISSING: {
    found: "The webhook was deleted in Personio.",
    help: "Create a new one.",
  },
};

/** Entries of a form that the service refuses, by `reason`. */
const inputs: Record<string, Explained> = {
  TIME_ZONE_UNKNOWN: {
    found: "This is not the name of a time zone.",
    help: "Enter an IANA name, such as Europe/Berlin.",
  },
  TOKEN_NAME_TAKEN: {
    found: "Another service token has this name.",
    help: "Choose another name, or revoke the other token.",
  },
  PUBLIC_URL_MISSING: {
    found: "The service has no address on the internet to which Personio could send.",
    help: "Ask your operator to set PUBLIC_URL to the https address of the service.",
  },
  PERSON_HAS_LEFT: {
    found: "This person has left, and people who have left never approve.",
    help: "Choose a person who works here.",
  },
  ATTRIBUTE_NOT_GRANTED: {
    found: "The credential may not read this attribute.",
    help: "Choose another attribute, or grant this one in Personio and check again.",
  },
  ATTRIBUTE_MAPPED_TWICE: {
    found: "Two rows name the same field or attribute.",
    help: "Load the page again, and choose once more.",
  },
  CREDENTIAL_EMPTY: {
    found: "The client ID or the secret is empty.",
    help: "Copy both from Personio.",
  },
  FIELD_DECIDES_WHO_COMES_IN: {
    found: "This field cannot be hidden: the settings of the company exclude people by it.",
    help: "Allow every value in the settings of the company first.",
  },
  FIELD_IS_HIDDEN: {
    found: "The sync cannot exclude people by a field that is hidden.",
    help: "Show the field first. Or leave out single records.",
  },
  LEGAL_ENTITY_UNKNOWN: {
    found: "A chosen legal entity no longer exists.",
    help: "Load the page again, and choose once more.",
  },
  RECORD_ID_INVALID: {
    found: "An entry among the records that stay out is not a Personio id.",
    help: "Enter the number at the end of the address of a profile, such as 1042.",
  },
  SENSITIVITY_TOO_LOW: {
    found: "The field needs at least the right that the schema names.",
    help: "Choose the right of the schema, or a higher one.",
  },
  SENSITIVITY_FIXED: {
    found: "This field cannot need a higher right: the directory depends on it.",
    help: "Hide the field, if it is not needed.",
  },
};

const CHECK_RIGHTS =
  "In Personio, edit this credential, and grant what is missing. Client ID and secret stay the same.";
const AGAIN_LATER = "Try again later, or wait for the next sync.";

/** What to do, by the code of the service. */
export const advice: Record<string, Sentence> = {
  LEAVER_GUARD: () =>
    "Look at the people below. If they have really left, approve. If not, reject. Then correct these people in Personio, or what the credential may read there.",
  FIELD_GUARD: () =>
    "Look at the people below. If the values are meant to be removed, approve. If not, reject, and check the attribute in Personio.",
  SYNC_PLAN_OUTDATED: () => "Nothing was changed. Look at the new plan, then decide again.",
  SYNC_PLANNED_ONLY: () => "Approve it, reject it, or leave it: the next sync replaces it.",
  SYNC_RUN_NOT_HELD: () => "Look at the newest run, or plan again.",
  SYNC_RUN_UNDER_WAY: () => "Wait until that sync has ended, then approve this plan again.",
  PERSONIO_CREDENTIALS_INVALID: () =>
    "Check in Personio that the credential exists and is enabled, and copy client ID and secret again. If the secret is lost, make a new credential.",
  PERSONIO_ACCESS_MISSING: (of) =>
    of("kind") === "ENDPOINT_MISSING" || of("kind") === "FEATURE_MISSING"
      ? "Personio does not offer this part of its API to your account. Ask the person who manages your contract with Personio."
      : isKnown(of("other"))
        ? "Connect this credential again, which starts a new review. Or grant it the version in Personio."
        : CHECK_RIGHTS,
  PERSONIO_UNAVAILABLE: (of) => unavailable[of("kind")]?.help ?? AGAIN_LATER,
  PERSONIO_RATE_LIMITED: () =>
    "Nothing to do: the next sync waits for the end of the pause. Give each program a credential of its own if it happens often.",
  PERSONIO_NOT_CONNECTED: () => "Connect Personio, and finish the setup.",
  PERSONIO_SNAPSHOT_EMPTY: () => "Check in Personio that the credential may read people.",
  PERSONIO_SNAPSHOT_INCOMPLETE: () =>
    "Nothing to do: the next sync reads again. If the problem persists, look at the newest records in Personio.",
  PERSONIO_RECORD_UNREADABLE: () =>
    "Nothing to do: the next sync reads them again. If the problem persists, check the rights of the credential.",
  PERSONIO_LIST_UNREADABLE: () =>
    "Nothing to do: the next sync reads it again. If the problem persists, open the sync for Personio's answer.",
  ATTRIBUTE_NOT_READABLE: (of) =>
    isKnown(of("right"))
      ? `The stored values stay and are no longer updated. Grant the credential the right “${of("right")}” in Personio.`
      : "The stored values stay and are no longer updated. Grant the attribute in Personio, or choose another one.",
  SECRET_UNREADABLE: () =>
    "If every company has this problem, ask your operator to put the former keys back into SECRET_KEYS.",
  SYNC_INTERRUPTED: () =>
    "Sync again. If it fails again, ask your operator to check the memory of the service.",
  SYNC_FAILED: () => "Sync again. If it fails again, give the id of the run to your operator.",
  BAD_USER_INPUT: (of) => inputs[of("reason")]?.help ?? "",
  BAD_CURSOR: () => "Load the page again.",
  CURSOR_EXPIRED: () => "Load the page again.",
  FORBIDDEN: (of) =>
    `${isKnown(of("scopes")) ? `It needs the right ${of("scopes")}. ` : ""}Ask the administrators of your directory.`,
  UNAUTHENTICATED: () => "Sign in again.",
  LIMIT_COST: () => "Choose less: a shorter time, or more filters.",
  LIMIT_RATE: () => "Wait a few seconds, then try again.",
  TOO_MANY_SUBSCRIPTIONS: () => "Close tabs of this page that you do not need, then load this one again.",
  LAGGED: () => "Load the page again. No event is lost.",
  TOO_MANY_SERVICE_TOKENS: () => "Revoke tokens that no program uses any more.",
  SCIM_TOKEN_LIMIT: () => "Revoke the one that is no longer used.",
  PAYLOAD_TOO_LARGE: () => "Shorten what you entered.",
  GRAPHQL_VALIDATION_FAILED: () => "Load the page again. If the problem persists, inform your operator.",
  INTERNAL_SERVER_ERROR: () =>
    "Try again. If it fails again, give your operator the code and the entry in the log.",
};
