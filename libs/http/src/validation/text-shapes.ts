import { isUuid, toInstant } from '#kernel';
import { INVALID, type Shape, type ShapeSchema } from './shape.js';
import type { FaultCode } from './fault-texts.js';
import type { FaultRule } from './faults.js';

/** A text that passes a test; `convert` gives it the form in which the ledger keeps it. */
interface TextRule {
  readonly schema: ShapeSchema;
  readonly example: string;
  /** The fault of a text, if it has one. */
  readonly faultOf: (text: string) => FaultCode | undefined;
  readonly rule?: FaultRule;
  readonly convert?: (text: string) => unknown;
}

/** A shape of texts. */
export function textShape({ schema, example, faultOf, rule, convert }: TextRule): Shape {
  return {
    schema: { type: 'string', ...schema },
    example: () => example,
    check: (value, faults) => {
      if (typeof value !== 'string') {
        faults.add('wrong-type', { accepted: ['string'] });
        return INVALID;
      }
      const fault = faultOf(value);
      if (fault === undefined) return convert === undefined ? value : convert(value);
      faults.add(fault, rule);
      return INVALID;
    },
  };
}

/** Lower-case UUID of any version. */
export function uuid(): Shape {
  return textShape({
    schema: { format: 'uuid' },
    example: '3f2b8c1e-5d4a-4f6b-9c7d-1e2f3a4b5c6d',
    faultOf: (text) => (isUuid(text) ? undefined : 'not-a-uuid'),
  });
}

/** One code of a closed list. */
export function oneOf(values: readonly string[]): Shape {
  const known = new Set(values);
  return textShape({
    schema: { enum: values },
    example: values[0] ?? '',
    rule: { accepted: values },
    faultOf: (text) => (known.has(text) ? undefined : 'not-one-of'),
  });
}

/** Text of 1 to `max` UTF-16 code units, not blank. */
export function text({ max, pattern, meaning }: TextLimits): Shape {
  return textShape({
    schema: { minLength: 1, maxLength: max, ...(pattern === undefined ? {} : { pattern: pattern.source }) },
    example: 'Lettre d’information',
    rule: { limit: max, ...(meaning === undefined ? {} : { accepted: [meaning] }) },
    faultOf: (value) => faultOfText(value, max, pattern),
  });
}

/** How long a text may be, and what it must match; `meaning` names the form in the fault. */
export interface TextLimits {
  readonly max: number;
  readonly pattern?: RegExp;
  readonly meaning?: string;
}

/** The fault of a text, if it is blank, too long or of another form. */
export function faultOfText(value: string, max: number, pattern?: RegExp): FaultCode | undefined {
  if (value.length > max) return 'too-long';
  if (value.trim() === '') return 'blank';
  return pattern === undefined || pattern.test(value) ? undefined : 'not-a-match';
}

const MAX_SLUG = 64;
const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** Short code in kebab-case, chosen by the organisation. */
export function slug(): Shape {
  return textShape({
    schema: { pattern: SLUG.source, maxLength: MAX_SLUG },
    example: 'newsletter-2026',
    rule: { limit: MAX_SLUG },
    faultOf: (value) => (value.length <= MAX_SLUG && SLUG.test(value) ? undefined : 'not-a-slug'),
  });
}

/** SHA-256 in lower-case hexadecimal. */
export function sha256Text(): Shape {
  return textShape({
    schema: { pattern: '^[0-9a-f]{64}$' },
    example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    faultOf: (value) => (/^[0-9a-f]{64}$/.test(value) ? undefined : 'not-a-sha256'),
  });
}

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;
const DAY = /^(\d{4})-(\d\d)-(\d\d)$/;

/**
 * RFC 3339 date and time with zone; the handler gets a UTC instant with milliseconds. `notFuture`: not later than this
 * server's clock, without tolerance, since a fact cannot have happened yet.
 */
export function instant({ notFuture = false }: { readonly notFuture?: boolean } = {}): Shape {
  return textShape({
    schema: { format: 'date-time' },
    example: '2026-01-15T10:30:00+01:00',
    faultOf: (value) => {
      if (!isInstantText(value)) return 'not-an-instant';
      return notFuture && Date.parse(value) > Date.now() ? 'occurred-in-the-future' : undefined;
    },
    convert: toInstant,
  });
}

/** Calendar day in Europe/Paris. */
export function day(): Shape {
  return textShape({
    schema: { format: 'date' },
    example: '2026-01-15',
    faultOf: (value) => (isDayText(value) ? undefined : 'not-a-day'),
  });
}

function isInstantText(value: string): boolean {
  const parts = RFC3339.exec(value);
  if (parts === null || !isDayText(value.slice(0, 10))) return false;
  const [hour, minute, second] = [Number(parts[4]), Number(parts[5]), Number(parts[6])];
  return hour <= 23 && minute <= 59 && second <= 59 && !Number.isNaN(Date.parse(value));
}

function isDayText(value: string): boolean {
  if (!DAY.test(value)) return false;
  const midnight = Date.parse(`${value}T00:00:00.000Z`);
  // A day that the month does not have is moved to the next month by Date, so it does not come back unaltered.
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(value);
}
