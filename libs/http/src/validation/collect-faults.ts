import { validateSync, type ValidationError } from 'class-validator';
import type { ConstraintContext } from './constraint.js';
import type { FaultCollector } from './faults.js';
import { rememberMetadata } from './remember-metadata.js';
import { HELD, holderOf } from './shape-decorators.js';
import { fieldsOf, type Class } from './dto-fields.js';
import type { Shape } from './shape.js';

rememberMetadata();

type Members = Readonly<Record<string, unknown>>;

/** Lets class-validator judge an instance of a class with declared fields, and collects each fault at its place. */
export function collectFaults(dto: Class, instance: object, faults: FaultCollector): void {
  collectMembers(dto, instance as Members, judge(instance), faults);
}

/** The same of a single value. */
export function collectFaultsOfValue(shape: Shape, value: unknown, faults: FaultCollector): void {
  const holder = Object.create(holderOf(shape).prototype as object) as Record<string, unknown>;
  holder[HELD] = value;
  for (const error of judge(holder)) collect(shape, value, error, faults);
}

/** Errors carry neither the object nor the value, so that nothing that was sent can be printed with them. */
function judge(instance: object): readonly ValidationError[] {
  return validateSync(instance, { validationError: { target: false, value: false } });
}

function collectMembers(
  dto: Class,
  instance: Members,
  errors: readonly ValidationError[],
  faults: FaultCollector,
): void {
  const fields = fieldsOf(dto);
  for (const error of errors) {
    const field = fields.find(({ name }) => name === error.property);
    // A class that class-validator does not know: nothing may pass unjudged.
    if (field === undefined) throw new TypeError(`${dto.name}: ${JSON.stringify(error.constraints ?? {})}`);
    faults.within(field.name, () => collect(field.shape, instance[field.name], error, faults));
  }
}

function collect(shape: Shape, value: unknown, error: ValidationError, faults: FaultCollector): void {
  const [broken] = brokenOf(error);
  if (broken === undefined) collectNested(shape, value, error.children ?? [], faults);
  else if (broken.place === 'item') collectItems(shape, value as readonly unknown[], faults);
  else if (broken.place === 'duplicate') collectRepeats(value as readonly unknown[], broken, faults);
  else faults.add(broken.code, broken.rule);
}

/** Constraints that were broken, in the order of their declaration. One of class-validator alone is told by its name. */
function brokenOf({ constraints = {}, contexts = {} }: ValidationError): readonly ConstraintContext[] {
  return Object.keys(constraints).map(
    (name) =>
      (contexts[name] as ConstraintContext | undefined) ?? {
        code: 'not-a-match',
        rule: { accepted: [name] },
        place: 'value',
      },
  );
}

function collectNested(
  { items, refersTo }: Shape,
  value: unknown,
  errors: readonly ValidationError[],
  faults: FaultCollector,
): void {
  if (refersTo === undefined) return;
  if (items === undefined) {
    collectMembers(refersTo(), value as Members, errors, faults);
    return;
  }
  for (const { property, children = [] } of errors) {
    const index = Number(property);
    const item = (value as readonly Members[])[index] ?? {};
    faults.within(index, () => collectMembers(refersTo(), item, children, faults));
  }
}

/** class-validator tells that an item is wrong but not which, so each is asked on its own. */
function collectItems({ items }: Shape, value: readonly unknown[], faults: FaultCollector): void {
  if (items === undefined) return;
  value.forEach((item, index) => {
    faults.within(index, () => collectFaultsOfValue(items, item, faults));
  });
}

function collectRepeats(
  value: readonly unknown[],
  { code, rule }: ConstraintContext,
  faults: FaultCollector,
): void {
  const seen = new Set<unknown>();
  value.forEach((item, index) => {
    if (seen.has(item)) faults.add(code, rule, index);
    seen.add(item);
  });
}
