import { fieldsOf, type Class } from './dto-fields.js';
import type { FaultCollector } from './faults.js';
import { isCodeOf, type Shape, type Wire } from './shape.js';

/**
 * An instance of a class with the declared members of what was sent, for class-validator to judge. Members that are not
 * declared are told here: class-validator's whitelist is a plain object, to which `toString` is a known name.
 */
export function readObject(
  dto: Class,
  sent: Readonly<Record<string, unknown>>,
  wire: Wire,
  faults: FaultCollector,
): object {
  const fields = fieldsOf(dto);
  const instance = Object.create(dto.prototype as object) as Record<string, unknown>;
  for (const { name, shape } of fields) {
    if (!Object.hasOwn(sent, name)) continue;
    instance[name] = faults.within(name, () => readValue(shape, sent[name], wire, faults));
  }
  for (const name of Object.keys(sent)) {
    if (!fields.some((field) => field.name === name)) faults.add('unknown-member', undefined, name);
  }
  return instance;
}

/** A value with its nested objects as instances, and what the texts of a query stand for. */
export function readValue(shape: Shape, sent: unknown, wire: Wire, faults: FaultCollector): unknown {
  if (isCodeOf(shape, sent)) return sent;
  if (shape.items !== undefined) return readList(shape.items, sent, wire, faults);
  if (shape.refersTo !== undefined)
    return isRecord(sent) ? readObject(shape.refersTo(), sent, wire, faults) : sent;
  return wire === 'text' && typeof sent === 'string' && shape.read !== undefined ? shape.read(sent) : sent;
}

/** In a query, a list is a parameter that is given once or several times. */
function readList(of: Shape, sent: unknown, wire: Wire, faults: FaultCollector): unknown {
  const items: unknown = wire === 'text' && !Array.isArray(sent) ? [sent] : sent;
  if (!Array.isArray(items)) return items;
  return items.map((item: unknown, index) => faults.within(index, () => readValue(of, item, wire, faults)));
}

/** Whether a value is an object that is no list. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
