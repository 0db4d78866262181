import { Extensions } from "type-graphql";

type Decorator = MethodDecorator & PropertyDecorator & ClassDecorator;

/** Why an answer with a field may not be kept until the directory changes. */
export type NotKeptReason =
  /** It depends on the time of the request. */
  | "CLOCK"
  /** It depends on the viewer beyond the scopes. */
  | "VIEWER"
  /** It reads what changes without a new version of the directory, such as runs and tokens. */
  | "STATE";

export type KeptRule = "KEPT" | NotKeptReason;

/** The key of the rule in the `extensions` of types, fields and fields of input objects. */
export const KEPT_RULE = "keptRule";

const declare = (rule: KeptRule): Decorator => Extensions({ [KEPT_RULE]: rule }) as Decorator;

/**
 * Declares that the field depends only on its object, its arguments, the viewer's scopes, and tables whose
 * changes raise the version of the directory. On a type: its fields without a resolver. A field without a
 * rule is not kept.
 */
export const Kept = (): Decorator => declare("KEPT");

/** Declares that answers with the field, or with that field of an input object, are never kept. */
export const NotKept = (reason: NotKeptReason): Decorator => declare(reason);
