import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fold } from '#kernel';
import { specificationOf } from '#testing';
import type { RightsEvent } from '../contract.js';
import { meetingRules, type Initiator } from './restriction-rules.js';
import { rightsDecider } from './rights.decider.js';
import { isErased } from './rights-state.js';

/**
 * Goal: restriction, objection and erasure of one person are ordered by one stream, and a "no" is never declined.
 * Method: given/when/then, one block per rule; then properties over any order of events.
 */
const { given } = specificationOf(rightsDecider);

const subjectId = '3f2b8c1e-0a77-4a0d-9b3e-5d1f6c2a9e10';
const restrictionId = '11111111-1111-4111-8111-111111111111';
const erasureId = '22222222-2222-4222-8222-222222222222';
const monday = '2026-11-16T09:00:00.000Z';
const tuesday = '2026-11-17T09:00:00.000Z';
const metadata = {
  now: tuesday,
  actor: { k: 'operator', ref: '44444444-4444-4444-8444-444444444444' },
} as const;

type Data<T extends RightsEvent['type']> = Extract<RightsEvent, { type: T }>['data'];

const objection: Data<'ObjectionRaised'> = {
  objectionId: '55555555-5555-4555-8555-555555555555',
  subjectId,
  kind: 'marketing',
  purposeId: 'all',
  channel: 'all',
  occurredAt: monday,
  source: 'phone-call',
  indicatedBy: 'data-subject',
};
const restriction: Data<'ProcessingRestricted'> = {
  restrictionId,
  subjectId,
  ground: 'accuracy',
  purposeIds: 'all',
  initiator: 'data-subject',
  occurredAt: monday,
  source: 'email-reply',
};
const notified: Data<'RestrictionLiftNotified'> = {
  restrictionId,
  subjectId,
  notifiedAt: monday,
  means: 'email',
};
const lifted: Data<'RestrictionLifted'> = {
  restrictionId,
  subjectId,
  reason: 'accuracy-verified',
  occurredAt: monday,
};
const order: Data<'ErasureOrdered'> = {
  erasureId,
  subjectId,
  ground: 'objection',
  initiator: 'data-subject',
  requestedAt: monday,
  identityCheck: { method: 'authenticated-session', at: monday },
  scopes: ['identity', 'marketing'],
  retained: [],
  rulesVersion: '2026-11',
};
const orderErasure = (change: Partial<Data<'ErasureOrdered'>> = {}, confirmsOverRestriction = false) =>
  ({
    type: 'OrderErasure',
    data: { order: { ...order, ...change }, isKnown: true, confirmsOverRestriction },
    metadata,
  }) as const;
const destructionStarted: Data<'KeyDestructionStarted'> = {
  erasureId,
  subjectId,
  keys: [],
  scopes: ['identity', 'marketing'],
  covers: [],
};
const destroyed = (scope: 'identity' | 'marketing'): Data<'SubjectKeyDestroyed'> => ({
  erasureId,
  subjectId,
  scope,
  throughGeneration: 1,
  keys: [],
  technique: 'crypto-shred',
  kekProvider: 'file',
  destroyedAt: tuesday,
});

describe('objection (Art. 21)', () => {
  it('is recorded, whatever happened before', () => {
    given()
      .when({ type: 'RaiseObjection', data: objection, metadata })
      .then({ type: 'ObjectionRaised', data: objection });
    given({ type: 'KeyDestructionStarted', data: destructionStarted })
      .when({ type: 'RaiseObjection', data: objection, metadata })
      .then({ type: 'ObjectionRaised', data: objection });
  });

  it('said again, no later, adds nothing; said later, it is recorded', () => {
    given({ type: 'ObjectionRaised', data: objection })
      .when({ type: 'RaiseObjection', data: objection, metadata })
      .thenNothing();
    const later = { ...objection, occurredAt: tuesday };
    given({ type: 'ObjectionRaised', data: objection })
      .when({ type: 'RaiseObjection', data: later, metadata })
      .then({ type: 'ObjectionRaised', data: later });
  });
});

describe('restriction (Art. 18)', () => {
  it('is lifted only after the person was told (Art. 18(3))', () => {
    given({ type: 'ProcessingRestricted', data: restriction })
      .when({ type: 'LiftRestriction', data: lifted, metadata })
      .thenRejected('restriction-lift-not-notified');
    given(
      { type: 'ProcessingRestricted', data: restriction },
      { type: 'RestrictionLiftNotified', data: notified },
    )
      .when({ type: 'LiftRestriction', data: lifted, metadata })
      .then({ type: 'RestrictionLifted', data: lifted });
  });

  it('cannot be lifted twice, nor if it never stood', () => {
    given().when({ type: 'LiftRestriction', data: lifted, metadata }).thenRejected('restriction-unknown');
    given({ type: 'ProcessingRestricted', data: restriction }, { type: 'RestrictionLifted', data: lifted })
      .when({ type: 'NotifyRestrictionLift', data: notified, metadata })
      .thenRejected('restriction-already-lifted');
  });

  it('may not begin in the future', () => {
    given()
      .when({
        type: 'RestrictProcessing',
        data: { ...restriction, occurredAt: '2026-11-18T00:00:00.000Z' },
        metadata,
      })
      .thenRejected('occurred-in-the-future');
  });
});

describe('erasure (Art. 17)', () => {
  it('is ordered with what goes and what stays', () => {
    given().when(orderErasure()).then({ type: 'ErasureOrdered', data: order });
  });

  it('of an unknown person, without a check of identity, or of nothing, is declined', () => {
    given()
      .when({
        type: 'OrderErasure',
        data: { order, isKnown: false, confirmsOverRestriction: false },
        metadata,
      })
      .thenRejected('subject-unknown');
    given()
      .when(orderErasure({ identityCheck: { method: 'not-required', at: monday } }))
      .thenRejected('identity-not-verified');
    given()
      .when(orderErasure({ scopes: [] }))
      .thenRejected('erasure-nothing-to-erase');
  });

  it('is not ordered twice', () => {
    given({ type: 'ErasureOrdered', data: order })
      .when(orderErasure())
      .thenRejected('erasure-already-ordered');
  });

  it('meets a restriction as the table says', () => {
    const grounds = ['accuracy', 'unlawful', 'claims', 'objection'] as const;
    const parties: readonly Initiator[] = [
      'data-subject',
      'representative',
      'controller',
      'authority',
      'retention-rule',
    ];
    const person = (who: Initiator): boolean => who === 'data-subject' || who === 'representative';
    for (const ground of grounds) {
      for (const restrictedBy of parties) {
        for (const erasedBy of parties) {
          for (const confirmed of [false, true]) {
            const own = person(restrictedBy) && person(erasedBy);
            const needsWord = ground === 'unlawful' || ground === 'claims';
            const when = given({
              type: 'ProcessingRestricted',
              data: { ...restriction, ground, initiator: restrictedBy },
            }).when(orderErasure({ initiator: erasedBy }, confirmed));
            if (own && (!needsWord || confirmed)) {
              when.then(
                {
                  type: 'RestrictionLifted',
                  data: { restrictionId, subjectId, reason: 'erasure-chosen', occurredAt: tuesday },
                },
                { type: 'ErasureOrdered', data: { ...order, initiator: erasedBy } },
              );
            } else when.thenRejected('erasure-blocked-by-restriction');
          }
        }
      }
    }
    expect(meetingRules).toHaveLength(4);
  });

  it('stops at a restriction that came after the order, until the point of no return', () => {
    const prepared: RightsEvent = { type: 'SuppressionPrepared', data: { erasureId, subjectId, entries: 1 } };
    const start = { type: 'StartKeyDestruction', data: destructionStarted, metadata } as const;
    given({ type: 'ErasureOrdered', data: order }, prepared, {
      type: 'ProcessingRestricted',
      data: restriction,
    })
      .when(start)
      .thenRejected('erasure-blocked-by-restriction');
    given({ type: 'ErasureOrdered', data: order }, prepared)
      .when(start)
      .then({ type: 'KeyDestructionStarted', data: destructionStarted });
  });

  it('is unreadable once every ordered scope is destroyed', () => {
    const history: RightsEvent[] = [
      { type: 'ErasureOrdered', data: order },
      { type: 'KeyDestructionStarted', data: destructionStarted },
      { type: 'SubjectKeyDestroyed', data: destroyed('identity') },
    ];
    expect(fold(rightsDecider, history).erasures[0]?.progress).toBe('destroying');
    const last: RightsEvent = { type: 'SubjectKeyDestroyed', data: destroyed('marketing') };
    const state = fold(rightsDecider, [...history, last]);
    expect(state.erasures[0]?.progress).toBe('unreadable');
    expect(isErased(state)).toBe(true);
  });
});

describe('properties', () => {
  const anyEvent: fc.Arbitrary<RightsEvent> = fc.constantFrom<RightsEvent>(
    { type: 'ObjectionRaised', data: objection },
    { type: 'ProcessingRestricted', data: restriction },
    { type: 'RestrictionLiftNotified', data: notified },
    { type: 'RestrictionLifted', data: lifted },
    { type: 'ErasureOrdered', data: order },
    { type: 'SuppressionPrepared', data: { erasureId, subjectId, entries: 0 } },
    { type: 'KeyDestructionStarted', data: destructionStarted },
    { type: 'SubjectKeyDestroyed', data: destroyed('identity') },
    { type: 'SubjectKeyDestroyed', data: destroyed('marketing') },
    {
      type: 'PurgeAcknowledged',
      data: {
        erasureId,
        subjectId,
        purger: 'claims',
        technique: 'physical-delete',
        removed: 1,
        acknowledgedAt: monday,
      },
    },
  );

  it('evolve is total over any order of events', () => {
    fc.assert(
      fc.property(
        fc.array(anyEvent, { maxLength: 30 }),
        (history) => fold(rightsDecider, history) !== undefined,
      ),
    );
  });

  it('an objection is never declined', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 30 }), (history) => {
        const command = { type: 'RaiseObjection', data: objection, metadata } as const;
        const after = fold(rightsDecider, [
          ...history,
          ...rightsDecider.decide(command, fold(rightsDecider, history)),
        ]);
        expect(after.objections.some(({ at }) => at >= objection.occurredAt)).toBe(true);
        expect(rightsDecider.decide(command, after)).toEqual([]);
      }),
    );
  });

  it('no order of events makes a fenced person readable again', () => {
    fc.assert(
      fc.property(fc.array(anyEvent), fc.array(anyEvent), (before, after) => {
        const started: RightsEvent = { type: 'KeyDestructionStarted', data: destructionStarted };
        expect(isErased(fold(rightsDecider, [...before, started, ...after]))).toBe(true);
      }),
    );
  });
});
