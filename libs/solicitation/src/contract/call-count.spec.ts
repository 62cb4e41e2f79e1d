import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays, parisDay } from '#kernel';
import { callsCounted, type CallCount, type CountedContact } from './call-count.js';

// Goal: what counts against the limit of C. conso. D.223-9 is exact: whose calls, over which days, and with which
// outcome. Method: single calls around each border, then any calls against a count by another way.

const CONTROLLER = '91b7c2d4-5e6f-4a1b-8c3d-7e9f0a1b2c3d';
const OTHER = '0a6f3c1e-2b4d-4c8e-9f10-00000000000c';
/** A Thursday at 16:00 in Paris, in winter. */
const at = '2026-11-19T15:00:00.000Z';
const call = (more: Partial<CountedContact> = {}): CountedContact => ({
  ...{ controllerId: CONTROLLER, channel: 'phone-human', state: 'made' },
  ...{ outcome: 'answered', at, expiresAt: null },
  ...more,
});
const count = (attempts: readonly CountedContact[], more: Partial<CallCount> = {}): number =>
  callsCounted(attempts, {
    controllerId: CONTROLLER,
    at,
    perDays: 30,
    counts: 'calls-and-attempts',
    ...more,
  });

describe('calls count', () => {
  it.each([
    ['on the day that is asked about', '2026-11-19T14:59:00.000Z', 1],
    ['later on that day', '2026-11-19T22:59:59.999Z', 1],
    ['on the next day', '2026-11-19T23:00:00.000Z', 0],
    ['on the 29th day before it, from midnight in Paris', '2026-10-20T22:00:00.000Z', 1],
    ['an instant earlier', '2026-10-20T21:59:59.999Z', 0],
  ])('%s: %s counts %i', (_, made, expected) => {
    expect(parisDay('2026-10-20T22:00:00.000Z')).toBe('2026-10-21');
    expect(count([call({ at: made })])).toBe(expected);
  });

  it('on one day only, where one day is asked about', () => {
    const made = ['2026-11-18T22:59:59.999Z', '2026-11-18T23:00:00.000Z'].map((day) => call({ at: day }));
    expect(count(made, { perDays: 1 })).toBe(1);
  });

  it('of people and machines together, of that data controller alone', () => {
    const made = [call(), call({ channel: 'autodialer' }), call({ controllerId: OTHER })];
    expect(count(made)).toBe(2);
    expect(count(made, { controllerId: OTHER })).toBe(1);
  });

  it('not messages', () => {
    expect(count([call({ channel: 'sms-mms' }), call({ channel: 'email', outcome: 'sent' })])).toBe(0);
  });

  it.each([
    ...['no-answer', 'busy', 'wrong-number', 'bounced'].map((outcome) => [outcome, 0] as const),
    ...['sent', 'delivered', 'answered', 'refused', 'asked-to-stop'].map((outcome) => [outcome, 1] as const),
  ])('%s is always an attempt, and %i calls', (outcome, calls) => {
    expect(count([call({ outcome })])).toBe(1);
    expect(count([call({ outcome })], { counts: 'calls' })).toBe(calls);
  });
});

describe('a reservation counts', () => {
  const reserved = (expiresAt: string, more: Partial<CountedContact> = {}): CountedContact =>
    call({ state: 'reserved', outcome: null, expiresAt, at: '2026-11-18T20:00:00.000Z', ...more });

  it.each(['calls', 'calls-and-attempts'] as const)('until it runs out, where %s count', (counts) => {
    expect(count([reserved('2026-11-19T15:00:00.001Z')], { counts })).toBe(1);
    expect(count([reserved('2026-11-19T15:00:00.000Z')], { counts })).toBe(0);
  });

  it('also where it began before the days that count: its call would be today', () => {
    expect(count([reserved('2026-11-19T15:00:00.001Z')], { perDays: 1 })).toBe(1);
  });

  it('not once it is given back', () => {
    expect(count([reserved('2026-11-19T16:00:00.000Z', { state: 'released' })])).toBe(0);
  });
});

describe('any calls', () => {
  const instants = fc
    .integer({ min: Date.UTC(2026, 1, 1), max: Date.UTC(2026, 11, 1) })
    .map((ms) => new Date(ms).toISOString());

  it('are counted as on a calendar, through both changes of the clock', () => {
    const days = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(fc.array(instants, { maxLength: 30 }), instants, days, (made, asked, perDays) => {
        const calendar = Array.from({ length: perDays }, (_, back) => addDays(parisDay(asked), -back));
        const expected = made.filter((instant) => calendar.includes(parisDay(instant))).length;
        expect(
          count(
            made.map((instant) => call({ at: instant })),
            { at: asked, perDays },
          ),
        ).toBe(expected);
      }),
    );
  });
});
