import { invalidRequest } from '../validation/validate.js';
import { IntField, TextField } from '../validation/fields.js';

const MAX_PAGE = 500;
const DEFAULT_PAGE = 100;
const MAX_CURSOR = 500;

/** Query of a read: `minToken` asks for an answer that is at least as new as a command's token. */
export class ReadQuery {
  @TextField({
    max: 200,
    optional: true,
    description: 'The answer is at least as new as this token of a command.',
  })
  minToken?: string;
}

/** Query of a list that is read page by page. Extend it with the list's own filters. */
export class PageQuery extends ReadQuery {
  @IntField({ min: 1, max: MAX_PAGE, fallback: DEFAULT_PAGE, description: 'How many items a page holds.' })
  limit!: number;

  @TextField({ max: MAX_CURSOR, optional: true, description: '`next` of the page before; opaque.' })
  cursor?: string;
}

/** One page of a list. `next` is the cursor of the following one; absent on the last. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

/** A part of a cursor: the values of the ordering columns of a page's last row. */
export type CursorPart = string | number;

/** A page; `next` are the ordering values of its last row if more rows follow, else `undefined`. */
export function page<T>(items: readonly T[], next: readonly CursorPart[] | undefined): Page<T> {
  return next === undefined ? { items } : { items, next: encodeCursor(next) };
}

/** The opaque cursor after a row. It names a place and nothing personal. */
export function encodeCursor(parts: readonly CursorPart[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/**
 * The ordering values that a cursor holds; `undefined` for the first page. A cursor is the client's word: the parts are
 * checked to be as many as asked for and of these types. Throws `invalid-request` for anything else.
 */
export function decodeCursor<const T extends readonly ('string' | 'number')[]>(
  cursor: string | undefined,
  types: T,
): { [K in keyof T]: T[K] extends 'string' ? string : number } | undefined {
  if (cursor === undefined) return undefined;
  const parts = parse(cursor);
  const isWhole = parts?.length === types.length && parts.every((part, i) => typeof part === types[i]);
  if (!isWhole) throw invalidRequest([{ pointer: '?cursor', code: 'not-a-cursor' }]);
  return parts as { [K in keyof T]: T[K] extends 'string' ? string : number };
}

function parse(cursor: string): readonly unknown[] | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(parts) && parts.every(isStorable) ? parts : undefined;
  } catch {
    return undefined;
  }
}

/** No place has a name that a database could not hold: NUL, or half of a surrogate pair. */
function isStorable(part: unknown): boolean {
  return typeof part !== 'string' || (!part.includes('\u0000') && part.isWellFormed());
}
