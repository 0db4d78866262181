import type { Suppression } from "../due/suppress.ts";

/** Why a date will not be told, as an admin reads it. `TOO_LATE`: it lies further back than dates are told late. */
export const explainSuppression = (suppression: Suppression | "TOO_LATE"): string => SENTENCES[suppression];

const SENTENCES: Readonly<Record<Suppression | "TOO_LATE", string>> = {
  SWITCHED_OFF: "This kind of event is switched off for the company.",
  NEVER_STARTED: "The person left before the first day, or the offer was withdrawn.",
  LEFT_BEFORE: "The person has left by then.",
  TERMINATED_BEFORE: "The employment ends on or before this day.",
  LEFT: "The person has left: only the last day of the employment still fires.",
  GOES_ON:
    "The person moves to another legal entity and continues to work: this is neither a hire nor a departure.",
  BEFORE_BASELINE: "The day was over before the company's first sync.",
  BEFORE_SWITCHED_ON: "The day was over before this kind of event was switched on.",
  BEFORE_REGISTERED: "The day was over before this offset was registered.",
  TOO_LATE: "The day is over: a date fires at most three days late.",
};
