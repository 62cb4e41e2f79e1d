import { describe, expect, it } from '@jest/globals';
import { PrimaryClock, daysBefore } from './primary-clock.js';

describe('the clock of the primary', () => {
  it('goes on by the monotonic clock, and counts days in Europe/Paris', () => {
    let monotonic = 1000;
    const clock = new PrimaryClock(() => monotonic);
    expect(clock.isKnown).toBe(false);
    expect(() => clock.today()).toThrow();
    clock.observe(new Date('2026-07-01T21:58:00.000Z'));
    expect([clock.isKnown, clock.today(), clock.otherToday()]).toEqual([true, '2026-07-01', undefined]);
    monotonic += 61_000;
    expect([clock.today(), clock.otherToday()]).toEqual(['2026-07-01', '2026-07-02']);
    monotonic += 60_000;
    expect([clock.today(), clock.otherToday()]).toEqual(['2026-07-02', '2026-07-01']);
    monotonic += 60_000;
    expect([clock.today(), clock.otherToday()]).toEqual(['2026-07-02', undefined]);
    clock.observe(new Date('2026-01-01T12:00:00.000Z'));
    expect(clock.today()).toBe('2026-01-01');
  });

  it('knows the days before a day, across months and leap years', () => {
    expect(daysBefore('2028-03-01', 2)).toEqual(['2028-02-29', '2028-02-28']);
    expect(daysBefore('2026-01-01', 1)).toEqual(['2025-12-31']);
    expect(daysBefore('2026-01-01', 0)).toEqual([]);
  });
});
