import type { Json } from './json.js';

/** A value has no canonical form. `path` is the JSON pointer of the first offender (RFC 6901). */
export class NotCanonical extends Error {
  override readonly name = 'NotCanonical';
  constructor(
    readonly path: string,
    readonly problem: string,
  ) {
    super(`No canonical JSON at "${path}": ${problem}`);
  }
}

/** Arrays and objects inside each other beyond this depth are refused, long before the call stack ends. */
export const MAX_JSON_DEPTH = 64;

/** Keys and indices from the root to the value being written. */
type Place = (string | number)[];

/**
 * Canonical JSON (RFC 8785) on the ledger's domain: keys sorted by UTF-16 code unit, no white space.
 * Two equal values give the same text, two different values never do.
 * Throws {@link NotCanonical} for floats, −0, NaN, integers beyond 2^53, lone surrogates, NUL, `undefined`,
 * dates, functions, bigints, symbols, hidden or extra members, more than {@link MAX_JSON_DEPTH} levels (so cycles too)
 * and anything else whose meaning could change on its way through a store.
 */
export function canonicalJson(value: unknown): string {
  return write(value, []);
}

/** Checks that a value has a canonical form and narrows its type. Throws {@link NotCanonical}. */
export function assertJson(value: unknown): asserts value is Json {
  canonicalJson(value);
}

function write(value: unknown, place: Place): string {
  switch (typeof value) {
    case 'string':
      return writeString(value, place);
    case 'number':
      return writeNumber(value, place);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      return value === null ? 'null' : writeNested(value, place);
    default:
      throw refusal(place, `a value of type ${typeof value}`);
  }
}

function writeString(value: string, place: Place): string {
  if (!value.isWellFormed()) throw refusal(place, 'a lone surrogate');
  if (value.includes('\u0000')) throw refusal(place, 'a NUL character');
  return JSON.stringify(value);
}

function writeNumber(value: number, place: Place): string {
  if (!Number.isSafeInteger(value)) throw refusal(place, 'a number that is not a safe integer');
  if (Object.is(value, -0)) throw refusal(place, 'a negative zero');
  return String(value);
}

function writeNested(value: object, place: Place): string {
  if (place.length >= MAX_JSON_DEPTH) {
    throw refusal(place, `more than ${String(MAX_JSON_DEPTH)} levels, or a cycle`);
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (Array.isArray(value) && prototype === Array.prototype) return writeArray(value, place);
  if (prototype === Object.prototype || prototype === null) {
    return writeRecord(value as Record<string, unknown>, place);
  }
  throw refusal(place, 'an instance of a class');
}

function writeArray(items: readonly unknown[], place: Place): string {
  let text = '[';
  for (let index = 0; index < items.length; index += 1) {
    if (index > 0) text += ',';
    text += writeMember(items[index], index, place);
  }
  // Beside its items an array owns `length` only; anything more would be lost without a word.
  if (Reflect.ownKeys(items).length !== items.length + 1)
    throw refusal(place, 'an array with further members');
  return `${text}]`;
}

function writeRecord(record: Readonly<Record<string, unknown>>, place: Place): string {
  const keys = Object.keys(record).sort();
  if (Reflect.ownKeys(record).length !== keys.length) throw refusal(place, 'a symbol or a hidden member');
  let text = '{';
  for (const key of keys) {
    if (text.length > 1) text += ',';
    text += `${writeString(key, place)}:${writeMember(record[key], key, place)}`;
  }
  return `${text}}`;
}

function writeMember(value: unknown, key: string | number, place: Place): string {
  place.push(key);
  const text = write(value, place);
  place.pop();
  return text;
}

function refusal(place: Place, problem: string): NotCanonical {
  const tokens = place.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`);
  return new NotCanonical(tokens.join(''), problem);
}
