import type { RecurringWork } from './recurring.js';

/** One run of recurring work, as whoever measures it is told of its end. One that ends with its process is not told. */
export interface MeteredRun {
  /** `items`: how many things it did. */
  succeeded(items: number): void;
  failed(): void;
}

/** Whoever measures recurring work. It is told before the first run that there is such work, and how often it is due. */
export interface WorkMeter {
  expect(work: Pick<RecurringWork, 'name' | 'everyMs'>): void;
  begin(name: string): MeteredRun;
}

/** Measures nothing. */
export const UNMETERED: WorkMeter = {
  expect: () => undefined,
  begin: () => ({ succeeded: () => undefined, failed: () => undefined }),
};
