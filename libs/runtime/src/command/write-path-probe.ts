/**
 * The steps of the write path, in order; between any two of them the process may die. `effective`: what happens after
 * each append is done; floors of a command in the command log rise with `finished`.
 */
export const writePathPoints = [
  'begun',
  'stream-read',
  'decided',
  'appended',
  'effective',
  'finished',
] as const;
export type WritePathPoint = (typeof writePathPoints)[number];

/** Called right after each step. Production has none; specs throw from it, which ends the attempt at that point. */
export type WritePathProbe = (point: WritePathPoint) => void | Promise<void>;
