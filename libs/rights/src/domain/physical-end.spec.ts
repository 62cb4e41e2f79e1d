import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fold, type Scope } from '#kernel';
import { specificationOf } from '#testing';
import type { RightsEvent } from '../contract.js';
import { isErasedPhysically } from './destructions.js';
import { rightsDecider } from './rights.decider.js';
import { destructionOf } from './rights-state.js';

/**
 * Goal: nothing is said to be closed, gone or completed out of turn, for a whole erasure and for one value alike.
 * Method: given/when/then along the life of two streams; then properties over any order of the facts.
 */
const { given } = specificationOf(rightsDecider);

const subjectId = '3f2b8c1e-0a77-4a0d-9b3e-5d1f6c2a9e10';
const erasureId = '22222222-2222-4222-8222-222222222222';
const purgeRunId = '6f1c2b3a-9d8e-4c7b-a5f4-0e1d2c3b4a59';
const at = '2026-11-17T09:00:00.000Z';
const [written, neverWritten, foundLater] = ['1', '2', '3'].map(
  (n) => `personal-${n.repeat(8)}-1111-4111-8111-111111111111`,
) as [string, string, string];
const fp = 'NDQCaK35if4w2cthc8FtLwsbqTVKH2MnqxhGuXo8y5U';
const metadata = { now: at, actor: { k: 'system', ref: '00000000-0000-0000-0000-000000000000' } } as const;

type Data<T extends RightsEvent['type']> = Extract<RightsEvent, { type: T }>['data'];

const keyOf = (stream: string, scope: Scope, generation = 1) => ({
  ...{ kid: `k_01JD000000000000000000000${stream.charAt(9)}`, fp, stream, scope, generation },
});
const started = (scopes: Scope[] = ['identity', 'marketing']): RightsEvent => ({
  type: 'KeyDestructionStarted',
  data: {
    ...{ erasureId, subjectId, scopes, covers: [] },
    keys: [keyOf(written, 'identity'), keyOf(neverWritten, 'marketing')],
  },
});
const destroyed = (scope: Scope): RightsEvent => ({
  type: 'SubjectKeyDestroyed',
  data: {
    ...{ erasureId, subjectId, scope, throughGeneration: 1, keys: [], kekProvider: 'file', destroyedAt: at },
    technique: 'crypto-shred',
  },
});
const closed = (stream: string, scope: Scope, lastRevision?: number): Data<'PersonalStreamClosed'> => ({
  ...{ erasureId, subjectId, scope, generation: 1, stream },
  ...(lastRevision === undefined ? {} : { lastRevision }),
});
const purged = (...streams: string[]): Data<'PersonalStreamsPurged'> => ({
  ...{ erasureId, subjectId, streams, purgeRunId, technique: 'physical-delete', provenAt: at },
});
const acknowledged: RightsEvent = {
  type: 'PurgeAcknowledged',
  data: {
    ...{ erasureId, subjectId, purger: 'contact-claims', removed: 1, acknowledgedAt: at },
    technique: 'physical-delete',
  },
};
const fact = <T extends RightsEvent['type']>(type: T, data: Data<T>) => ({ type, data }) as RightsEvent;
const completed = { erasureId, subjectId, completedAt: at };
const complete = {
  type: 'CompleteErasure',
  data: { completed, purgers: ['contact-claims'] },
  metadata,
} as const;

const unreadable = [started(), destroyed('identity'), destroyed('marketing'), acknowledged];
const allClosed = [
  ...unreadable,
  fact('PersonalStreamClosed', closed(written, 'identity', 4)),
  fact('PersonalStreamClosed', closed(neverWritten, 'marketing')),
];

describe('a personal stream of an erasure', () => {
  it('is closed where it ends, written or not, and found only when the keys died', () => {
    for (const data of [
      closed(written, 'identity', 4),
      closed(neverWritten, 'marketing'),
      closed(foundLater, 'marketing', 0),
    ])
      given(...unreadable)
        .when({ type: 'ClosePersonalStream', data, metadata })
        .then(fact('PersonalStreamClosed', data));
  });

  it('is closed once at one place, and again where the close met a newer revision: the newest counts', () => {
    const same = { type: 'ClosePersonalStream', data: closed(written, 'identity', 4), metadata } as const;
    given(...allClosed)
      .when(same)
      .thenNothing();
    const newer = closed(written, 'identity', 5);
    given(...allClosed)
      .when({ ...same, data: newer })
      .then(fact('PersonalStreamClosed', newer));
    const { streams } = destructionOf(
      fold(rightsDecider, [...allClosed, fact('PersonalStreamClosed', newer)]),
      erasureId,
    )!;
    expect(streams).toMatchObject([
      { stream: written, closed: { lastRevision: 5 } },
      { stream: neverWritten, closed: { lastRevision: undefined } },
    ]);
  });

  it('of an erasure that nobody began is not closed, not purged and not completed', () => {
    given()
      .when({ type: 'ClosePersonalStream', data: closed(written, 'identity', 4), metadata })
      .thenRejected('erasure-unknown');
    given()
      .when({ type: 'RecordStreamsPurged', data: purged(written), metadata })
      .thenRejected('erasure-unknown');
    given().when(complete).thenRejected('erasure-unknown');
  });

  it('is proven gone once, and only if it is closed', () => {
    const record = { type: 'RecordStreamsPurged', data: purged(written, neverWritten), metadata } as const;
    given(...allClosed)
      .when(record)
      .then(fact('PersonalStreamsPurged', record.data));
    given(...allClosed, fact('PersonalStreamsPurged', record.data))
      .when(record)
      .thenNothing();
    expect(() => rightsDecider.decide(record, fold(rightsDecider, allClosed.slice(0, -1)))).toThrow('closed');
  });
});

describe('an erasure', () => {
  const gone = fact('PersonalStreamsPurged', purged(written, neverWritten));

  it('is completed when every step is proven, once', () => {
    given(...allClosed, gone)
      .when(complete)
      .then(fact('ErasureCompleted', completed));
    given(...allClosed, gone, fact('ErasureCompleted', completed))
      .when(complete)
      .thenNothing();
  });

  it('is not completed while any single step is missing', () => {
    const history = [...allClosed, gone];
    for (const missing of history) {
      const others = history.filter((event) => event !== missing);
      const state = fold(rightsDecider, others);
      // A stream that is proven gone had been closed; the proof counts without the fact.
      if (missing.type === 'PersonalStreamClosed') continue;
      expect(() => rightsDecider.decide(complete, state)).toThrow('each of its steps');
    }
  });

  it('is not completed while what was kept to notify recipients is still there', () => {
    const other = '77777777-7777-4777-8777-777777777777';
    const notification: RightsEvent = {
      type: 'KeyDestructionStarted',
      data: {
        ...{ erasureId: other, subjectId, scopes: ['notification'], covers: [] },
        keys: [keyOf(foundLater, 'notification')],
      },
    };
    const history = [...allClosed, gone, notification];
    expect(() => rightsDecider.decide(complete, fold(rightsDecider, history))).toThrow('each of its steps');
    const end = { erasureId: other };
    given(
      ...history,
      fact('PersonalStreamClosed', { ...closed(foundLater, 'notification', 0), ...end }),
      fact('PersonalStreamsPurged', { ...purged(foundLater), ...end }),
    )
      .when(complete)
      .then(fact('ErasureCompleted', completed));
  });

  it('of one value ends a generation and leaves its scope', () => {
    const history = [started([]), destroyed('identity'), destroyed('marketing')];
    const state = fold(rightsDecider, history);
    expect(state.fencedScopes).toEqual([]);
    expect(state.destructions).toMatchObject([
      { scopes: ['identity', 'marketing'], streams: [{ stream: written }, { stream: neverWritten }] },
    ]);
  });
});

describe('properties', () => {
  const anyEvent = fc.constantFrom<RightsEvent>(
    ...[started(), started([]), destroyed('identity'), destroyed('marketing'), acknowledged],
    ...[written, neverWritten, foundLater].map((stream) =>
      fact('PersonalStreamClosed', closed(stream, 'identity', 1)),
    ),
    ...[written, neverWritten, foundLater].map((stream) => fact('PersonalStreamsPurged', purged(stream))),
    fact('ErasureCompleted', completed),
  );

  it('nothing is gone from the store before its keys are', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 20 }), (history) => {
        const destruction = destructionOf(fold(rightsDecider, history), erasureId);
        const isSaid = destruction !== undefined && isErasedPhysically(destruction);
        const dead = history.filter(({ type }) => type === 'SubjectKeyDestroyed').length;
        expect(isSaid && dead === 0).toBe(false);
      }),
    );
  });

  it('deciding twice adds nothing', () => {
    const commands = [
      { type: 'ClosePersonalStream', data: closed(written, 'identity', 1), metadata },
      { type: 'RecordStreamsPurged', data: purged(written), metadata },
      complete,
    ] as const;
    fc.assert(
      fc.property(fc.array(anyEvent), fc.constantFrom(...commands), (history, command) => {
        const before = fold(rightsDecider, history);
        let events: readonly RightsEvent[];
        try {
          events = rightsDecider.decide(command, before);
        } catch {
          return;
        }
        expect(rightsDecider.decide(command, fold(rightsDecider, [...history, ...events]))).toEqual([]);
      }),
    );
  });
});
