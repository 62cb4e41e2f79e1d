import type { Json } from '#kernel';
import type { Constraint } from './constraint.js';
import type { Class } from './dto-fields.js';

/** Whether values arrive as JSON, or as the text of a query parameter. */
export type Wire = 'json' | 'text';

/** The part of a JSON Schema (OpenAPI 3) that documents a shape. */
export interface ShapeSchema {
  readonly type?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly items?: ShapeSchema;
  readonly anyOf?: readonly ShapeSchema[];
  readonly $ref?: string;
}

/** What a value must look like, how it is documented, and a value that fits. */
export interface Shape {
  readonly schema: ShapeSchema;
  /** A value that meets the constraints and can be sent as it stands. */
  readonly example: () => Json;
  /** What the value must be; the first broken one is told. */
  readonly constraints: readonly Constraint[];
  /** Class of a nested object, or of the items of a list; also what the schema refers to. */
  readonly refersTo?: () => Class;
  /** Class that documents the value, while its handler checks it: a row of a batch that may be wrong alone. */
  readonly shownAs?: () => Class;
  /** Shape of the items of a list. */
  readonly items?: Shape;
  /** Fixed codes that may stand instead of the value. */
  readonly codes?: readonly string[];
  /** What the text of a query parameter stands for; a text that stands for nothing is given back as it is. */
  readonly read?: (text: string) => unknown;
  /** The form in which the handler gets a valid value. */
  readonly keep?: (value: unknown) => unknown;
}

/** Whether a value is one of the fixed codes of a shape. */
export function isCodeOf({ codes }: Shape, value: unknown): boolean {
  return typeof value === 'string' && codes?.includes(value) === true;
}
