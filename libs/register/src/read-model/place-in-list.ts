import { decodeCursor, invalidRequest, type CursorPart } from '#http';
import { isUuid } from '#kernel';

/** What a part of a cursor is compared with in SQL. */
export type PartKind = 'text' | 'uuid' | 'instant' | 'integer';

const TYPES = { text: 'string', uuid: 'string', instant: 'string', integer: 'number' } as const;
const MAX_INTEGER = 2 ** 31 - 1;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/**
 * The place after which a page begins, each part checked to be what PostgreSQL will take; `undefined` for the first
 * page. Throws `invalid-request`: a cursor is the client's word.
 */
export function placeInList(
  cursor: string | undefined,
  kinds: readonly PartKind[],
): CursorPart[] | undefined {
  const parts = decodeCursor<readonly ('string' | 'number')[]>(
    cursor,
    kinds.map((kind) => TYPES[kind]),
  );
  if (parts === undefined) return undefined;
  if (kinds.every((kind, index) => FITS[kind](parts[index]))) return [...parts];
  throw invalidRequest([{ pointer: '?cursor', code: 'not-a-cursor' }]);
}

const FITS: Readonly<Record<PartKind, (part: unknown) => boolean>> = {
  text: (part) => typeof part === 'string' && !part.includes('\u0000'),
  uuid: (part) => typeof part === 'string' && isUuid(part),
  instant: (part) => typeof part === 'string' && INSTANT.test(part) && !Number.isNaN(Date.parse(part)),
  integer: (part) => typeof part === 'number' && Number.isInteger(part) && Math.abs(part) <= MAX_INTEGER,
};
