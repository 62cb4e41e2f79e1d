import { fieldsOf, type Class } from './dto-fields.js';
import { isCodeOf, type Shape } from './shape.js';

/**
 * A valid instance as the handler gets it: a plain object of values in the ledger's form, absent optional members
 * staying absent, so that it can go into an event as it is.
 */
export function keepObject(dto: Class, instance: Readonly<Record<string, unknown>>): object {
  const kept: Record<string, unknown> = {};
  for (const { name, shape, fallback } of fieldsOf(dto)) {
    const value = instance[name] === undefined ? fallback : keepValue(shape, instance[name]);
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

function keepValue(shape: Shape, value: unknown): unknown {
  if (isCodeOf(shape, value)) return value;
  if (shape.items !== undefined) {
    const { items } = shape;
    return (value as readonly unknown[]).map((item) => keepValue(items, item));
  }
  if (shape.refersTo !== undefined)
    return keepObject(shape.refersTo(), value as Readonly<Record<string, unknown>>);
  return shape.keep === undefined ? value : shape.keep(value);
}
