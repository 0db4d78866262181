import { Directive } from "type-graphql";
import type { Scope } from "./viewer.ts";

type Decorator = MethodDecorator & PropertyDecorator & ClassDecorator;

/** The scopes that the members of a class declare, by the class and the name of the member. */
const declared = new WeakMap<object, Map<string, Scope>>();

/**
 * Declares the rule of a field, or of all fields of an object type: the viewer needs the scope. It becomes
 * `@requiresScopes` in the SDL, which routers read; `graphql/enforce-scopes.ts` enforces it here. On a column
 * that the graph does not serve, it guards the name and the value wherever the service lists columns.
 */
export function RequiresScope(scope: Scope): Decorator {
  const declare = Directive(`@requiresScopes(scopes: [["${scope}"]])`);
  return (target: object, member?: string | symbol, descriptor?: PropertyDescriptor): void => {
    if (typeof member === "string") {
      const members = declared.get(target.constructor) ?? new Map<string, Scope>();
      declared.set(target.constructor, members.set(member, scope));
    }
    Reflect.apply(declare, undefined, member === undefined ? [target] : [target, member, descriptor]);
  };
}

/** Declares that a field, or all fields of an object type, need a viewer, whatever the viewer's scopes. */
export const Authenticated = (): Decorator => Directive("@authenticated");

/** The scopes that single members of these classes declare, without the rules of whole types. */
export const scopesOfMembers = (...classes: readonly object[]): ReadonlyMap<string, Scope> =>
  new Map(classes.flatMap((declaring) => [...(declared.get(declaring) ?? [])]));
