import { Personal } from '#kernel';
import {
  atMost,
  hasAtLeast,
  hasAtMost,
  hasNoRepeats,
  isAtLeast,
  isAtMost,
  isInteger,
  isList,
  isNotBlank,
  isRecordObject,
  isText,
  isTruthValue,
} from './constraint.js';
import type { Class } from './dto-fields.js';
import { exampleOf } from './example.js';
import type { Shape } from './shape.js';

/** A whole number within bounds; safe integers only. */
export function int({ min, max }: { readonly min: number; readonly max: number }): Shape {
  return {
    schema: { type: 'integer', minimum: min, maximum: max },
    example: () => min,
    constraints: [isInteger, isAtLeast(min), isAtMost(max)],
    read: (text) => (/^-?(0|[1-9]\d{0,15})$/.test(text) ? Number(text) : text),
  };
}

/** `true` or `false`. */
export function bool(): Shape {
  return {
    schema: { type: 'boolean' },
    example: () => true,
    constraints: [isTruthValue],
    read: (text) => (text === 'true' || text === 'false' ? text === 'true' : text),
  };
}

/** A personal value: the handler gets it wrapped, so that it cannot be printed by accident. */
export function personal({ max }: { readonly max: number }): Shape {
  return {
    schema: { type: 'string', minLength: 1, maxLength: max },
    example: () => 'camille.durand@client.example',
    constraints: [isText, atMost(max), isNotBlank],
    keep: (value) => Personal.of(value as string),
  };
}

/** An object of another class. The class is named by a function, since it may stand further down in the file. */
export function nested(dto: () => Class): Shape {
  return {
    schema: { type: 'object' },
    refersTo: dto,
    example: () => exampleOf(dto()),
    constraints: [isRecordObject],
  };
}

/** The same, left to the handler to check with `validate`: one that is wrong stops none of its neighbours. */
export function unchecked(dto: () => Class): Shape {
  const { schema, example, constraints } = nested(dto);
  return { schema, example, constraints, shownAs: dto };
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
    ...(of.shownAs === undefined ? {} : { shownAs: of.shownAs }),
    items: of,
    example: () => [of.example()],
    constraints: [isList, hasAtLeast(min), hasAtMost(max), ...(unique ? [hasNoRepeats] : [])],
  };
}

/** A shape, or one of some fixed codes instead, such as `all`. */
export function orCode(shape: Shape, codes: readonly string[]): Shape {
  return { ...shape, codes, schema: { anyOf: [shape.schema, { type: 'string', enum: codes }] } };
}
