import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Personal } from '#kernel';
import { purposeStream } from '#register/contract';
import { rightsStream } from '../contract.js';
import {
  contextNow,
  openRightsLedger,
  readable,
  sealFor,
  type RightsLedger,
  type RightsProcess,
} from '../rights.harness.js';
import { Objections, type ObjectionInput } from './objections.js';

// Goal: an objection to marketing is absolute (Art. 21(2), (3)): no missing person, purpose, key or readable stream
// declines it, and a repetition records it once. Method: the real write path on PostgreSQL.

let ledger: RightsLedger;
let process: RightsProcess;
beforeAll(async () => {
  ledger = await openRightsLedger();
  process = await ledger.start();
});
afterAll(() => ledger.close());

const raise = (subjectId: string, more: Partial<ObjectionInput> = {}, context = contextNow()) => {
  const input: ObjectionInput = {
    kind: 'marketing',
    purpose: 'all',
    channels: 'all',
    source: 'email-reply',
    indicatedBy: 'data-subject',
    statement: Personal.of('laissez-moi tranquille'),
    occurredAt: context.now,
    ...more,
  };
  return process.app.get(Objections).raise(subjectId, input, context);
};
const historyOf = (subjectId: string) => process.reader.history(rightsStream(subjectId));

describe('an objection', () => {
  it('of anybody is recorded, with their words sealed', async () => {
    const subjectId = randomUUID();
    const { outcome } = await raise(subjectId);
    expect(outcome.events).toMatchObject([
      { type: 'ObjectionRaised', data: { purposeId: 'all', channel: 'all', statement: { kind: 'sealed' } } },
    ]);
    expect(await readable(process, subjectId)).toEqual([{ statement: 'laissez-moi tranquille' }]);
  });

  it('to a purpose that nobody knows blocks like all of them, the wording sealed with the words', async () => {
    const subjectId = randomUUID();
    const { outcome } = await raise(subjectId, { purpose: 'vos appels du soir' });
    expect(outcome.events).toMatchObject([{ data: { purposeId: 'unknown' } }]);
    expect(await readable(process, subjectId)).toEqual([
      { statement: 'vos appels du soir\n\nlaissez-moi tranquille' },
    ]);
  });

  it('to a purpose whose stream cannot be read is recorded for that purpose', async () => {
    const [subjectId, purpose] = [randomUUID(), randomUUID()];
    await ledger.store.append(purposeStream(purpose), { kind: 'noStream' }, [
      { id: randomUUID(), type: 'FromTheFuture', data: {}, metadata: {} },
    ]);
    const { outcome } = await raise(subjectId, { purpose });
    expect(outcome.events).toMatchObject([{ data: { purposeId: purpose } }]);
  });

  it('of an erased person stands without the words, for which there is no key any more', async () => {
    const subjectId = randomUUID();
    await sealFor(process, subjectId, 'evidence', 'avant');
    await process.keyStore.subjects.destroy({ subjectId, scopes: ['evidence'], erasureId: randomUUID() });
    const { outcome } = await raise(subjectId);
    expect(outcome.events[0]?.data).not.toHaveProperty('statement');
    expect(await readable(process, subjectId)).toEqual([]);
  });

  it('that is repeated, and repeated at once, is recorded once on each channel', async () => {
    const [subjectId, context] = [randomUUID(), contextNow()];
    const channels = ['email', 'post'] as const;
    const first = await raise(subjectId, { channels }, context);
    const again = { ...context, mayBeRetry: true };
    const repeats = await Promise.all([1, 2, 3].map(() => raise(subjectId, { channels }, again)));
    for (const { objectionId, outcome } of repeats) {
      expect(objectionId).toBe(first.objectionId);
      expect(outcome.events.map(({ id }) => id)).toEqual(first.outcome.events.map(({ id }) => id));
    }
    expect(await historyOf(subjectId)).toHaveLength(2);
    expect(await readable(process, subjectId)).toHaveLength(1);
  });

  it('said again by another command adds nothing, unless it is later', async () => {
    const [subjectId, now] = [randomUUID(), contextNow().now];
    const earlier = new Date(Date.parse(now) - 1000).toISOString();
    await raise(subjectId, { occurredAt: earlier });
    expect((await raise(subjectId, { occurredAt: earlier })).outcome.events).toEqual([]);
    expect((await raise(subjectId, { occurredAt: now })).outcome.events).toHaveLength(1);
  });
});
