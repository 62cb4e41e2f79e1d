import { describe, expect, it } from '@jest/globals';
import { parisDay } from '#kernel';
import { PrimaryClock, daysBefore } from './primary-clock.js';

describe('the clock of the primary', () => {
  it('goes on by the monotonic clock, and counts days in Europe/Paris', () => {
    let monotonic = 1000;
    const clock = new PrimaryClock(() => monotonic);
    expect(clock.isKnown).toBe(false);
    expect(() => clock.today()).toThrow();
    clock.observe(new Date('2026-07-01T21:58:00.000Z'));
    expect(clock.isKnown).toBe(true);
    expect(clock.today()).toEqual({ day: '2026-07-01', other: undefined });
    monotonic += 61_000;
    expect(clock.today()).toEqual({ day: '2026-07-01', other: '2026-07-02' });
    monotonic += 60_000;
    expect(clock.today()).toEqual({ day: '2026-07-02', other: '2026-07-01' });
    monotonic += 60_000;
    expect(clock.today()).toEqual({ day: '2026-07-02', other: undefined });
    clock.observe(new Date('2026-01-01T12:00:00.000Z'));
    expect(clock.today().day).toBe('2026-01-01');
  });

  it('believes the least late of the answers, and after a minute one that was set back', () => {
    let monotonic = 0;
    const clock = new PrimaryClock(() => monotonic);
    const noon = Date.parse('2026-07-01T12:00:00.000Z');
    const answer = (lateMs: number) => clock.observe(new Date(noon + monotonic - lateMs));
    answer(900);
    answer(5);
    answer(3_000);
    expect(clock.now()).toBe('2026-07-01T11:59:59.995Z');
    monotonic += 30_000;
    answer(10);
    expect(clock.now()).toBe('2026-07-01T12:00:29.995Z');
    answer(86_400_000);
    expect(clock.now()).toBe('2026-07-01T12:00:29.995Z');
    monotonic += 31_000;
    answer(86_400_000);
    expect(clock.now()).toBe('2026-06-30T12:01:01.000Z');
  });

  it('says at every second of a night what a calendar says', () => {
    let monotonic = 0;
    const clock = new PrimaryClock(() => monotonic);
    const evening = Date.parse('2026-03-28T22:50:00.000Z');
    clock.observe(new Date(evening));
    for (monotonic = 0; monotonic < 1_200_000; monotonic += 1000) {
      const [now, before, after] = [0, -60_000, 60_000].map((ms) =>
        parisDay(new Date(evening + monotonic + ms).toISOString()),
      );
      expect(clock.today()).toEqual({ day: now, other: [before, after].find((day) => day !== now) });
    }
  });

  it('knows the days before a day, across months and leap years', () => {
    expect(daysBefore('2028-03-01', 2)).toEqual(['2028-02-29', '2028-02-28']);
    expect(daysBefore('2026-01-01', 1)).toEqual(['2025-12-31']);
    expect(daysBefore('2026-01-01', 0)).toEqual([]);
  });
});
