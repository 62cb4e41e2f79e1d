import { Personal } from '#kernel';
import { exampleOf } from './example.js';
import { checkObject } from './check-object.js';
import type { Class } from './dto-fields.js';
import { INVALID, type Shape, type ShapeSchema } from './shape.js';
import { faultOfText } from './text-shapes.js';

/** A whole number within bounds; safe integers only. */
export function int({ min, max }: { readonly min: number; readonly max: number }): Shape {
  return {
    schema: { type: 'integer', minimum: min, maximum: max },
    example: () => min,
    check: (value, faults, wire) => {
      const number = wire === 'text' && typeof value === 'string' ? integerOfText(value) : value;
      if (typeof number !== 'number' || !Number.isSafeInteger(number)) {
        faults.add('not-an-integer');
        return INVALID;
      }
      if (number >= min && number <= max) return number;
      faults.add(number < min ? 'too-small' : 'too-large', { limit: number < min ? min : max });
      return INVALID;
    },
  };
}

function integerOfText(text: string): number | undefined {
  return /^-?(0|[1-9]\d{0,15})$/.test(text) ? Number(text) : undefined;
}

/** `true` or `false`. */
export function bool(): Shape {
  return {
    schema: { type: 'boolean' },
    example: () => true,
    check: (value, faults, wire) => {
      if (typeof value === 'boolean') return value;
      if (wire === 'text' && (value === 'true' || value === 'false')) return value === 'true';
      faults.add('wrong-type', { accepted: ['true', 'false'] });
      return INVALID;
    },
  };
}

/** A personal value: the handler gets it wrapped, so that it cannot be printed by accident. */
export function personal({ max }: { readonly max: number }): Shape {
  return {
    schema: { type: 'string', minLength: 1, maxLength: max },
    example: () => 'camille.durand@client.example',
    check: (value, faults) => {
      const fault = typeof value === 'string' ? faultOfText(value, max) : 'wrong-type';
      if (fault === undefined) return Personal.of(value as string);
      faults.add(fault, fault === 'wrong-type' ? { accepted: ['string'] } : { limit: max });
      return INVALID;
    },
  };
}

/** An object of another class. The class is named by a function, since it may stand further down in the file. */
export function nested(dto: () => Class): Shape {
  return {
    schema: { type: 'object' },
    refersTo: dto,
    example: () => exampleOf(dto()),
    check: (value, faults, wire) => checkObject(dto(), value, faults, wire),
  };
}

/** How many items a list may have, and whether two may be the same. */
export interface ListLimits {
  /** Default 0. */
  readonly min?: number;
  /** Default 100: no list is unbounded. */
  readonly max?: number;
  /** No two equal items; only for texts and numbers. */
  readonly unique?: boolean;
}

/** A list of values of one shape. In a query it is the parameter given once or several times. */
export function list(of: Shape, { min = 0, max = 100, unique = false }: ListLimits = {}): Shape {
  return {
    schema: { type: 'array', items: of.schema, minItems: min, maxItems: max, uniqueItems: unique },
    ...(of.refersTo === undefined ? {} : { refersTo: of.refersTo }),
    example: () => [of.example()],
    check: (value, faults, wire) => {
      const items: unknown = wire === 'text' && !Array.isArray(value) ? [value] : value;
      if (!Array.isArray(items)) {
        faults.add('wrong-type', { accepted: ['array'] });
        return INVALID;
      }
      if (items.length < min || items.length > max) {
        faults.add(items.length < min ? 'too-few' : 'too-many', { limit: items.length < min ? min : max });
        return INVALID;
      }
      const before = faults.faults.length;
      const seen = new Set<unknown>();
      const checked = items.map((item: unknown, index) => {
        if (unique && seen.has(item)) faults.add('not-unique', undefined, index);
        seen.add(item);
        return faults.within(index, () => of.check(item, faults, wire));
      });
      return faults.faults.length === before ? checked : INVALID;
    },
  };
}

/** A shape, or one of some fixed codes instead, such as `all`. */
export function orCode(shape: Shape, codes: readonly string[]): Shape {
  const schema: ShapeSchema = { anyOf: [shape.schema, { type: 'string', enum: codes }] };
  return {
    ...shape,
    schema,
    check: (value, faults, wire) =>
      typeof value === 'string' && codes.includes(value) ? value : shape.check(value, faults, wire),
  };
}
