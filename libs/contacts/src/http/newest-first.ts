import { decodeCursor } from '#http';

/** What a client asked of a list: how many, and where the page before ended. */
interface PageAsked {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/**
 * One page of what has each a place that sorts as text, newest first, and where the next page begins; `undefined`: there
 * is none. Throws `invalid-request` for a cursor that is none.
 */
export function newestFirst<T>(
  all: readonly T[],
  placeOf: (one: T) => string,
  { limit, cursor }: PageAsked,
): { readonly shown: readonly T[]; readonly next: readonly [string] | undefined } {
  const after = decodeCursor(cursor, ['string'])?.[0];
  const sorted = [...all].sort((a, b) => (placeOf(a) < placeOf(b) ? 1 : -1));
  const rest = after === undefined ? sorted : sorted.filter((one) => placeOf(one) < after);
  const shown = rest.slice(0, limit);
  const last = shown.at(-1);
  return { shown, next: rest.length > limit && last !== undefined ? [placeOf(last)] : undefined };
}
