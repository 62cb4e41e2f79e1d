import { isUtf8 } from 'node:buffer';
import { FaultCollector, type Fault } from './faults.js';

/** Arrays and objects inside each other beyond this depth are refused. */
export const MAX_BODY_DEPTH = 32;
const RESERVED = ['__proto__', 'constructor', 'prototype'];

/** What a body holds: a value, or the faults of its text. */
export type ParsedBody =
  | { readonly value: unknown; readonly faults?: never }
  | { readonly faults: readonly Fault[]; readonly value?: never };

/**
 * Reads a JSON body that stands for exactly one value. What parsers disagree about is refused with its place: members
 * that stand twice, numbers that would be rounded, NUL and halves of surrogate pairs, names that reach prototypes,
 * and depth that could end a call stack.
 */
export function parseBody(bytes: Buffer): ParsedBody {
  if (!isUtf8(bytes)) return { faults: [{ pointer: '', code: 'not-utf8' }] };
  const text = bytes.toString();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { faults: [{ pointer: '', code: 'malformed-json' }] };
  }
  const faults = faultsOfText(text);
  return faults.length === 0 ? { value } : { faults };
}

/** The faults of a text that is JSON already. */
export function faultsOfText(text: string): readonly Fault[] {
  const scan = new Scan(text);
  scan.value(0);
  return scan.faults.faults;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACE = 0x7d;
const CLOSE_BRACKET = 0x5d;
const SPACE = 0x20;

/** Walks a JSON text once. Its grammar was checked before, so every step knows what must come. */
class Scan {
  readonly faults = new FaultCollector();
  private at = 0;

  constructor(private readonly text: string) {}

  value(depth: number): void {
    this.skipSpace();
    const start = this.text.charCodeAt(this.at);
    if (start === QUOTE) this.string();
    else if (start === OPEN_BRACE || start === OPEN_BRACKET) this.container(start === OPEN_BRACE, depth + 1);
    else this.scalar();
  }

  /** Objects and lists; too deep ones are passed over without a call per level. */
  private container(isObject: boolean, depth: number): void {
    if (depth > MAX_BODY_DEPTH) {
      this.faults.add('too-deep', { limit: MAX_BODY_DEPTH });
      this.at = this.text.length;
      return;
    }
    this.at += 1;
    if (isObject) this.members(depth);
    else this.items(depth);
  }

  private members(depth: number): void {
    const names = new Set<string>();
    while (this.next(CLOSE_BRACE)) {
      const name = this.string();
      this.faults.within(name, () => this.checkName(name, names));
      this.pass(COLON);
      this.faults.within(name, () => this.value(depth));
    }
  }

  private items(depth: number): void {
    for (let index = 0; this.next(CLOSE_BRACKET); index += 1) {
      this.faults.within(index, () => this.value(depth));
    }
  }

  private checkName(name: string, names: Set<string>): void {
    if (names.has(name)) this.faults.add('duplicate-member');
    names.add(name);
    if (RESERVED.includes(name)) this.faults.add('reserved-member', { accepted: RESERVED });
  }

  /** Whether a further member or item follows; stands on its first character then. */
  private next(close: number): boolean {
    this.skipSpace();
    if (this.at >= this.text.length) return false;
    const code = this.text.charCodeAt(this.at);
    if (code === close || code === COMMA) this.at += 1;
    if (code === close) return false;
    this.skipSpace();
    return true;
  }

  /** A string with its quotes; gives what it stands for. */
  private string(): string {
    const start = this.at;
    let end = this.text.indexOf('"', start + 1);
    while (isEscaped(this.text, end)) end = this.text.indexOf('"', end + 1);
    this.at = end + 1;
    const raw = this.text.slice(start + 1, end);
    if (!raw.includes('\\')) return raw;
    const decoded = JSON.parse(this.text.slice(start, end + 1)) as string;
    if (decoded.includes('\u0000')) this.faults.add('nul-character');
    if (!decoded.isWellFormed()) this.faults.add('lone-surrogate');
    return decoded;
  }

  /** `true`, `false`, `null` or a number. */
  private scalar(): void {
    const start = this.at;
    while (this.at < this.text.length && !isEnd(this.text.charCodeAt(this.at))) this.at += 1;
    const word = this.text.slice(start, this.at);
    const first = word.charCodeAt(0);
    const isNumber = first === 0x2d || (first >= 0x30 && first <= 0x39);
    if (!isNumber) return;
    if (!/^-?\d+$/.test(word) || word === '-0') this.faults.add('not-a-whole-number');
    else if (!Number.isSafeInteger(Number(word))) this.faults.add('number-too-large');
  }

  private pass(code: number): void {
    this.skipSpace();
    if (this.text.charCodeAt(this.at) === code) this.at += 1;
  }

  private skipSpace(): void {
    while (this.at < this.text.length && this.text.charCodeAt(this.at) <= SPACE) this.at += 1;
  }
}

function isEnd(code: number): boolean {
  return code === COMMA || code === CLOSE_BRACE || code === CLOSE_BRACKET || code <= SPACE;
}

/** Whether the character at a place follows an odd number of backslashes. */
function isEscaped(text: string, place: number): boolean {
  let first = place;
  while (text.charCodeAt(first - 1) === 0x5c) first -= 1;
  return (place - first) % 2 === 1;
}
