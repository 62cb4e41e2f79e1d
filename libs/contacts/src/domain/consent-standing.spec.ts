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
  ...{ notice: { noticeId: 'n', version: 1 }, endings: [] },
  ...more,
});
const BY = { kind: 'operator', ref: 'o' } as const;
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

  it('what ended it first counts, but what never was valid never was', () => {
    const ended = (state: 'expired' | 'revoked' | 'invalidated', at: string) =>
      ({ state, at, recordedAt: at, eventId: `${state}-${at}`, revision: 2, by: BY, reasons: [] }) as const;
    const of = (
      endings: GivenConsent['endings'],
      nos: readonly SaidNo[] = [],
      others: readonly GivenConsent[] = [],
    ) => {
      const mine2 = consent(day(10), { validUntil: day(50), endings });
      return consentStanding(mine2, { consents: [mine2, ...others], nos }, day(40)).state;
    };
    expect(of([ended('revoked', day(20))])).toBe('revoked');
    expect(of([ended('revoked', day(20))], [no(day(15))])).toBe('withdrawn');
    expect(of([ended('revoked', day(20))], [no(day(25))])).toBe('revoked');
    expect(of([ended('revoked', day(20))], [], [consent(day(15))])).toBe('revoked');
    expect(of([ended('revoked', day(20)), ended('invalidated', day(30))], [no(day(15))])).toBe('invalidated');
    expect(of([ended('expired', day(50))])).toBe('expired');
    expect(of([ended('expired', day(50))], [], [consent(day(20))])).toBe('renewed');
    const never = consent(day(20), { endings: [ended('invalidated', day(30))] });
    expect(of([], [], [never])).toBe('given');
  });

  it('its stated end ended it', () => {
    const late = consent(day(10), { validUntil: day(20) });
    expect(consentStanding(late, { consents: [late, consent(day(30))], nos: [] }, day(90)).state).toBe(
      'expired',
    );
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
    expect(effectiveAt({ type: 'ConsentRevoked', data, recordedAt })).toBe(day(20));
  });

  it('is before every day for a consent that never was valid, for whoever knows of it', () => {
    const event = { type: 'ConsentInvalidated', data: { occurredAt: day(25) }, recordedAt: day(30) };
    expect(effectiveAt(event) < '0001-01-02').toBe(true);
  });
});
