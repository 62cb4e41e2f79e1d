import type { Instant } from '#kernel';

/** The earlier of two ends; one that is not there never comes. */
export function earlier<None extends null | undefined>(
  one: Instant | None,
  other: Instant | None,
): Instant | None {
  if (typeof one !== 'string') return other;
  if (typeof other !== 'string') return one;
  return one < other ? one : other;
}
