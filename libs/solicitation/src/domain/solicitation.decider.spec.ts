import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays, fold, parisDay, Rejection } from '#kernel';
import { specificationOf } from '#testing';
import { callsCounted, type ContactMade, type SolicitationEvent } from '../contract.js';
import type {
  RecordContact,
  ReleaseAttempt,
  ReserveAttempt,
  SolicitationCommand,
} from './solicitation.commands.js';
import { solicitationDecider } from './solicitation.decider.js';

/** Goal: nobody takes the place of a call that is not allowed, and no contact that was made is lost or counted twice. */
const { given } = specificationOf(solicitationDecider);

const subjectId = '3f2b8c1e-0a77-4a0d-9b3e-5d1f6c2a9e10';
const controllerId = '91b7c2d4-5e6f-4a1b-8c3d-7e9f0a1b2c3d';
const OTHER = '0a6f3c1e-2b4d-4c8e-9f10-00000000000c';
const purposeId = '2d9f4b7a-6c1e-4e8b-a3d5-0f1b2c3d4e5f';
const attempt = (n: number): string => `7c1d9e52-4b3a-4f60-8e2d-00000000000${String(n)}`;
const now = '2026-11-19T15:00:00.000Z';
const actor = { k: 'service', ref: '44444444-4444-4444-8444-444444444444' } as const;
const limit = { maxCalls: 4, perDays: 30, counts: 'calls-and-attempts' } as const;
const minutesLater = (minutes: number): string => new Date(Date.parse(now) + minutes * 60_000).toISOString();

const contact = (n: number, more: Partial<ContactMade> = {}): ContactMade => ({
  ...{ attemptId: attempt(n), subjectId, controllerId, purposeId, channel: 'phone-human' },
  ...{ direction: 'outbound', outcome: 'no-answer', occurredAt: now },
  ...more,
});
const made = (n: number, more: Partial<ContactMade> = {}): SolicitationEvent => ({
  type: 'ContactMade',
  data: contact(n, more),
});
const reserved = (n: number, expiresAt = minutesLater(120), occurredAt = now): SolicitationEvent => ({
  type: 'ContactAttemptReserved',
  data: {
    ...{ attemptId: attempt(n), subjectId, controllerId, purposeId, channel: 'phone-human' },
    ...{ occurredAt, expiresAt },
  },
});
const released = (n: number): SolicitationEvent => ({
  type: 'ContactReservationReleased',
  data: { attemptId: attempt(n), subjectId, reason: 'not-made', occurredAt: now },
});
const reserve = (n: number, more: Partial<ReserveAttempt['data']> = {}, at = now): ReserveAttempt => ({
  type: 'ReserveAttempt',
  data: {
    ...{ attemptId: attempt(n), subjectId, controllerId, purposeId, channel: 'phone-human' },
    ...{ lifeMinutes: 120, limit, isErased: false },
    ...more,
  },
  metadata: { now: at, actor },
});
const record = (n: number, more: Partial<ContactMade> = {}, isErased = false): RecordContact => ({
  type: 'RecordContact',
  data: { contact: contact(n, more), isErased },
  metadata: { now, actor },
});
const release = (n: number, isErased = false): ReleaseAttempt => ({
  type: 'ReleaseAttempt',
  data: { attemptId: attempt(n), subjectId, reason: 'not-made', isErased },
  metadata: { now, actor },
});
const three = [1, 2, 3].map((n) => made(n));
const stop = { outcome: 'asked-to-stop' } as const;

describe('a place for a call', () => {
  it('is held for the time that was asked', () => {
    given(...three)
      .when(reserve(4))
      .then(reserved(4));
    given()
      .when(reserve(4, { lifeMinutes: 5 }))
      .then(reserved(4, minutesLater(5)));
  });

  it('is not held beyond what the law allows, made and reserved together', () => {
    given(...three, made(4))
      .when(reserve(5))
      .thenRejected('call-limit-reached');
    given(...three, reserved(4))
      .when(reserve(5))
      .thenRejected('call-limit-reached');
  });

  it('becomes free when a reservation runs out or is given back', () => {
    given(...three, reserved(4, now))
      .when(reserve(5))
      .then(reserved(5));
    given(...three, reserved(4), released(4))
      .when(reserve(5))
      .then(reserved(5));
    given(...three, reserved(4), released(4))
      .when(reserve(4))
      .then(reserved(4));
  });

  it('is consumed by the call, not taken a second time by it', () => {
    given(made(1), made(2), reserved(3), made(3)).when(reserve(4)).then(reserved(4));
  });

  it('is one place, however often the same contact asks for it', () => {
    given(...three, reserved(4))
      .when(reserve(4))
      .thenNothing();
  });

  it('is not shared by contacts that have nothing in common but their id', () => {
    given(reserved(1))
      .when(reserve(1, { controllerId: OTHER }))
      .thenRejected('attempt-already-used');
    given(reserved(1))
      .when(reserve(1, { channel: 'autodialer' }))
      .thenRejected('attempt-already-used');
    given(made(1)).when(reserve(1)).thenRejected('attempt-already-used');
  });

  it('is not limited where the law limits nothing', () => {
    const { limit: _, ...unlimited } = reserve(5).data;
    given(...three, made(4))
      .when({ ...reserve(5), data: unlimited })
      .then(reserved(5));
    const message = { ...reserved(5).data, channel: 'sms-mms' } as const;
    given(...three, made(4))
      .when(reserve(5, { channel: 'sms-mms' }))
      .then({ type: 'ContactAttemptReserved', data: message } as SolicitationEvent);
  });

  it('counts what others did meanwhile, also past midnight', () => {
    const before = '2026-11-19T22:59:59.999Z';
    const after = '2026-11-19T23:00:00.001Z';
    const later = [1, 2, 3, 4].map((n) => reserved(n, '2026-11-20T01:00:00.000Z', after));
    given(...later)
      .when(reserve(5, {}, before))
      .thenRejected('call-limit-reached');
    const calls = [1, 2, 3, 4].map((n) => made(n, { occurredAt: after }));
    given(...calls)
      .when(reserve(5, {}, before))
      .thenRejected('call-limit-reached');
  });

  it('is not held for an erased person', () => {
    given()
      .when(reserve(1, { isErased: true }))
      .thenRejected('subject-erased');
  });
});

describe('a contact that was made', () => {
  it('is recorded beyond any limit', () => {
    given(...three, made(4))
      .when(record(5))
      .then(made(5));
  });

  it('is one contact, however often it is told, with another time too', () => {
    given(made(1)).when(record(1)).thenNothing();
    given(made(1))
      .when(record(1, { occurredAt: '2026-11-19T14:00:00.000Z' }))
      .thenNothing();
  });

  it('is told again when its outcome becomes known, and repetitions out of order add nothing', () => {
    const [sent, delivered] = [made(1, { outcome: 'sent' }), made(1, { outcome: 'delivered' })];
    given(sent)
      .when(record(1, { outcome: 'delivered' }))
      .then(delivered);
    given(sent, delivered)
      .when(record(1, { outcome: 'sent' }))
      .thenNothing();
  });

  it('is not another one of the same id', () => {
    given(made(1))
      .when(record(1, { controllerId: OTHER }))
      .thenRejected('attempt-already-used');
    given(made(1))
      .when(record(1, { channel: 'email' }))
      .thenRejected('attempt-already-used');
  });

  it('is what was reserved, also if it was made otherwise', () => {
    given(reserved(1)).when(record(1)).then(made(1));
    given(reserved(1))
      .when(record(1, { channel: 'sms-mms' }))
      .then(made(1, { channel: 'sms-mms' }));
    given(reserved(1, now)).when(record(1)).then(made(1));
  });

  it('does not lie ahead, and is nothing to tell of an erased person', () => {
    given()
      .when(record(1, { occurredAt: minutesLater(1) }))
      .thenRejected('occurred-in-the-future');
    given()
      .when(record(1, {}, true))
      .thenRejected('subject-erased');
  });
});

describe('a person who asked to stop', () => {
  it('is heard, erased or not, whatever time is claimed', () => {
    given()
      .when(record(1, stop, true))
      .then(made(1, stop));
    given()
      .when(record(1, { ...stop, occurredAt: minutesLater(1) }))
      .then(made(1, stop));
  });

  it('is heard under an id that stands for another contact, once', () => {
    const command = record(1, { ...stop, channel: 'email' });
    const [heard] = solicitationDecider.decide(command, fold(solicitationDecider, [made(1)]));
    expect(heard?.data.attemptId).not.toBe(attempt(1));
    given(made(1), heard!).when(command).thenNothing();
  });
});

describe('a reservation that is given back', () => {
  it('is free at once, and giving it back again says nothing new', () => {
    given(reserved(1)).when(release(1)).then(released(1));
    given(reserved(1), released(1)).when(release(1)).thenNothing();
    given(reserved(1, now)).when(release(1)).thenNothing();
  });

  it('was made by somebody, and is no call yet', () => {
    given().when(release(1)).thenRejected('attempt-unknown');
    given(reserved(1), made(1)).when(release(1)).thenRejected('attempt-already-used');
    given(reserved(1)).when(release(1, true)).thenRejected('subject-erased');
  });
});

describe('any history', () => {
  const [people, minutes] = [fc.constantFrom(controllerId, OTHER), fc.nat(60 * 24 * 40)];
  const channel = fc.constantFrom('phone-human' as const, 'autodialer' as const, 'sms-mms' as const);
  const outcome = fc.constantFrom('answered' as const, 'no-answer' as const, 'asked-to-stop' as const);
  const anyCommand: fc.Arbitrary<SolicitationCommand> = fc
    .record({
      n: fc.nat(9),
      who: people,
      on: channel,
      how: outcome,
      at: minutes,
      life: fc.integer({ min: 5, max: 1440 }),
    })
    .chain(({ n, who, on, how, at, life }) => {
      const metadata = { now: minutesLater(at), actor };
      const more = { controllerId: who, channel: on };
      return fc.constantFrom<SolicitationCommand>(
        { ...reserve(n, { ...more, lifeMinutes: life }), metadata },
        { ...record(n, { ...more, outcome: how, occurredAt: minutesLater(at) }), metadata },
        { ...release(n), metadata },
      );
    });
  const inOrder = fc
    .array(anyCommand, { maxLength: 60 })
    .map((commands) => commands.sort((a, b) => (a.metadata.now < b.metadata.now ? -1 : 1)));

  /** What each command recorded; a declined one nothing. */
  function play(commands: readonly SolicitationCommand[]): readonly SolicitationEvent[] {
    const events: SolicitationEvent[] = [];
    for (const command of commands) {
      try {
        events.push(...solicitationDecider.decide(command, fold(solicitationDecider, events)));
      } catch (error) {
        if (!(error instanceof Rejection)) throw error;
      }
    }
    return events;
  }

  it('has no reservation beyond the limit, by a count that looks at events alone', () => {
    fc.assert(
      fc.property(inOrder, (commands) => {
        const events = play(commands);
        events.forEach((event, index) => {
          if (event.type !== 'ContactAttemptReserved' || event.data.channel === 'sms-mms') return;
          expect(heldBefore(events.slice(0, index), event.data)).toBeLessThan(limit.maxCalls);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('records nothing more when every contact is told a second time', () => {
    fc.assert(
      fc.property(inOrder, (commands) => {
        const told = commands.filter(({ type }) => type === 'RecordContact');
        const events = play([...commands, ...told]);
        expect(events).toEqual(play(commands));
      }),
    );
  });

  it('folds in any order, and keeps every contact that was made', () => {
    fc.assert(
      fc.property(inOrder, fc.infiniteStream(fc.nat()), (commands, order) => {
        const shuffled = play(commands)
          .map((event) => [order.next().value as number, event] as const)
          .sort(([a], [b]) => a - b)
          .map(([, event]) => event);
        const { attempts } = fold(solicitationDecider, shuffled);
        const contacts = shuffled.flatMap(({ type, data }) =>
          type === 'ContactMade' ? [data.attemptId] : [],
        );
        const kept = [...attempts.values()].filter(({ state }) => state === 'made');
        expect(kept.map(({ attemptId }) => attemptId).sort()).toEqual([...new Set(contacts)].sort());
      }),
    );
  });

  it('never has more room for a call after one more contact', () => {
    fc.assert(
      fc.property(inOrder, people, minutes, (commands, who, at) => {
        const events = play(commands);
        const wish = { controllerId: who, at: minutesLater(at), perDays: 30, counts: limit.counts };
        const count = (history: readonly SolicitationEvent[]): number =>
          callsCounted(fold(solicitationDecider, history).attempts.values(), wish);
        const more = made(0, { attemptId: attempt(0).replace('7c', '8c'), occurredAt: minutesLater(at) });
        const added = who === controllerId ? 1 : 0;
        expect(count([...events, more])).toBe(count(events) + added);
      }),
    );
  });
});

/** Calls made or still held for that data controller, looked up event by event on the calendar. */
function heldBefore(
  events: readonly SolicitationEvent[],
  { controllerId: who, occurredAt }: { readonly controllerId: string; readonly occurredAt: string },
): number {
  const days = Array.from({ length: 30 }, (_, back) => addDays(parisDay(occurredAt), -back));
  const ids = new Set(events.map(({ data }) => data.attemptId));
  return [...ids].filter((id) => {
    const own = events.filter(({ data }) => data.attemptId === id);
    const contacts = own.flatMap(({ type, data }) => (type === 'ContactMade' ? [data] : []));
    const last = contacts.at(-1);
    if (last !== undefined)
      return (
        last.channel !== 'sms-mms' && last.controllerId === who && days.includes(parisDay(last.occurredAt))
      );
    const newest = own.at(-1);
    return (
      newest?.type === 'ContactAttemptReserved' &&
      newest.data.channel !== 'sms-mms' &&
      newest.data.controllerId === who &&
      newest.data.expiresAt > occurredAt
    );
  }).length;
}
