/** A value of JSON, as a request contains it. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** What an identity provider sent of a resource, with the attribute names of the schema. */
export type StoredResource = { [attribute: string]: Json };
