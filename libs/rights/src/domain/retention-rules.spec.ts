import { describe, expect, it } from '@jest/globals';
import { retainedOn } from './retention-rules.js';

/** Goal: an erasure keeps what the dated rules keep, each with its ground and end, and nothing else. */
const today = '2026-11-21T10:00:00.000Z';

describe('what an erasure retains', () => {
  it('nothing where there was never a consent nor a "no"', () => {
    expect(retainedOn(today, { consents: [], standingNos: 0 })).toEqual([]);
  });

  it('the proof of a telephone consent for three years from collection (R.223-2)', () => {
    const consents = [
      { channel: 'phone-human', occurredAt: '2026-08-20T10:00:00.000Z' },
      { channel: 'phone-human', occurredAt: '2026-09-01T22:30:00.000Z' },
    ] as const;
    expect(retainedOn(today, { consents, standingNos: 0 })).toEqual([
      { scope: 'evidence', ruleId: 'RET-PHONE-PROOF', ground: 'legal-obligation', until: '2029-09-02' },
    ]);
  });

  it('no proof whose period has ended', () => {
    const consents = [{ channel: 'phone-human', occurredAt: '2023-11-21T10:00:00.000Z' }] as const;
    expect(retainedOn(today, { consents, standingNos: 0 })).toEqual([]);
  });

  it('other proof for five years, and the list of objections for three, from the erasure', () => {
    const consents = [{ channel: 'email', occurredAt: '2019-01-01T10:00:00.000Z' }] as const;
    expect(retainedOn(today, { consents, standingNos: 2 })).toEqual([
      { scope: 'evidence', ruleId: 'RET-CONSENT-PROOF', ground: 'legal-claims', until: '2031-11-21' },
      { scope: 'suppression', ruleId: 'RET-SUPPRESSION', ground: 'objection-list', until: '2029-11-21' },
    ]);
  });

  it('counts by the Paris calendar, and by the rules of the day of the erasure', () => {
    const lateEvening = '2026-11-21T23:30:00.000Z';
    const consents = [{ channel: 'email', occurredAt: today }] as const;
    expect(retainedOn(lateEvening, { consents, standingNos: 0 })[0]?.until).toBe('2031-11-22');
    const telephone = [{ channel: 'phone-human', occurredAt: '2026-08-01T10:00:00.000Z' }] as const;
    expect(retainedOn('2026-08-10T10:00:00.000Z', { consents: telephone, standingNos: 0 })).toEqual([]);
  });
});
