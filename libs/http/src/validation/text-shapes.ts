import { isUuid, toInstant } from '#kernel';
import { atMost, isNotBlank, isOneOf, isText, matches, textThat } from './constraint.js';
import { isToCome } from './ledger-time.js';
import type { Shape, ShapeSchema } from './shape.js';

/** A shape of texts. */
function textShape(
  schema: ShapeSchema,
  example: string,
  constraints: Shape['constraints'],
  keep?: (text: string) => unknown,
): Shape {
  return {
    schema: { type: 'string', ...schema },
    example: () => example,
    constraints: [isText, ...constraints],
    ...(keep === undefined ? {} : { keep: (value: unknown) => keep(value as string) }),
  };
}

/** Lower-case UUID of any version. */
export function uuid(): Shape {
  return textShape({ format: 'uuid' }, '3f2b8c1e-5d4a-4f6b-9c7d-1e2f3a4b5c6d', [
    textThat('isUuid', isUuid, 'not-a-uuid'),
  ]);
}

/** One code of a closed list. */
export function oneOf(values: readonly string[]): Shape {
  return textShape({ enum: values }, values[0] ?? '', [isOneOf(values)]);
}

/** How long a text may be, and what it must match; `meaning` names the form in the fault. */
export interface TextLimits {
  readonly max: number;
  readonly pattern?: RegExp;
  readonly meaning?: string;
}

/** Text of 1 to `max` UTF-16 code units, not blank. */
export function text({ max, pattern, meaning }: TextLimits): Shape {
  const form = meaning === undefined ? undefined : { accepted: [meaning] };
  return textShape(
    { minLength: 1, maxLength: max, ...(pattern === undefined ? {} : { pattern: pattern.source }) },
    'Lettre d’information',
    [atMost(max), isNotBlank, ...(pattern === undefined ? [] : [matches(pattern, 'not-a-match', form)])],
  );
}

const MAX_SLUG = 64;
const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** Short code in kebab-case, chosen by the organisation. */
export function slug(): Shape {
  return textShape({ pattern: SLUG.source, maxLength: MAX_SLUG }, 'newsletter-2026', [
    textThat('isSlug', (value) => value.length <= MAX_SLUG && SLUG.test(value), 'not-a-slug', {
      limit: MAX_SLUG,
    }),
  ]);
}

const SHA256 = /^[0-9a-f]{64}$/;

/** SHA-256 in lower-case hexadecimal. */
export function sha256Text(): Shape {
  return textShape(
    { pattern: SHA256.source },
    '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    [matches(SHA256, 'not-a-sha256')],
  );
}

/**
 * RFC 3339 date and time with zone; the handler gets a UTC instant with milliseconds. `notFuture`: not later than the
 * ledger's clock, without tolerance, since a fact cannot have happened yet.
 */
export function instant({ notFuture = false }: { readonly notFuture?: boolean } = {}): Shape {
  const isPast = textThat('isPast', (value) => !isToCome(value), 'occurred-in-the-future');
  return textShape(
    { format: 'date-time' },
    '2026-01-15T10:30:00+01:00',
    [textThat('isInstant', isInstantText, 'not-an-instant'), ...(notFuture ? [isPast] : [])],
    toInstant,
  );
}

/** Calendar day in Europe/Paris. */
export function day(): Shape {
  return textShape({ format: 'date' }, '2026-01-15', [textThat('isDay', isDayText, 'not-a-day')]);
}

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;
const DAY = /^(\d{4})-(\d\d)-(\d\d)$/;

function isInstantText(value: string): boolean {
  const parts = RFC3339.exec(value);
  if (parts === null || !isDayText(value.slice(0, 10))) return false;
  const [hour, minute, second] = [Number(parts[4]), Number(parts[5]), Number(parts[6])];
  return hour <= 23 && minute <= 59 && second <= 59 && isKept(value);
}

/** Whether the ledger can keep it: years 1 to 9999, counted in UTC. */
function isKept(value: string): boolean {
  try {
    toInstant(value);
    return true;
  } catch {
    return false;
  }
}

function isDayText(value: string): boolean {
  if (!DAY.test(value)) return false;
  const midnight = Date.parse(`${value}T00:00:00.000Z`);
  // A day that the month does not have is moved to the next month by Date, so it does not come back unaltered.
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(value);
}
