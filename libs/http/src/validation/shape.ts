import type { Json } from '#kernel';
import type { Class } from './dto-fields.js';
import type { FaultCollector } from './faults.js';

/** Whether values arrive as JSON, or as the text of a query parameter. */
export type Wire = 'json' | 'text';

/** What stands for "this value is wrong"; the fault has been collected already. */
export const INVALID: unique symbol = Symbol('invalid');

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
  /** A value that passes the check and can be sent as it stands. */
  readonly example: () => Json;
  /** Classes that the schema refers to. */
  readonly refersTo?: () => Class;
  /** The value as the handler gets it, or {@link INVALID} once its faults are collected. */
  check(value: unknown, faults: FaultCollector, wire: Wire): unknown;
}
