/**
 * How counts of people and of their acts are published. Three rules, which hold together:
 *
 * 1. A count below {@link MINIMUM_CELL} is not published; nobody can tell 0 from 4.
 * 2. Every other count is rounded down to a multiple of {@link STEP}. So two published counts, of two days or of two
 *    cuts, differ by a multiple of the step or not at all: their difference never shows one person's act.
 * 3. No total over cells is published. A total beside its cells would give a suppressed cell away by subtraction, and
 *    the rounded ones by enough of them; whoever adds published cells gets a lower bound and nothing more.
 *
 * Rule 3 is why there is no complementary suppression: without a total there is nothing to subtract from.
 */
export const MINIMUM_CELL = 5;

/** Published counts are multiples of this. */
export const STEP = 5;

/** SQL of the published form of a count: `null` where it is too small. */
export function published(count: string): string {
  return `CASE WHEN ${count} >= ${String(MINIMUM_CELL)} THEN ${count} - ${count} % ${String(STEP)} END`;
}
