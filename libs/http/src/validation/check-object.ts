import { fieldsOf, type Class, type DeclaredField } from './dto-fields.js';
import type { FaultCollector } from './faults.js';
import { INVALID, type Wire } from './shape.js';

/** The fields of a class, ready for the walk. */
interface Plan {
  readonly fields: readonly DeclaredField[];
  readonly names: ReadonlySet<string>;
}

const plans = new WeakMap<Class, Plan>();

/**
 * Checks an object against the fields of a class and gives a plain object of the checked values: absent optional
 * members stay absent, so that the result can go into an event as it is. Every fault is collected.
 */
export function checkObject(dto: Class, value: unknown, faults: FaultCollector, wire: Wire): unknown {
  if (!isRecord(value)) {
    faults.add('wrong-type', { accepted: ['object'] });
    return INVALID;
  }
  const { fields, names } = planOf(dto);
  const before = faults.faults.length;
  const checked: Record<string, unknown> = {};
  for (const field of fields) {
    const member = Object.hasOwn(value, field.name) ? value[field.name] : undefined;
    const result = checkField(field, member, faults, wire);
    if (result !== undefined) checked[field.name] = result;
  }
  for (const name of Object.keys(value)) {
    if (!names.has(name)) faults.add('unknown-member', undefined, name);
  }
  return faults.faults.length === before ? checked : INVALID;
}

function checkField(field: DeclaredField, member: unknown, faults: FaultCollector, wire: Wire): unknown {
  if (member === undefined) {
    if (field.fallback !== undefined) return field.fallback;
    if (!field.optional) faults.add('missing', undefined, field.name);
    return undefined;
  }
  return faults.within(field.name, () => field.shape.check(member, faults, wire));
}

function planOf(dto: Class): Plan {
  let plan = plans.get(dto);
  if (plan === undefined) {
    const fields = fieldsOf(dto);
    plan = { fields, names: new Set(fields.map(({ name }) => name)) };
    plans.set(dto, plan);
  }
  return plan;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
