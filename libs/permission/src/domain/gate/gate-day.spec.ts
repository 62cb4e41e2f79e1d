import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { channels, parisDay, startOfParisDay, addDays } from '#kernel';
import { holdsOn } from '../policy/policy-on.js';
import { publishedPolicy } from '../policy/published.js';
import { gateDay } from './gate-day.js';
import { localTime } from './local-time.js';
import { Memo } from './memo.js';
import { beginOfRetention, endOfRetention, lastDayOfRetention } from './retention.js';

// Goal: what is laid out or worked out once for many decisions is what each would have found for itself, in whatever
// order days, policies and zones are asked about.

const { policy } = publishedPolicy()!;
const instant = fc
  .date({ min: new Date('2017-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
/** First and last instants of days at which the law or the calendar turns. */
const border = fc
  .tuple(
    fc.constantFrom('2018-05-25', '2023-03-01', '2026-08-11', '2024-02-29', '2026-03-29', '2026-10-25'),
    fc.integer({ min: -1, max: 1 }),
    fc.constantFrom(0, -1),
  )
  .map(([day, days, ms]) => new Date(Date.parse(startOfParisDay(addDays(day, days))) + ms).toISOString());
const anyInstant = fc.oneof(instant, border);

describe('a day of the gate', () => {
  const other = { ...policy, version: 'other', rules: [], from: '2026-01-01' };

  it('is the one of the instant and of the policy, whatever was asked about before', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyInstant, fc.boolean()), { maxLength: 8 }), (asked) => {
        for (const [at, isOther] of asked) {
          const own = isOther ? other : policy;
          const today = parisDay(at);
          const day = gateDay(own, at);
          expect(day?.today).toBe(today < own.from ? undefined : today);
          if (day === undefined) continue;
          expect([day.policy, parisDay(day.from), day.from <= at, at < day.until]).toEqual([
            ...[own, today, true, true],
          ]);
          for (const channel of channels) {
            const held = own.rules.filter(
              (rule) => holdsOn(rule, today) && (rule.channels === 'any' || rule.channels.includes(channel)),
            );
            expect(new Set(day.rules(channel))).toEqual(new Set(held));
          }
        }
      }),
    );
  });
});

describe('a retention', () => {
  const leap = fc.constantFrom('2024-02-28', '2024-02-29', '2024-03-01', '2023-02-28', '2023-03-01');
  const day = fc.oneof(instant.map(parisDay), leap);
  const years = fc.integer({ min: 1, max: 6 });

  it('lasts to a day exactly if it begins at that instant or later', () => {
    fc.assert(
      fc.property(day, years, anyInstant, (today, many, from) => {
        const begin = beginOfRetention(today, many);
        const before = new Date(Date.parse(begin) - 1).toISOString();
        for (const one of [from, begin, before]) {
          expect(one >= begin).toBe(lastDayOfRetention(one, many) >= today);
          expect(one >= begin).toBe(endOfRetention(one, many) > startOfParisDay(today));
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('what is remembered', () => {
  it('is made once, and forgotten rather than grow beyond its limit', () => {
    const made: number[] = [];
    const memo = new Memo<number, string>(3);
    const ask = (key: number): string =>
      memo.of(key, () => {
        made.push(key);
        return String(key);
      });
    expect([1, 2, 3, 1, 4, 4, 1].map(ask)).toEqual(['1', '2', '3', '1', '4', '4', '1']);
    expect(made).toEqual([1, 2, 3, 4, 1]);
  });

  it('is told apart by zone and minute; a zone that nobody knows stays unknown', () => {
    const at = '2026-11-20T10:00:30.000Z';
    const [paris, cayenne] = ['Europe/Paris', 'America/Cayenne'].map((zone) => localTime(at, zone));
    expect([paris?.minutes, cayenne?.minutes]).toEqual([11 * 60, 7 * 60]);
    expect(localTime('2026-11-20T10:01:00.000Z', 'Europe/Paris')?.minutes).toBe(11 * 60 + 1);
    expect([localTime(at, 'Nowhere/Town'), localTime(at, 'Nowhere/Town')]).toEqual([undefined, undefined]);
  });
});
