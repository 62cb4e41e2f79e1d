import { describe, expect, it } from '@jest/globals';
import { SILENT } from '../projection/runner-log.js';
import { Recurring, type RecurringWork } from './recurring.js';
import type { WorkMeter } from './work-meter.js';

// Goal: what is due is done at once and again, one run at a time, whatever fails; it ends with the process. Method: a
// clock that the spec moves: each pause is noted and lasts until the spec ends it.

const HOUR_MS = 3_600_000;

/** Pauses that the spec ends; `wait` ends by itself when the signal aborts. */
function handClock() {
  const pauses: { readonly ms: number; readonly end: () => void }[] = [];
  const begun: (() => void)[] = [];
  const wait = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      pauses.push({ ms, end: resolve });
      signal.addEventListener('abort', () => resolve());
      if (signal.aborted) resolve();
      begun.shift()?.();
    });
  /** Resolves when the next pause has begun. */
  const paused = (): Promise<void> => new Promise((resolve) => begun.push(resolve));
  return { pauses, wait, paused };
}

/** What a meter is told, in its order. */
function bookOfRuns() {
  const metered: string[] = [];
  const meter: WorkMeter = {
    expect: ({ name, everyMs }) => void metered.push(`expect ${name} every ${String(everyMs)}`),
    begin: (name) => {
      metered.push(`begin ${name}`);
      return {
        succeeded: (items) => void metered.push(`succeeded ${String(items)}`),
        failed: () => void metered.push('failed'),
      };
    },
  };
  return { meter, metered };
}

function recurring(run: RecurringWork['run'], random = 0) {
  const clock = handClock();
  const warned: object[] = [];
  const log = { ...SILENT, warn: (fields: object) => void warned.push(fields) };
  const { meter, metered } = bookOfRuns();
  const options = { log, meter, wait: clock.wait, random: () => random };
  return { work: new Recurring({ name: 'bell', everyMs: HOUR_MS, run }, options), clock, warned, metered };
}

describe('recurring work', () => {
  it('runs at once and after each pause, though started twice', async () => {
    let runs = 0;
    const { work, clock } = recurring(async () => (runs += 1));
    for (let times = 1; times <= 3; times += 1) {
      const paused = clock.paused();
      if (times > 1) clock.pauses.at(-1)?.end();
      work.start();
      await paused;
      expect(runs).toBe(times);
    }
    expect(clock.pauses.map(({ ms }) => ms)).toEqual([HOUR_MS, HOUR_MS, HOUR_MS]);
    await work.stop();
  });

  it('comes a little earlier by chance, never later', async () => {
    const { work, clock } = recurring(async () => 0, 0.999);
    const paused = clock.paused();
    work.start();
    await paused;
    expect(clock.pauses[0]?.ms).toBeGreaterThan(0.89 * HOUR_MS);
    expect(clock.pauses[0]?.ms).toBeLessThan(0.91 * HOUR_MS);
    await work.stop();
  });

  it('tries again soon after a failure and tells its kind, never its words', async () => {
    let runs = 0;
    const { work, clock, warned, metered } = recurring(async () => {
      runs += 1;
      if (runs < 3) throw new TypeError('the address of somebody');
      return 7;
    });
    for (let times = 1; times <= 3; times += 1) {
      const paused = clock.paused();
      if (times === 1) work.start();
      else clock.pauses.at(-1)?.end();
      await paused;
    }
    const [first, second, third] = clock.pauses.map(({ ms }) => ms);
    expect(Math.max(first!, second!)).toBeLessThanOrEqual(15_000);
    expect(third).toBe(HOUR_MS);
    expect(warned).toEqual([
      { work: 'bell', problem: 'TypeError' },
      { work: 'bell', problem: 'TypeError' },
    ]);
    const run = (end: string) => ['begin bell', end];
    expect(metered).toEqual([
      'expect bell every 3600000',
      ...[...run('failed'), ...run('failed'), ...run('succeeded 7')],
    ]);
    await work.stop();
  });

  it('is asked to end what is under way, waits for it and says nothing of it', async () => {
    let isOver = false;
    const { work, warned, clock, metered } = recurring(async (signal) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      await Promise.resolve();
      isOver = true;
      signal.throwIfAborted();
      return 0;
    });
    work.start();
    await work.stop();
    expect(isOver).toBe(true);
    expect(warned).toEqual([]);
    expect(metered).toEqual(['expect bell every 3600000', 'begin bell']);
    clock.pauses.at(-1)?.end();
  });

  it('does nothing after it was stopped before its start', async () => {
    let runs = 0;
    const { work } = recurring(async () => (runs += 1));
    await work.stop();
    work.start();
    await work.stop();
    expect(runs).toBe(0);
  });
});
