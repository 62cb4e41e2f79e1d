import { describe, expect, it } from '@jest/globals';
import { consentStanding } from './consent-standing.js';
import type { GivenConsent, SaidNo } from './contact-facts.js';
import { effectiveAt, happenedAt } from './effective-at.js';

const day = (n: number): string => new Date(Date.UTC(2025, 0, n)).toISOString();
const consent = (givenAt: string, more: Partial<GivenConsent> = {}): GivenConsent => ({
  consentId: `c-${givenAt}`,
  purposeId: 'p',
  channel: 'email',
  controllerId: 'c',
  contactPointIds: [],
  givenAt,
  recordedAt: givenAt,
  validUntil: null,
  grade: 'strong',
  missing: [],
  sourceKind: 'shop',
  indicatedBy: 'data-subject',
  eventId: `e-${givenAt}`,
  revision: 0,
  ...{ goodsNature: [], namedRecipientIds: [], acceptedSlots: [], age: 'not-asserted' },
  ...{ hasParentalConsent: false, collectorId: null, purposeRevision: 0, formVersion: null },
  notice: { noticeId: 'n', version: 1 },
  ...more,
});
const no = (at: string, more: Partial<SaidNo> = {}): SaidNo => ({
  eventId: `n-${at}`,
  kind: 'withdrawn',
  purposeId: 'p',
  channel: 'email',
  controllerId: null,
  at,
  recordedAt: at,
  sourceKind: 'shop',
  stream: 'consent',
  revision: 1,
  ...more,
});

describe('what has become of a consent', () => {
  const mine = consent(day(10));
  const standing = (consents: readonly GivenConsent[], nos: readonly SaidNo[], at = day(90)) =>
    consentStanding(mine, { consents: [mine, ...consents], nos }, at);

  it('it stands while nothing ended it', () => {
    expect(standing([], [no(day(9)), no(day(20), { channel: 'post' })])).toEqual({ state: 'given' });
  });

  it('the first no that covers it ended it, also at the same instant', () => {
    const nos = [no(day(30)), no(day(10), { purposeId: 'all', kind: 'objected' })];
    expect(standing([], nos)).toEqual({ state: 'objected', endedBy: `n-${day(10)}`, endedAt: day(10) });
  });

  it('a no counts more than a newer consent, which begins anew', () => {
    expect(standing([consent(day(20))], [no(day(15))]).state).toBe('withdrawn');
  });

  it('the next consent to the same question renewed it', () => {
    const later = [consent(day(30)), consent(day(20)), consent(day(15), { channel: 'post' })];
    expect(standing(later, [])).toEqual({ state: 'renewed', endedBy: `e-${day(20)}`, endedAt: day(20) });
  });

  it('its stated end ended it', () => {
    const short = consent(day(10), { validUntil: day(20) });
    const facts = { consents: [short], nos: [] };
    expect(consentStanding(short, facts, day(19))).toEqual({ state: 'given' });
    expect(consentStanding(short, facts, day(20))).toEqual({ state: 'expired', endedAt: day(20) });
  });
});

describe('when an event counts', () => {
  it('is when it happened; an act of the ledger itself when it was recorded', () => {
    const recordedAt = day(20);
    expect(happenedAt({ type: 'RestrictionLiftNotified', data: { notifiedAt: day(10) }, recordedAt })).toBe(
      day(10),
    );
    expect(happenedAt({ type: 'ErasureOrdered', data: { requestedAt: day(10) }, recordedAt })).toBe(day(20));
    expect(happenedAt({ type: 'Odd', data: null, recordedAt })).toBe(day(20));
  });

  it('is never later than recorded for a no', () => {
    const [data, recordedAt] = [{ occurredAt: day(25) }, day(20)];
    expect(effectiveAt({ type: 'ConsentWithdrawn', data, recordedAt })).toBe(day(20));
    expect(effectiveAt({ type: 'ConsentGiven', data, recordedAt })).toBe(day(25));
  });
});
