import { attributes } from "./attributes.de.ts";
import { ledger } from "./ledger-words.de.ts";
import { advice, problems } from "./problems.de.ts";
import type { ServiceTexts } from "./service.en.ts";
import { signIn } from "./sign-in.de.ts";

export const serviceDe: ServiceTexts = { advice, attributes, ledger, problems, signIn };
