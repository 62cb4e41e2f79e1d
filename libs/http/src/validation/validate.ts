import { Problem } from '../problems/problem.js';
import { checkObject, INVALID } from './check-object.js';
import type { Class } from './dto-fields.js';
import { FaultCollector, type Fault } from './faults.js';
import type { Wire } from './shape.js';

/**
 * Checks a body (`json`) or query (`text`) against a class with declared fields and gives the values as the handler
 * gets them: a plain object without absent members. Throws `Problem('invalid-request')` with every fault.
 */
export function validate<T extends object>(dto: abstract new () => T, value: unknown, wire: Wire): T {
  const faults = new FaultCollector();
  const checked = checkObject(dto, value, faults, wire);
  if (checked === INVALID || faults.faults.length > 0) throw invalidRequest(faults.faults);
  return checked as T;
}

/** The problem of a request with these faults. */
export function invalidRequest(faults: readonly Fault[]): Problem {
  return new Problem('invalid-request', { faults });
}

export type { Class };
