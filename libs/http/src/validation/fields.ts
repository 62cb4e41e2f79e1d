import { ApiProperty } from '@nestjs/swagger';
import type { Json } from '#kernel';
import { declareField, type Class } from './dto-fields.js';
import { decorate } from './shape-decorators.js';
import type { Shape } from './shape.js';
import { day, instant, oneOf, sha256Text, slug, text, uuid, type TextLimits } from './text-shapes.js';
import { bool, int, list, nested, orCode, personal, type ListLimits } from './value-shapes.js';

/** What every field may say about itself. */
export interface FieldOptions {
  /** The member may be absent. `null` is never accepted for "absent". */
  readonly optional?: boolean;
  readonly description?: string;
  /** Shown in the documentation and sent by the tests, so it must be acceptable. */
  readonly example?: Json;
  /** Fixed codes that may stand instead of the value, such as `['all']`. */
  readonly or?: readonly string[];
  /** What an absent value becomes; makes the field optional. */
  readonly fallback?: Json;
}

/** Declares a field of a body or query: how it is checked, documented and exemplified, all at once. */
export function Field(shape: Shape, options: FieldOptions = {}): PropertyDecorator {
  const { optional = false, fallback, example, description, or } = options;
  const whole = or === undefined ? shape : orCode(shape, or);
  const mayBeAbsent = optional || fallback !== undefined;
  return (prototype, name) => {
    declareField(prototype, {
      name: String(name),
      shape: whole,
      optional: mayBeAbsent,
      ...(fallback === undefined ? {} : { fallback }),
      hasExample: example !== undefined,
      example: () => example ?? whole.example(),
    });
    decorate(prototype, name, whole, mayBeAbsent);
    const documentation = {
      required: !mayBeAbsent,
      ...(description === undefined ? {} : { description }),
      ...(fallback === undefined ? {} : { default: fallback }),
      ...documentedSchema(whole),
      ...((whole.refersTo ?? whole.shownAs) === undefined ? { example: example ?? whole.example() } : {}),
    };
    ApiProperty(documentation)(prototype, name);
  };
}

/** Lower-case UUID. */
export const UuidField = (options?: FieldOptions): PropertyDecorator => Field(uuid(), options);

/** One code of a closed list. */
export const EnumField = (values: readonly string[], options?: FieldOptions): PropertyDecorator =>
  Field(oneOf(values), options);

/** Text of the organisation, 1 to `max` characters, not blank; never for personal values. */
export const TextField = ({
  max,
  pattern,
  meaning,
  ...options
}: TextLimits & FieldOptions): PropertyDecorator =>
  Field(text({ max, ...(pattern && { pattern }), ...(meaning !== undefined && { meaning }) }), options);

/** Short code in kebab-case, at most 64 characters. */
export const SlugField = (options?: FieldOptions): PropertyDecorator => Field(slug(), options);

/** RFC 3339 date and time with zone; the handler gets an `Instant`. */
export const InstantField = ({
  notFuture = false,
  ...options
}: FieldOptions & { readonly notFuture?: boolean } = {}): PropertyDecorator =>
  Field(instant({ notFuture }), options);

/** Calendar day. */
export const DayField = (options?: FieldOptions): PropertyDecorator => Field(day(), options);

/** Whole number between `min` and `max`. */
export const IntField = ({
  min,
  max,
  ...options
}: FieldOptions & { readonly min: number; readonly max: number }): PropertyDecorator =>
  Field(int({ min, max }), options);

/** `true` or `false`. */
export const BoolField = (options?: FieldOptions): PropertyDecorator => Field(bool(), options);

/** SHA-256 in lower-case hexadecimal. */
export const Sha256Field = (options?: FieldOptions): PropertyDecorator => Field(sha256Text(), options);

/** Personal value; the handler gets a `Personal<string>`. */
export const PersonalField = ({
  max,
  ...options
}: FieldOptions & { readonly max: number }): PropertyDecorator => Field(personal({ max }), options);

/** A nested object has no fixed code beside it. */
export type NestedOptions = Omit<FieldOptions, 'or'> &
  Omit<ListLimits, 'unique'> & { readonly array?: boolean };

/** Object of another class, or with `array` a list of them. */
export const NestedField = (
  dto: () => Class,
  { array = false, min, max, ...options }: NestedOptions = {},
): PropertyDecorator => Field(array ? list(nested(dto), limitsOf({ min, max })) : nested(dto), options);

/** List of values of one shape: `@ArrayField(oneOf(channels), { min: 1, unique: true })`. */
export const ArrayField = (
  of: Shape,
  { min, max, unique, ...options }: FieldOptions & ListLimits = {},
): PropertyDecorator => Field(list(of, limitsOf({ min, max, unique })), options);

function limitsOf(limits: { [K in keyof ListLimits]: ListLimits[K] | undefined }): ListLimits {
  return Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== undefined));
}

/** The schema as @nestjs/swagger takes it: it makes the reference to another class itself. */
function documentedSchema({ schema, refersTo, shownAs }: Shape): object {
  const shown = refersTo ?? shownAs;
  if (shown === undefined) return schema;
  const { minItems, maxItems } = schema;
  const isArray = schema.type === 'array';
  // The library knows a class that is named later by the name `type` of the function.
  return { type: () => shown(), isArray, ...(isArray ? { minItems, maxItems } : {}) };
}
