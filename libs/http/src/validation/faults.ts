import type { UiLanguage } from '../problems/problem-type.js';
import { faultTexts, type FaultCode } from './fault-texts.js';

/** One thing that is wrong with a request. It names the place and the rule, never the value that was sent. */
export interface Fault {
  /** JSON pointer into the body (RFC 6901), `?name` of a query parameter, or `{name}` of a part of the path. */
  readonly pointer: string;
  readonly code: FaultCode;
  /** The rule's own figures and words, such as a maximum or the accepted codes. */
  readonly rule?: FaultRule;
}

/** What a fault's sentence may mention: properties of the rule, not of the request. */
export interface FaultRule {
  readonly limit?: number;
  readonly accepted?: readonly string[];
}

/** The sentence of a fault in the language of the reader. */
export function faultDetail(fault: Fault, language: UiLanguage): string {
  const { limit, accepted } = fault.rule ?? {};
  return faultTexts[fault.code][language]
    .replace('{limit}', String(limit ?? ''))
    .replace('{accepted}', (accepted ?? []).join(', '));
}

/** A member's name that can be shown: one that a developer chose. Anything else might be a value in the wrong place. */
const SHOWABLE = /^[A-Za-z_$][A-Za-z0-9_$-]{0,39}$/;

/** At most this many faults are listed for one request. */
export const MAX_FAULTS = 50;

/** Collects the faults of one value while it is walked. */
export class FaultCollector {
  readonly faults: Fault[] = [];
  private readonly place: (string | number)[] = [];

  /** Notes a fault where the walk stands, or at a member of that place. */
  add(code: FaultCode, rule?: FaultRule, member?: string | number): void {
    if (this.faults.length >= MAX_FAULTS) return;
    const pointer = pointerOf(member === undefined ? this.place : [...this.place, member]);
    this.faults.push(rule === undefined ? { pointer, code } : { pointer, code, rule });
  }

  /** Walks into a member. */
  within<T>(member: string | number, walk: () => T): T {
    this.place.push(member);
    try {
      return walk();
    } finally {
      this.place.pop();
    }
  }
}

/**
 * JSON pointer of a place. It ends before the first member name that nobody would choose for a field, so that an
 * address that was sent as a name is not repeated.
 */
export function pointerOf(place: readonly (string | number)[]): string {
  let pointer = '';
  for (const token of place) {
    if (typeof token === 'string' && !SHOWABLE.test(token)) break;
    pointer += `/${String(token)}`;
  }
  return pointer;
}
