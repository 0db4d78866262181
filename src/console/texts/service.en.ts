import { attributes } from "./attributes.en.ts";
import { ledger } from "./ledger-words.en.ts";
import { advice, problems } from "./problems.en.ts";
import { signIn } from "./sign-in.en.ts";

/** Sentences for codes of the service: most screens show none, so they load with the first of them. */
export const serviceEn = { advice, attributes, ledger, problems, signIn };

export type ServiceTexts = typeof serviceEn;
