import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fold, Personal } from '#kernel';
import { specificationOf } from '#testing';
import type { RightsEvent } from '../contract.js';
import { survivorsAmong, type SealedValue } from './contact-values.js';
import { rightsDecider } from './rights.decider.js';
import { isErased } from './rights-state.js';
import { erasedContactPointIds } from './value-erasure-decisions.js';

// Goal: the erasure of single values ends these and nothing else: no scope, no restriction, nobody. Method:
// given/when/then on the person's stream; then a property over everything that may be sealed.

const { given } = specificationOf(rightsDecider);
const subjectId = '3f2b8c1e-0a77-4a0d-9b3e-5d1f6c2a9e10';
const erasureId = '22222222-2222-4222-8222-222222222222';
const [monday, tuesday] = ['2026-11-16T09:00:00.000Z', '2026-11-17T09:00:00.000Z'];
const metadata = {
  now: tuesday,
  actor: { k: 'operator', ref: '44444444-4444-4444-8444-444444444444' },
} as const;
const [first, second] = [1, 2].map((n) => ({
  scope: 'identity' as const,
  eventId: `66666666-6666-4666-8666-66666666666${String(n)}`,
  contactPointId: `77777777-7777-4777-8777-77777777777${String(n)}`,
}));
type Data<T extends RightsEvent['type']> = Extract<RightsEvent, { type: T }>['data'];
const order: Omit<Data<'ValueErasureOrdered'>, 'despiteRestrictionIds'> = {
  ...{ erasureId, subjectId, ground: 'no-longer-necessary', initiator: 'data-subject', requestedAt: monday },
  identityCheck: { method: 'reply-from-known-address', at: monday },
  values: [first!],
};
const ordered: RightsEvent = { type: 'ValueErasureOrdered', data: { ...order, despiteRestrictionIds: [] } };
const key = { kid: 'k_01JD0000000000000000000001', fp: 'f'.repeat(43), scope: 'identity', generation: 1 };
const destruction: Data<'KeyDestructionStarted'> = {
  ...{ erasureId, subjectId, scopes: [], covers: [] },
  keys: [{ ...key, scope: 'identity', stream: 'personal-4c1b7d90-8a2e-4f63-9b57-1d0e2f3a4b5c' }],
};
const started: RightsEvent = { type: 'KeyDestructionStarted', data: destruction };
const suppression = { erasureId, subjectId, entries: 1 };
const prepared: RightsEvent = { type: 'SuppressionPrepared', data: suppression };
const restriction = (ground: 'accuracy' | 'claims', id = '1'): RightsEvent => ({
  type: 'ProcessingRestricted',
  data: {
    ...{ restrictionId: id.repeat(8), subjectId, ground, purposeIds: 'all', initiator: 'data-subject' },
    ...{ occurredAt: monday, source: 'email-reply' },
  },
});

const asked = (data: object = {}) => ({
  type: 'OrderValueErasure' as const,
  data: { order: { ...order, ...data }, isKnown: true, confirmsOverRestriction: false },
  metadata,
});
const start = { type: 'StartKeyDestruction' as const, data: destruction, metadata };
const prepare = { type: 'PrepareSuppression' as const, data: suppression, metadata };

describe('the order to erase single values', () => {
  it('names them, and nothing else ends', () => {
    given().when(asked()).then(ordered);
  });

  it('is declined for nobody, for nothing, without a look at who asks, and before it was asked', () => {
    const { data } = asked();
    given()
      .when({ ...asked(), data: { ...data, isKnown: false } })
      .thenRejected('subject-unknown');
    given()
      .when(asked({ values: [] }))
      .thenRejected('erasure-nothing-to-erase');
    const unseen = { method: 'not-required', at: monday };
    given()
      .when(asked({ identityCheck: unseen }))
      .thenRejected('identity-not-verified');
    given()
      .when(asked({ requestedAt: '2027-01-01T00:00:00.000Z' }))
      .thenRejected('occurred-in-the-future');
  });

  it('names each value once, whatever was ordered before', () => {
    given(ordered).when(asked()).thenRejected('erasure-already-ordered');
    given(ordered)
      .when(asked({ values: [first, second] }))
      .then({ type: 'ValueErasureOrdered', data: { ...ordered.data, values: [second!] } });
    const all: RightsEvent = {
      type: 'KeyDestructionStarted',
      data: { ...destruction, scopes: ['identity'] },
    };
    given(all).when(asked()).thenRejected('erasure-already-ordered');
  });

  it('meets a restriction as any erasure does', () => {
    given(restriction('claims')).when(asked()).thenRejected('erasure-blocked-by-restriction');
    given(restriction('accuracy'))
      .when(asked({ initiator: 'controller' }))
      .thenRejected('erasure-blocked-by-restriction');
  });

  it('that the person puts before a restriction leaves it standing for everything else', () => {
    const despite: RightsEvent = {
      type: 'ValueErasureOrdered',
      data: { ...order, despiteRestrictionIds: ['11111111'] },
    };
    given(restriction('accuracy')).when(asked()).then(despite);
    given(restriction('accuracy'), despite, prepared).when(start).then(started);
    given(restriction('accuracy'), despite, prepared, restriction('accuracy', '2'))
      .when(start)
      .thenRejected('erasure-blocked-by-restriction');
  });
});

describe('an erasure of values', () => {
  it('passes each of its steps once', () => {
    given(ordered).when(prepare).then(prepared);
    given(ordered, prepared).when(prepare).thenNothing();
    given(ordered, prepared).when(start).then(started);
    given(ordered, prepared, started).when(start).thenNothing();
  });

  it('waits for a restriction that came after the order', () => {
    given(ordered, prepared, restriction('accuracy'))
      .when(start)
      .thenRejected('erasure-blocked-by-restriction');
  });

  it('never loses a "no" to the death of a key', () => {
    expect(() => given(ordered).when(start).thenNothing()).toThrow('before the keys die');
  });

  it('erases nobody, and no scope', () => {
    const state = fold(rightsDecider, [ordered, prepared, started]);
    expect(isErased(state)).toBe(false);
    expect(state.fencedScopes).toEqual([]);
    expect([...erasedContactPointIds(state)]).toEqual([first!.contactPointId]);
  });

  it('does not stand in the way of the erasure of everything', () => {
    const whole: Data<'ErasureOrdered'> = {
      ...{ erasureId: '33333333-3333-4333-8333-333333333333', subjectId, ground: 'objection' },
      ...{ initiator: 'data-subject', requestedAt: monday, identityCheck: order.identityCheck },
      ...{ scopes: ['identity'], retained: [], rulesVersion: '2026-11' },
    };
    given(ordered, prepared)
      .when({
        type: 'OrderErasure',
        data: { order: whole, isKnown: true, confirmsOverRestriction: false },
        metadata,
      })
      .then({ type: 'ErasureOrdered', data: whole });
  });
});

describe('what survives', () => {
  const anId = fc.constantFrom<string[]>('a', 'b', 'c', 'd', 'e');
  const value = fc.record({
    eventId: anId,
    about: fc.constantFrom('contact-point', 'statement', 'suppressed-address'),
    recordedAt: fc.constantFrom('2026-01-01T00:00:00.000Z', '2026-06-01T00:00:00.000Z'),
    text: fc.constantFrom('x', 'y'),
  });
  const ids = fc.uniqueArray(anId).map((some) => new Set(some));

  it('is everything but what goes, its forgotten doubles, and what led to suppression entries', () => {
    const sealed = fc.uniqueArray(value, { selector: ({ eventId }) => eventId });
    fc.assert(
      fc.property(sealed, ids, ids, (values, gone, referenced) => {
        const all: (SealedValue & { text: string })[] = values.map((one) => ({
          ...one,
          fields: [Personal.of({ value: one.text })],
        }));
        const survivors = survivorsAmong(all, {
          gone,
          referenced,
          abandonedBefore: '2026-03-01T00:00:00.000Z',
        });
        for (const one of all) {
          const isDouble =
            one.about === 'contact-point' &&
            !referenced.has(one.eventId) &&
            one.recordedAt < '2026-03' &&
            all.some((other) => gone.has(other.eventId) && other.text === one.text);
          const goes = gone.has(one.eventId) || isDouble || one.about === 'suppressed-address';
          expect(survivors.includes(one)).toBe(!goes);
        }
      }),
    );
  });
});
