import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsDefined,
  IsIn,
  IsInt,
  IsObject,
  IsString,
  Matches,
  Max,
  Min,
  ValidateBy,
  type ValidationOptions,
} from 'class-validator';
import type { FaultCode } from './fault-texts.js';
import type { FaultRule } from './faults.js';

/** Where a broken constraint is told: at the value, at the items that break it, or at items that stand twice. */
export type FaultPlace = 'value' | 'item' | 'duplicate';

/** What a constraint hands on through the context of class-validator's error. */
export interface ConstraintContext {
  readonly code: FaultCode;
  readonly rule?: FaultRule;
  readonly place: FaultPlace;
}

/** One thing that a value must be: gives the decorator of class-validator, for the value or for `each` item of it. */
export type Constraint = (each?: boolean) => PropertyDecorator;

/** Makes a constraint of a decorator, and says which fault it is to break it. */
function constraint(
  decorator: (options: ValidationOptions) => PropertyDecorator,
  code: FaultCode,
  rule?: FaultRule,
  ownPlace: FaultPlace = 'value',
): Constraint {
  return (each = false) => {
    const place = each ? 'item' : ownPlace;
    const context: ConstraintContext = rule === undefined ? { code, place } : { code, rule, place };
    // The message is the code, for class-validator's own sentences may repeat what was sent.
    return decorator({ each, message: code, context });
  };
}

/** A constraint that class-validator does not have. Values of any type reach the test. */
function own(
  name: string,
  isValid: (value: unknown) => boolean,
  code: FaultCode,
  rule?: FaultRule,
): Constraint {
  return constraint((options) => ValidateBy({ name, validator: { validate: isValid } }, options), code, rule);
}

const wrongType = (expected: readonly string[]) => ({ accepted: expected });

/** The member is there. */
export const present: Constraint = constraint((options) => IsDefined(options), 'missing');

/** A text. */
export const isText: Constraint = constraint(
  (options) => IsString(options),
  'wrong-type',
  wrongType(['string']),
);

/** A text that passes a test; other types are left to {@link isText}. */
export function textThat(
  name: string,
  isValid: (text: string) => boolean,
  code: FaultCode,
  rule?: FaultRule,
): Constraint {
  return own(name, (value) => typeof value !== 'string' || isValid(value), code, rule);
}

/**
 * At most `max` UTF-16 code units. class-validator's `MaxLength` does not count variation selectors, so that a text of
 * any length could pass it.
 */
export const atMost = (max: number): Constraint =>
  textThat('atMost', (text) => text.length <= max, 'too-long', { limit: max });

/** A text with something to read in it. */
export const isNotBlank: Constraint = textThat('isNotBlank', (text) => text.trim() !== '', 'blank');

/** A text of a form. */
export const matches = (pattern: RegExp, code: FaultCode, rule?: FaultRule): Constraint =>
  constraint((options) => Matches(pattern, options), code, rule);

/** One code of a closed list. */
export const isOneOf = (values: readonly string[]): Constraint =>
  constraint((options) => IsIn(values, options), 'not-one-of', { accepted: values });

/** A whole number. */
export const isInteger: Constraint = constraint((options) => IsInt(options), 'not-an-integer');

/** Not below a minimum. */
export const isAtLeast = (min: number): Constraint =>
  constraint((options) => Min(min, options), 'too-small', { limit: min });

/** Not above a maximum. */
export const isAtMost = (max: number): Constraint =>
  constraint((options) => Max(max, options), 'too-large', { limit: max });

/** `true` or `false`. */
export const isTruthValue: Constraint = constraint(
  (options) => IsBoolean(options),
  'wrong-type',
  wrongType(['true', 'false']),
);

/** An object, not a list. */
export const isRecordObject: Constraint = constraint(
  (options) => IsObject(options),
  'wrong-type',
  wrongType(['object']),
);

/** A list. */
export const isList: Constraint = constraint(
  (options) => IsArray(options),
  'wrong-type',
  wrongType(['array']),
);

/** A list of at least `min` items. */
export const hasAtLeast = (min: number): Constraint =>
  constraint((options) => ArrayMinSize(min, options), 'too-few', { limit: min });

/** A list of at most `max` items. */
export const hasAtMost = (max: number): Constraint =>
  constraint((options) => ArrayMaxSize(max, options), 'too-many', { limit: max });

/** A list in which nothing stands twice. */
export const hasNoRepeats: Constraint = constraint(
  (options) => ArrayUnique(options),
  'not-unique',
  undefined,
  'duplicate',
);
