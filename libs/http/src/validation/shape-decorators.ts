import { ValidateIf, ValidateNested } from 'class-validator';
import { present } from './constraint.js';
import type { Class } from './dto-fields.js';
import { isCodeOf, type Shape } from './shape.js';

/** Registers with class-validator what a property must be. */
export function decorate(prototype: object, name: string | symbol, shape: Shape, mayBeAbsent: boolean): void {
  // `IsOptional` would take `null` for absent.
  const presence = mayBeAbsent ? ValidateIf((_, value) => value !== undefined) : present();
  for (const decorator of [presence, ...decoratorsOf(shape)]) decorator(prototype, name);
}

function decoratorsOf(shape: Shape): readonly PropertyDecorator[] {
  const { codes, constraints, items, refersTo } = shape;
  return [
    ...(codes === undefined ? [] : [ValidateIf((_, value) => !isCodeOf(shape, value))]),
    ...constraints.map((constraint) => constraint()),
    ...(items?.constraints ?? []).map((constraint) => constraint(true)),
    ...(refersTo === undefined ? [] : [ValidateNested()]),
  ];
}

/** The one property of the classes of {@link holderOf}. */
export const HELD = 'held';

const holders = new WeakMap<Shape, Class>();

/** A class with one property of a shape: class-validator judges objects, not single values. */
export function holderOf(shape: Shape): Class {
  let holder = holders.get(shape);
  if (holder === undefined) {
    holder = class Holder {
      [HELD]: unknown;
    };
    for (const decorator of decoratorsOf(shape)) decorator(holder.prototype as object, HELD);
    holders.set(shape, holder);
  }
  return holder;
}
