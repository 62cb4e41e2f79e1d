import { collectFaults, collectFaultsOfValue } from './collect-faults.js';
import type { Class } from './dto-fields.js';
import type { FaultCollector } from './faults.js';
import { keepObject } from './keep-values.js';
import { isRecord, readObject, readValue } from './read-values.js';
import type { Shape, Wire } from './shape.js';

/** What stands for "this value is wrong"; the faults have been collected already. */
export const INVALID: unique symbol = Symbol('invalid');

/** Checks an object against the fields of a class, collects every fault, and gives it as the handler gets it. */
export function checkObject(dto: Class, sent: unknown, faults: FaultCollector, wire: Wire): unknown {
  if (!isRecord(sent)) {
    faults.add('wrong-type', { accepted: ['object'] });
    return INVALID;
  }
  const before = faults.faults.length;
  const instance = readObject(dto, sent, wire, faults);
  collectFaults(dto, instance, faults);
  return faults.faults.length === before
    ? keepObject(dto, instance as Readonly<Record<string, unknown>>)
    : INVALID;
}

/** Checks a single value, such as a part of the path, and collects every fault. */
export function checkValue(shape: Shape, sent: unknown, faults: FaultCollector, wire: Wire): void {
  collectFaultsOfValue(shape, readValue(shape, sent, wire, faults), faults);
}
