/** The types of node-postgres leave its values out. */
declare module "pg/lib/utils.js" {
  /** The form in which a value is sent. Throws for a value without one, such as a circular object. */
  export function prepareValue(value: unknown): string | Buffer | null;
}
