import type { Json } from '#kernel';
import type { Shape } from './shape.js';

/** A class whose fields are declared with the `…Field` decorators. */

export type Class = abstract new (...args: never[]) => object;

/** One declared field of a request's body or query. */
export interface DeclaredField {
  readonly name: string;
  readonly shape: Shape;
  readonly optional: boolean;
  /** What stands in for an absent value. */
  readonly fallback?: Json;
  /** Whether the example was written for this field, rather than taken from its shape. */
  readonly hasExample: boolean;
  readonly example: () => Json;
}

const declared = new WeakMap<object, DeclaredField[]>();

/** Adds a field to the class of a prototype. */
export function declareField(prototype: object, field: DeclaredField): void {
  const own = declared.get(prototype) ?? [];
  declared.set(prototype, [...own.filter(({ name }) => name !== field.name), field]);
}

/** The fields of a class, inherited ones first. Empty for a class that declares none. */
export function fieldsOf(dto: Class): readonly DeclaredField[] {
  return fieldsOfPrototype(dto.prototype as object);
}

function fieldsOfPrototype(prototype: object): readonly DeclaredField[] {
  const parent = Object.getPrototypeOf(prototype) as object | null;
  const inherited = parent === null ? [] : fieldsOfPrototype(parent);
  const own = declared.get(prototype) ?? [];
  return [...inherited.filter(({ name }) => !own.some((field) => field.name === name)), ...own];
}
