import type { Json } from './json.js';

/** A value has no canonical form. `path` is the JSON pointer of the first offender. */
export class NotCanonical extends Error {
  override readonly name = 'NotCanonical';
  constructor(
    readonly path: string,
    readonly problem: string,
  ) {
    super(`No canonical JSON at "${path}": ${problem}`);
  }
}

/**
 * Canonical JSON (RFC 8785) on the ledger's domain: keys sorted by UTF-16 code unit, no white space.
 * Two equal values give the same text, two different values never do.
 * Throws {@link NotCanonical} for floats, −0, NaN, integers beyond 2^53, lone surrogates, NUL, `undefined`,
 * dates, functions, bigints, cycles and anything else whose meaning could change on its way through a store.
 */
export function canonicalJson(value: unknown): string {
  return write(value, '', []);
}

/** Checks that a value has a canonical form and narrows its type. Throws {@link NotCanonical}. */
export function assertJson(value: unknown): asserts value is Json {
  canonicalJson(value);
}

function write(value: unknown, path: string, ancestors: readonly object[]): string {
  switch (typeof value) {
    case 'string':
      return writeString(value, path);
    case 'number':
      return writeNumber(value, path);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      return value === null ? 'null' : writeObject(value, path, ancestors);
    default:
      throw new NotCanonical(path, `a ${typeof value} is not JSON`);
  }
}

function writeString(value: string, path: string): string {
  if (!value.isWellFormed()) throw new NotCanonical(path, 'a lone surrogate');
  if (value.includes('\u0000')) throw new NotCanonical(path, 'a NUL character');
  return JSON.stringify(value);
}

function writeNumber(value: number, path: string): string {
  if (!Number.isSafeInteger(value)) throw new NotCanonical(path, 'a number that is not a safe integer');
  if (Object.is(value, -0)) throw new NotCanonical(path, 'a negative zero');
  return String(value);
}

function writeObject(value: object, path: string, ancestors: readonly object[]): string {
  if (ancestors.includes(value)) throw new NotCanonical(path, 'a cycle');
  const inside = [...ancestors, value];
  if (Array.isArray(value)) {
    const items: string[] = [];
    for (let i = 0; i < value.length; i += 1) items.push(write(value[i], `${path}/${String(i)}`, inside));
    return `[${items.join(',')}]`;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new NotCanonical(path, 'an instance of a class');
  }
  const record = value as Record<string, unknown>;
  const members = Object.keys(record)
    .sort()
    .map((key) => `${writeString(key, path)}:${write(record[key], `${path}/${pointerToken(key)}`, inside)}`);
  return `{${members.join(',')}}`;
}

function pointerToken(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
