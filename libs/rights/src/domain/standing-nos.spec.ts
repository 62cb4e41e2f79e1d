import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ConsentEvent } from '#consent/contract';
import { channels } from '#kernel';
import { evolveConsentHistory, initialConsentHistory } from './consent-history.js';
import { standingNos } from './standing-nos.js';

/** Goal: every "no" that still stands outlives the data; one lifted by a later consent to that question does not. */
const purposeId = '33333333-3333-4333-8333-333333333333';
const base = {
  actId: '11111111-1111-4111-8111-111111111111',
  subjectId: '22222222-2222-4222-8222-222222222222',
  source: { kind: 'web-form' },
  indicatedBy: 'data-subject',
} as const;
const minute = (n: number): string => `2026-11-16T09:${String(n).padStart(2, '0')}:00.000Z`;
type No = Extract<ConsentEvent, { type: 'ConsentWithdrawn' }>['data'];
const no = (at: number, change: Partial<No> = {}): ConsentEvent => ({
  type: 'ConsentWithdrawn',
  data: { ...base, purposeId, channel: 'email', occurredAt: minute(at), ...change },
});
const yes = (at: number, channel: (typeof channels)[number] = 'email', consentId = `c${String(at)}`) =>
  ({ type: 'ConsentGiven', data: { consentId, purposeId, channel, occurredAt: minute(at) } }) as ConsentEvent;
const ended = (type: string, consentId: string, channel = 'email'): ConsentEvent =>
  ({ type, data: { consentId, purposeId, channel, occurredAt: minute(59) } }) as ConsentEvent;
const after = (...events: readonly ConsentEvent[]) =>
  standingNos(events.reduce(evolveConsentHistory, initialConsentHistory), []);

describe('the "no"s that outlive a person’s data', () => {
  it('are those that no later consent to that very question lifted', () => {
    expect(after(no(1))).toHaveLength(1);
    expect(after(no(1), yes(2))).toHaveLength(0);
    expect(after(yes(2), no(3))).toHaveLength(1);
    expect(after(no(2), yes(2))).toHaveLength(1);
  });

  it.each(['ConsentExpired', 'ConsentRevoked', 'ConsentInvalidated'])(
    'stand again when the consent that lifted them ended (%s), and not by an ending of another one',
    (type) => {
      expect(after(no(1), yes(2), ended(type, 'c2'))).toHaveLength(1);
      expect(after(no(1), yes(2), yes(3), ended(type, 'c3'))).toHaveLength(0);
      expect(after(no(1), yes(2), ended(type, 'c9'))).toHaveLength(0);
    },
  );

  it('keep a wide "no", whatever single consents came after it', () => {
    expect(after(no(1, { purposeId: 'all', channel: 'all' }), yes(2))).toHaveLength(1);
  });

  it('count a question once, and objections beside', () => {
    expect(after(no(1), no(2), no(3, { channel: 'post' }))).toHaveLength(2);
    const objection = {
      objectionId: base.actId,
      kind: 'marketing',
      purposeId: 'all',
      channel: 'all',
      controllerId: undefined,
      at: minute(1),
    } as const;
    expect(standingNos(initialConsentHistory, [objection])).toEqual([
      { purposeId: 'all', channel: 'all', controllerId: undefined, origin: 'objection' },
    ]);
  });

  it('do not depend on the order of arrival', () => {
    const anyEvent = fc
      .tuple(fc.nat(2), fc.integer({ min: 0, max: 9 }), fc.constantFrom(...channels.slice(0, 3)))
      .map(([kind, at, channel]) => {
        const id = `${channel} ${String(at)}`;
        if (kind === 0) return yes(at, channel, id);
        return kind === 1 ? no(at, { channel }) : ended('ConsentRevoked', id, channel);
      });
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 20 }), (events) => {
        const sorted = (nos: ReturnType<typeof after>) => nos.map(({ channel }) => channel).sort();
        expect(sorted(after(...[...events].reverse()))).toEqual(sorted(after(...events)));
      }),
    );
  });
});
