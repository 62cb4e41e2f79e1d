import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parisDay, type Uuid } from '#kernel';
import { replayRows } from '../application/row-store.js';
import { anyHistory } from '../any-history.fixture.js';
import {
  consentEnded,
  consentGiven,
  consentRequested,
  requestAnswered,
  saidNo,
  type EndingWish,
} from '../consent-facts.fixture.js';
import {
  asLedgerEvents,
  CONTROLLER,
  day,
  ERASURES,
  POINTS,
  PURPOSES,
  type Fact,
} from '../contacts.fixture.js';
import { erasure, objectionRaised, restricted, rightsFact, suppressed } from '../rights-facts.fixture.js';
import { pointAdded, registered } from '../subject-facts.fixture.js';
import { contactFactsOf } from '../read-model/contact-rows.js';
import { contactStateProjection } from '../read-model/contact-state.projection.js';
import { contactState, type ContactState } from './contact-state.js';
import { effectiveAt } from './effective-at.js';
import type { ChoiceState } from './choice-states.js';

// Goal: what stands about a person is told as the law reads it, whatever the order in which the ledger learned of it.
// Method: facts as they stand in streams, folded by the projection itself, then judged at an instant.

const anna: Uuid = '3f2b8c1e-0a77-4a0d-9b3e-5d1f6c2a9e10';
const STREAM = 'personal-4c1b7d90-8a2e-4f63-9b57-1d0e2f3a4b5c';
const known = [registered(anna), pointAdded(anna, POINTS[0]), pointAdded(anna, POINTS[1])];

function stateOf(facts: readonly Fact[], at = day(100)): ContactState {
  const rowsOf = replayRows(contactStateProjection, asLedgerEvents(facts));
  return contactState(contactFactsOf(rowsOf), at);
}

function choice(facts: readonly Fact[], at = day(100), channel = 'email'): ChoiceState | undefined {
  return stateOf([...known, ...facts], at).choices.find(
    (one) => one.purposeId === PURPOSES[0] && one.channel === channel,
  );
}

describe('the facts', () => {
  const factsOf = (facts: readonly Fact[]) =>
    contactFactsOf(replayRows(contactStateProjection, asLedgerEvents(facts)));

  it('of a consent say what it covers, by which texts, and how it was given', () => {
    const slots = [{ from: day(11), to: day(12) }];
    const evidence = { kind: 'sealed', scope: 'evidence', eventId: PURPOSES[1] };
    const more = {
      ...{ goodsNature: ['energie'], namedRecipientIds: [CONTROLLER], acceptedSlots: slots },
      ...{ age: 'under-15', parentalConsent: evidence, collectorId: POINTS[2], purposeRevision: 3 },
    };
    const [full, plain] = factsOf([consentGiven(anna, { more }), consentGiven(anna)]).consents;
    expect(full).toMatchObject({
      ...{ goodsNature: ['energie'], namedRecipientIds: [CONTROLLER], acceptedSlots: slots },
      ...{
        age: 'under-15',
        hasParentalConsent: true,
        collectorId: POINTS[2],
        purposeRevision: 3,
        revision: 0,
      },
    });
    expect(plain).toMatchObject({
      ...{ goodsNature: [], namedRecipientIds: [], acceptedSlots: [], age: 'not-asserted' },
      ...{ hasParentalConsent: false, collectorId: null, purposeRevision: 0, formVersion: null, revision: 1 },
      notice: { noticeId: PURPOSES[1], version: 1 },
    });
  });

  it('of a "no" and of a restriction say where they stand, of a restriction the newest', () => {
    const { nos, restrictions } = factsOf([
      ...[consentGiven(anna), saidNo(anna), restricted(anna, day(15)), objectionRaised(anna)],
      { ...restricted(anna, day(16)), id: ERASURES[0] ?? '' },
    ]);
    expect(nos).toMatchObject([
      { kind: 'withdrawn', stream: 'consent', revision: 1 },
      { kind: 'objected', stream: 'rights', revision: 1 },
    ]);
    expect(restrictions).toMatchObject([{ eventId: ERASURES[0], revision: 2 }]);
  });
});

describe('a restriction', () => {
  it('a restriction survives a new consent', () => {
    const before = [consentGiven(anna, { at: day(10) }), restricted(anna, day(15))];
    const renewed = choice([...before, consentGiven(anna, { at: day(20) })]);
    expect(renewed).toMatchObject({ state: 'given', since: day(20), restricted: true });
    expect(stateOf([...known, ...before, consentGiven(anna)]).restrictions).toMatchObject([
      { state: 'standing', ground: 'accuracy', since: day(15) },
    ]);
  });

  it('ends only when it is lifted, not when the lifting is announced', () => {
    const announced = [
      consentGiven(anna),
      restricted(anna),
      rightsFact(
        anna,
        'RestrictionLiftNotified',
        { restrictionId: '0a6f3c1e-2b4d-4c8e-9f10-0000000000b1', notifiedAt: day(20), means: 'post' },
        day(20),
      ),
    ];
    expect(choice(announced)).toMatchObject({ restricted: true });
    const lifted = rightsFact(
      anna,
      'RestrictionLifted',
      { restrictionId: '0a6f3c1e-2b4d-4c8e-9f10-0000000000b1', reason: 'claims-over', occurredAt: day(25) },
      day(25),
    );
    expect(choice([...announced, lifted])).toMatchObject({ state: 'given', restricted: false });
  });

  it('of one purpose leaves the others free', () => {
    const facts = [consentGiven(anna), restricted(anna, day(15), [PURPOSES[1] ?? ''])];
    expect(choice(facts)).toMatchObject({ state: 'given', restricted: false });
  });
});

describe('a choice', () => {
  it('is the newest answer, whenever the ledger learned of it', () => {
    const late = consentGiven(anna, { at: day(5), recordedAt: day(50) });
    expect(choice([saidNo(anna, { at: day(20) }), late])).toMatchObject({
      state: 'withdrawn',
      since: day(20),
    });
    const newer = consentGiven(anna, { at: day(21) });
    expect(choice([saidNo(anna, { at: day(20) }), newer])).toMatchObject({ state: 'given', since: day(21) });
  });

  it('is no at equal times', () => {
    const sameInstant = [saidNo(anna, { at: day(10) }), consentGiven(anna, { at: day(10) })];
    expect(choice(sameInstant)?.state).toBe('withdrawn');
    expect(choice([...sameInstant].reverse())?.state).toBe('withdrawn');
  });

  it.each([
    ['every purpose', { purposeId: 'all' }],
    ['a purpose that the ledger does not know', { purposeId: 'unknown' }],
    ['every channel', { channel: 'all' }],
    ['every purpose and channel', { purposeId: 'all', channel: 'all' }],
    ['its own data controller', { controllerId: CONTROLLER }],
  ])('is ended by a no to %s', (_, wish) => {
    expect(choice([consentGiven(anna), saidNo(anna, wish)])?.state).toBe('withdrawn');
    expect(choice([consentGiven(anna), objectionRaised(anna, wish)])?.state).toBe('objected');
  });

  it.each([
    ['another purpose', { purposeId: PURPOSES[1] ?? '' }],
    ['another channel', { channel: 'post' }],
    ['another data controller', { controllerId: POINTS[2] ?? '' }],
  ])('outlives a no to %s', (_, wish) => {
    expect(choice([consentGiven(anna), saidNo(anna, wish)])?.state).toBe('given');
  });

  it('covers the contact points of its standing consents that are still the person’s', () => {
    const two = [
      consentGiven(anna, { at: day(10), contactPointIds: [POINTS[0] ?? ''] }),
      consentGiven(anna, { at: day(11), contactPointIds: [POINTS[1] ?? '', POINTS[2] ?? ''] }),
    ];
    expect(choice(two)?.contactPointIds).toEqual([POINTS[0], POINTS[1]]);
    const withdrawnBetween = [...two, saidNo(anna, { at: day(10) })];
    expect(choice(withdrawnBetween)?.contactPointIds).toEqual([POINTS[1]]);
  });

  it('is expired from its stated end on', () => {
    const facts = [consentGiven(anna, { validUntil: day(40) })];
    expect(choice(facts, day(39))?.state).toBe('given');
    expect(choice(facts, day(40))?.state).toBe('expired');
  });

  it('is not asked by a wide no alone: that stands apart', () => {
    const { choices, wideNos, status } = stateOf([saidNo(anna, { purposeId: 'unknown', channel: 'all' })]);
    expect([choices, wideNos.length, status]).toEqual([[], 1, 'not-registered']);
    expect(wideNos[0]).toMatchObject({ purposeId: 'unknown', channel: 'all', kind: 'withdrawn' });
  });

  it('is told once for a no to every controller beside one to a single controller', () => {
    const facts = [saidNo(anna), saidNo(anna, { controllerId: CONTROLLER, at: day(30) })];
    for (const order of [facts, [...facts].reverse()]) {
      expect(stateOf(order).choices).toMatchObject([{ controllerId: CONTROLLER, since: day(30) }]);
    }
  });
});

describe('an address on the suppression list', () => {
  const entered = '2025-01-21';

  it('ends what was consented to before, on that day too, whenever the ledger met it', () => {
    const [morning, night] = [`${entered}T08:00:00.000Z`, `${entered}T22:59:59.999Z`];
    for (const at of [day(5), morning, night]) {
      const consent = consentGiven(anna, { at, recordedAt: day(60) });
      for (const facts of [
        [consent, suppressed(anna, { enteredOn: entered, at: day(50) })],
        [suppressed(anna, { enteredOn: entered, at: day(50) }), consent],
      ]) {
        expect(choice(facts)).toMatchObject({ state: 'suppressed', since: night });
      }
    }
  });

  it('does not outlive a consent of a later day to that very question', () => {
    const anew = consentGiven(anna, { at: `${entered}T23:00:00.000Z` });
    expect(choice([suppressed(anna, { enteredOn: entered }), anew])?.state).toBe('given');
    const elsewhere = consentGiven(anna, { at: day(40), channel: 'post' });
    const facts = [consentGiven(anna), suppressed(anna, { enteredOn: entered }), elsewhere];
    expect([choice(facts)?.state, choice(facts, day(100), 'post')?.state]).toEqual(['suppressed', 'given']);
  });

  it('covers what is unwanted there, and no more', () => {
    const other = { purposeId: PURPOSES[1] ?? '', channel: 'email' };
    expect(choice([consentGiven(anna), suppressed(anna, other)])?.state).toBe('given');
    expect(choice([consentGiven(anna), suppressed(anna, { channel: 'post' })])?.state).toBe('given');
    expect(choice([consentGiven(anna), suppressed(anna, { controllerId: CONTROLLER })])?.state).toBe(
      'suppressed',
    );
    const { wideNos, objections } = stateOf([suppressed(anna)]);
    expect(wideNos).toMatchObject([{ kind: 'suppressed', purposeId: 'all', channel: 'all' }]);
    expect(objections).toEqual([]);
  });

  it('counts on a past day from the day of the entry on, although the address became theirs later', () => {
    const [match] = asLedgerEvents([suppressed(anna, { enteredOn: entered, at: day(50) })]);
    expect(effectiveAt(match!)).toBe('2025-01-20T23:00:00.000Z');
  });
});

describe('an erasure', () => {
  it('is told by its steps; the person is erased from the point of no return on', () => {
    const steps = erasure(anna, day(30), ['identity', 'marketing']);
    const after = (n: number): ContactState => stateOf([...known, ...steps.slice(0, n)]);
    expect([1, 3, 4, 5].map((n) => after(n).subject?.erasureState)).toEqual([
      ...['ordered', 'started', 'started', 'unreadable'],
    ]);
    expect([2, 3].map((n) => after(n).status)).toEqual(['registered', 'erased']);
  });

  it('is erased and then completed, by the facts of the newest one only', () => {
    const steps = erasure(anna, day(30), ['identity', 'marketing']);
    const [erasureId, nextId] = ERASURES;
    const ends = [
      rightsFact(
        anna,
        'PersonalStreamClosed',
        { erasureId, scope: 'identity', generation: 1, stream: STREAM },
        day(31),
      ),
      rightsFact(
        anna,
        'PersonalStreamsPurged',
        {
          erasureId,
          streams: [STREAM],
          purgeRunId: erasureId,
          technique: 'physical-delete',
          provenAt: day(32),
        },
        day(32),
      ),
      rightsFact(anna, 'ErasureCompleted', { erasureId, completedAt: day(32) }, day(32)),
    ];
    const after = (n: number): ContactState => stateOf([...known, ...steps, ...ends.slice(0, n)]);
    expect([1, 2, 3].map((n) => after(n).subject?.erasureState)).toEqual([
      'unreadable',
      'erased',
      'completed',
    ]);
    const later = erasure(anna, day(32), ['contract'], nextId).slice(0, 1);
    expect(stateOf([...known, ...steps, ...later, ...ends]).subject?.erasureState).toBe('ordered');
  });

  it('of another scope leaves the person', () => {
    const state = stateOf([...known, ...erasure(anna, day(30), ['marketing'])]);
    expect(state).toMatchObject({ status: 'registered', subject: { erasureState: 'unreadable' } });
  });

  it('of one value removes its contact point, and neither the person nor an erasure that came before', () => {
    const [erasureId = '', valueErasureId] = ERASURES;
    const named = { scope: 'identity', eventId: erasureId, contactPointId: POINTS[0] };
    const ordered = { ground: 'objection', initiator: 'data-subject', requestedAt: day(30) };
    const check = { identityCheck: { method: 'known-details', at: day(30) }, despiteRestrictionIds: [] };
    const key = { kid: 'k_01JD0000000000000000000001', fp: 'f'.repeat(43), scope: 'identity' };
    const facts = [
      ['ValueErasureOrdered', { ...ordered, ...check, values: [named] }],
      [
        'KeyDestructionStarted',
        { keys: [{ ...key, generation: 1, stream: STREAM }], scopes: [], covers: [] },
      ],
      [
        'SubjectKeyDestroyed',
        {
          ...{ scope: 'identity', throughGeneration: 1, keys: [], technique: 'crypto-shred' },
          ...{ kekProvider: 'file', destroyedAt: day(30) },
        },
      ],
    ] as const;
    const value = facts.map(([type, data]) =>
      rightsFact(anna, type, { erasureId: valueErasureId, ...data }, day(30)),
    );
    const state = stateOf([...known, ...value]);
    expect(state).toMatchObject({ status: 'registered', subject: { erasureState: 'none', isErased: false } });
    const points = state.contactPoints.map(({ contactPointId, state: of, until }) => [
      contactPointId,
      of,
      until,
    ]);
    expect(points).toEqual([
      [POINTS[0], 'removed', day(30)],
      [POINTS[1], 'active', null],
    ]);
    const both = stateOf([...known, ...erasure(anna, day(20), ['marketing']), ...value]);
    expect(both.subject).toMatchObject({ erasureId, erasureState: 'unreadable', isErased: false });
  });

  it('keeps what was said', () => {
    expect(choice([consentGiven(anna), saidNo(anna), ...erasure(anna)])?.state).toBe('withdrawn');
  });
});

describe('a consent that ended of itself', () => {
  const one = consentGiven(anna, { at: day(10) });
  const other = POINTS[1] ?? '';
  const next = consentGiven(anna, { at: day(15), contactPointIds: [other] });
  const end = (type: NonNullable<EndingWish['type']>, of: Fact = one, at = day(20)) =>
    consentEnded(of, { type, at });

  it('is told as what it became, when, and by which event', () => {
    for (const [type, state, since] of [
      ['ConsentExpired', 'expired', day(20)],
      ['ConsentRevoked', 'revoked', day(20)],
      ['ConsentInvalidated', 'invalidated', day(20)],
    ] as const) {
      const ending = { ...end(type), id: ERASURES[0] ?? '' };
      expect(choice([one, ending])).toMatchObject({
        state,
        since,
        decidedBy: ERASURES[0],
        contactPointIds: [],
      });
    }
  });

  it('ends alone: a newer one stands, an older one stands again', () => {
    for (const type of ['ConsentExpired', 'ConsentRevoked', 'ConsentInvalidated'] as const) {
      expect(choice([one, next, end(type)])).toMatchObject({ state: 'given', contactPointIds: [other] });
      expect(choice([one, next, end(type, next)])).toMatchObject({
        ...{ state: 'given', since: day(10), contactPointIds: [POINTS[0]] },
      });
    }
  });

  it('stays ended though the clock went back', () => {
    const ending = consentGiven(anna, { at: day(10), validUntil: day(20) });
    expect(choice([ending, end('ConsentExpired', ending)], day(15))?.state).toBe('expired');
  });

  it('as never valid leaves what was said before it', () => {
    const withdrawn = saidNo(anna, { at: day(5) });
    expect(choice([withdrawn, one, end('ConsentInvalidated')])?.state).toBe('withdrawn');
    expect(choice([withdrawn, one, end('ConsentRevoked')])?.state).toBe('revoked');
    const facts = contactFactsOf(
      replayRows(contactStateProjection, asLedgerEvents([one, end('ConsentInvalidated')])),
    );
    expect(facts.consents).toMatchObject([
      {
        endings: [
          { state: 'invalidated', reasons: ['not-free', 'not-informed'], by: { kind: expect.any(String) } },
        ],
      },
    ]);
  });
});

describe('a request for consent', () => {
  const asked = consentRequested(anna, { at: day(10), expiresAt: day(40) });
  const request = { reason: 'new-contact', since: day(10), expiresAt: day(40) };

  it('shows as long as it is open, where nothing stands', () => {
    expect(choice([asked], day(10))).toMatchObject({ state: 'requested', since: day(10), request });
    expect(choice([asked], day(9))).toBeUndefined();
    expect(choice([asked], day(40))).toBeUndefined();
    expect(choice([asked, requestAnswered(asked)], day(30))).toBeUndefined();
  });

  it('shows no more from the instant on at which a newer one takes its place', () => {
    const requestId = (asked.data as { requestId: string }).requestId;
    const newer = consentRequested(anna, {
      ...{ at: day(20), expiresAt: day(30), supersedes: [requestId], channel: 'post' },
    });
    expect(choice([asked, newer], day(19))).toMatchObject({ state: 'requested', request });
    expect(choice([asked, newer], day(20))).toBeUndefined();
  });

  it('shows beside a consent that stands and a "no"; a consent that ended makes room for it', () => {
    const given = consentGiven(anna, { at: day(5), validUntil: day(20) });
    expect(choice([given, asked], day(15))).toMatchObject({ state: 'given', request });
    expect(choice([given, asked], day(20))).toMatchObject({ state: 'requested', request });
    expect(choice([saidNo(anna, { at: day(8) }), asked], day(15))).toMatchObject({
      state: 'withdrawn',
      request,
    });
  });
});

describe('any history', () => {
  it('gives one state in any order of what was said (ADR 0006)', () => {
    const isSaid = ({ type }: Fact): boolean => /^Consent|^Objection|^SuppressionMatched/.test(type);
    const isLater = ({ type }: { type: string }): boolean => /^Consent(Exp|Rev|Inv|RequestA)/.test(type);
    fc.assert(
      fc.property(anyHistory(anna), fc.array(fc.nat()), (history, shuffle) => {
        const events = asLedgerEvents(history);
        const said = events.filter((_, n) => isSaid(history[n]!));
        const others = events.filter((_, n) => !isSaid(history[n]!));
        const shuffled = said
          .map((event, n) => [shuffle[n % Math.max(shuffle.length, 1)] ?? 0, event] as const)
          .sort(([a], [b]) => a - b)
          .map(([, event]) => event)
          // What ends or answers is told after it: the ledger declines it before.
          .sort((a, b) => Number(isLater(a)) - Number(isLater(b)));
        const [one, other] = [
          [...others, ...said],
          [...shuffled, ...others],
        ].map((order) => {
          const facts = contactFactsOf(replayRows(contactStateProjection, order));
          return contactState(facts, day(100));
        });
        expect(other!.choices).toEqual(one!.choices);
        expect(other!.wideNos).toEqual(one!.wideNos);
      }),
      { numRuns: 200 },
    );
  });

  it('never says more yes after one more no', () => {
    const wish = fc.record({
      purposeId: fc.constantFrom<string>(...PURPOSES, 'all', 'unknown'),
      channel: fc.constantFrom('email', 'post', 'all'),
      at: fc.nat(100).map(day),
    });
    fc.assert(
      fc.property(anyHistory(anna), wish, (history, no) => {
        const given = (facts: readonly Fact[]): string[] =>
          stateOf(facts)
            .choices.filter(({ state }) => state === 'given')
            .map(({ purposeId, channel }) => `${purposeId} ${channel}`);
        const before = given(history);
        const purposeId = no.purposeId === 'unknown' ? 'all' : no.purposeId;
        const entry = { ...no, purposeId, enteredOn: parisDay(no.at), at: day(101) };
        for (const more of [saidNo(anna, { ...no, recordedAt: day(101) }), suppressed(anna, entry)]) {
          const after = given([...history, more]);
          expect(after.filter((one) => !before.includes(one))).toEqual([]);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('never says more yes after one more ending', () => {
    const types = fc.constantFrom('ConsentExpired', 'ConsentRevoked', 'ConsentInvalidated');
    fc.assert(
      fc.property(anyHistory(anna), types, fc.nat(100), (history, type, n) => {
        const given = (facts: readonly Fact[]): string[] =>
          stateOf(facts)
            .choices.filter(({ state }) => state === 'given')
            .map(({ purposeId, channel }) => `${purposeId} ${channel}`);
        const consents = history.filter((fact) => fact.type === 'ConsentGiven');
        const before = given(history);
        for (const consent of consents) {
          const ending = consentEnded(consent, { type, at: day(n), recordedAt: day(101) });
          expect(given([...history, ending]).filter((one) => !before.includes(one))).toEqual([]);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('stays restricted whatever is said afterwards', () => {
    fc.assert(
      fc.property(anyHistory(anna), (history) => {
        const standing = restricted(anna, day(15), 'all', POINTS[2]);
        const { choices } = stateOf([standing, ...history]);
        expect(choices.filter((one) => !one.restricted)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
