import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Channel } from '#kernel';
import type { RegisterEvent } from '#register/contract';
import type { RightsEvent } from '#rights/contract';
import type { SubjectEvent } from '#subjects/contract';
import { noticeFacts, purposeFacts, subjectFacts, type Placed } from './fact-views.js';

// Goal: a consent that is recorded late is judged by what was in force when it was given, whatever became known since
// and in whatever order. Method: streams with facts dated at will, asked for instants between them.

const purposeId = '33333333-3333-4333-8333-333333333333';
const subjectId = '3f2b8c1e-0a77-4a0d-9b3e-5d1f6c2a9e10';
const day = (n: number): string => `2026-03-${String(n).padStart(2, '0')}T09:00:00.000Z`;

interface Dated {
  readonly on: number;
  readonly channels?: readonly Channel[];
  readonly isEnd?: boolean;
}

/** `purpose-<id>` in the order in which it was recorded. */
const purposeStream = (...facts: readonly Dated[]): Placed<RegisterEvent>[] =>
  facts.map(({ on, channels = ['email'], isEnd = false }, index) => {
    const revision = BigInt(index);
    const occurredAt = day(on);
    if (isEnd) return { type: 'PurposeRetired', revision, data: { purposeId, reason: 'ended', occurredAt } };
    const data = {
      ...{ purposeId, code: 'newsletter', controllerId: subjectId, name: { fr: 'La lettre' } },
      ...{ description: { fr: '…' }, kind: 'prospecting', channels: [...channels], namedRecipients: [] },
      ...{ variants: [{ audiences: ['consumer'], lawfulBasis: 'consent' }], occurredAt },
    } as unknown as Extract<RegisterEvent, { type: 'PurposeDeclared' }>['data'];
    return { type: index === 0 ? 'PurposeDeclared' : 'PurposeRevised', revision, data };
  });
const standingOn = (stream: Placed<RegisterEvent>[], on: number) => {
  const facts = purposeFacts(stream, day(on));
  return facts === undefined ? undefined : [facts.revision, facts.channels.join()];
};

describe('a purpose', () => {
  const stream = purposeStream(
    { on: 5, channels: ['email'] },
    { on: 10, channels: ['email', 'post'] },
    { on: 20, channels: ['post'] },
  );

  it('stands as it was described when the act happened', () => {
    expect([5, 9, 10, 19, 20, 28].map((on) => standingOn(stream, on))).toEqual([
      [0, 'email'],
      [0, 'email'],
      [1, 'email,post'],
      [1, 'email,post'],
      [2, 'post'],
      [2, 'post'],
    ]);
  });

  it('is for acts before its first description what that one says', () => {
    expect(standingOn(stream, 1)).toEqual([0, 'email']);
    expect(standingOn([], 1)).toBeUndefined();
  });

  it('that is described late for an earlier day does not undo what is newer', () => {
    const late = purposeStream({ on: 5 }, { on: 20, channels: ['post'] }, { on: 10, channels: ['push'] });
    expect([9, 10, 19, 20].map((on) => standingOn(late, on)?.[0])).toEqual([0, 2, 2, 1]);
  });

  it('is of two descriptions at one instant the one recorded later', () => {
    expect(standingOn(purposeStream({ on: 5 }, { on: 5, channels: ['post'] }), 6)).toEqual([1, 'post']);
  });

  it('tells when it ended, for acts before and after; the first ending stands', () => {
    const ended = purposeStream({ on: 5 }, { on: 15, isEnd: true }, { on: 17, isEnd: true });
    expect([6, 16].map((on) => purposeFacts(ended, day(on))?.retiredAt)).toEqual([day(15), day(15)]);
  });

  it('stands as a list of days says it (model)', () => {
    const facts = fc.array(fc.integer({ min: 1, max: 28 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(facts, fc.integer({ min: 1, max: 28 }), (days, on) => {
        let expected = days.indexOf(Math.min(...days));
        days.forEach((of, index) => {
          const standing = days[expected] ?? 0;
          if (of <= on && (of >= standing || standing > on)) expected = index;
        });
        expect(standingOn(purposeStream(...days.map((of) => ({ on: of }))), on)?.[0]).toBe(expected);
      }),
    );
  });
});

describe('the contact points of a person', () => {
  const ref = { kind: 'sealed', scope: 'identity', eventId: subjectId } as const;
  const point = (contactPointId: string) =>
    ({ contactPointId, kind: 'email', use: 'personal', value: ref }) as const;
  const registered: SubjectEvent[] = [
    {
      type: 'SubjectRegistered',
      data: {
        ...{ subjectId, audience: 'consumer', collection: 'direct', source: { kind: 'web-form' } },
        occurredAt: day(10),
      },
    },
    { type: 'ContactPointAdded', data: { subjectId, ...point('first'), occurredAt: day(10) } },
  ];
  const added: SubjectEvent = {
    type: 'ContactPointAdded',
    data: { subjectId, ...point('second'), occurredAt: day(15) },
  };
  const rectified: SubjectEvent = {
    type: 'ContactPointRectified',
    data: {
      ...{ subjectId, replaces: 'first', reason: 'outdated', ...point('third') },
      occurredAt: day(20),
    },
  };
  const removed: SubjectEvent = {
    type: 'ContactPointRemoved',
    data: { subjectId, contactPointId: 'second', reason: 'no-longer-used', occurredAt: day(25) },
  };
  const on = (at: number, ...more: SubjectEvent[]): string[] =>
    subjectFacts([...registered, ...more], [], day(at)).contactPoints.map(
      ({ contactPointId, isLater }) => `${contactPointId}${isLater === true ? ' later' : ''}`,
    );

  it('of the registration stood before it: people exist before a ledger hears of them', () => {
    expect(on(1)).toEqual(['first']);
  });

  it('that were added later are told apart', () => {
    expect(on(14, added)).toEqual(['first', 'second later']);
    expect(on(15, added)).toEqual(['first', 'second']);
  });

  it('that were replaced or removed since stood then, and their successors did not', () => {
    expect(on(16, added, rectified, removed)).toEqual(['first', 'second', 'third later']);
    expect(on(22, added, rectified, removed)).toEqual(['second', 'third']);
    expect(on(26, added, rectified, removed)).toEqual(['third']);
    expect(on(12, added, rectified, removed)).toEqual(['first', 'third later']);
  });

  it('whose values are erased stood until that was asked for', () => {
    const values = [{ scope: 'identity' as const, eventId: subjectId, contactPointId: 'first' }];
    const erasure: RightsEvent = {
      type: 'ValueErasureOrdered',
      data: {
        ...{ erasureId: subjectId, subjectId, ground: 'no-longer-necessary', initiator: 'data-subject' },
        ...{ requestedAt: day(18), identityCheck: { method: 'known-details', at: day(18) } },
        ...{ values, despiteRestrictionIds: [] },
      },
    };
    const standing = (n: number) =>
      subjectFacts([...registered, added], [erasure], day(n)).contactPoints.map((one) => one.contactPointId);
    expect(standing(17)).toContain('first');
    expect(standing(19)).toEqual(['second']);
    expect(subjectFacts(registered, [erasure], day(19)).status).toBe('registered');
  });

  it('are nobody’s once the identity is past its point of no return, whenever the act happened', () => {
    const started = (scopes: ('identity' | 'marketing')[]): RightsEvent => ({
      type: 'KeyDestructionStarted',
      data: { erasureId: subjectId, subjectId, keys: [], scopes, covers: [] },
    });
    expect(subjectFacts(registered, [started(['identity'])], day(1)).status).toBe('erased');
    expect(subjectFacts(registered, [started(['marketing'])], day(1)).status).toBe('registered');
    expect(subjectFacts([], [], day(1)).status).toBe('unknown');
  });
});

describe('a notice version', () => {
  it('says since when it could be given to people', () => {
    const published = {
      type: 'NoticePublished',
      data: { noticeId: purposeId, version: 2, texts: [], effectiveFrom: day(7), occurredAt: day(1) },
    } as unknown as RegisterEvent;
    expect(noticeFacts([published], 2)).toMatchObject({ version: 2, effectiveFrom: day(7) });
    expect(noticeFacts([published], 1)).toBeUndefined();
  });
});
