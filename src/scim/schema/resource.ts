import { composeText } from "../../request/compose-text.ts";

/** A value of JSON, as a request contains it. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

/** What an identity provider sent of a resource, with the attribute names of the schema. */
export type StoredResource = JsonObject;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The text of an attribute; null if it has another type, or is absent. */
export const textOf = (value: Json | undefined): string | null => (typeof value === "string" ? value : null);

/** Texts without these are in NFC. Normalizing others takes as long as their lower case. */
const MAY_COMPOSE = /[\u0300-\uffff]/;

/** A text in the form in which SCIM compares it, unless the attribute is case-exact. */
export const keyOf = (text: string): string =>
  (MAY_COMPOSE.test(text) ? composeText(text) : text).toLowerCase();
