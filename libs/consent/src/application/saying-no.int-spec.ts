import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LedgerEvent } from '#event-store';
import { Personal } from '#kernel';
import { purposeStream } from '#register/contract';
import { rightsStream } from '#rights/contract';
import {
  contextNow,
  daysAgo,
  declareForm,
  openConsent,
  registerPerson,
  type ConsentProcess,
  type DeclaredForm,
} from '../consent.harness.js';
import { consentStream } from '../contract.js';
import { SayingNo, type NoInput } from './saying-no.js';

// Goal: a "no" is never lost: not for want of a person, a purpose, a key or a readable register. Method: the real write
// path on PostgreSQL, with each of these missing in turn.

let process: ConsentProcess;
let form: DeclaredForm;
beforeAll(async () => {
  process = await openConsent();
  form = await declareForm(process);
});
afterAll(() => process.close());

const withdraw = (subjectId: string, more: Partial<NoInput> = {}, context = contextNow()) => {
  const input: NoInput = {
    ...{ purpose: form.purposeId, channels: ['email'], occurredAt: daysAgo(1), indicatedBy: 'data-subject' },
    source: { kind: 'email-reply' },
    evidence: { statement: Personal.of('plus jamais') },
    ...more,
  };
  return process.get(SayingNo).withdraw(subjectId, input, context);
};
const historyOf = (subjectId: string): Promise<LedgerEvent[]> =>
  process.reader.history(consentStream(subjectId));
const openOf = async (subjectId: string): Promise<unknown[]> =>
  (await process.personal.openSubject(subjectId)).flatMap(({ about, opened }) =>
    about !== 'contact-point' && 'fields' in opened ? [opened.fields.reveal()] : [],
  );

describe('a withdrawal', () => {
  it('of somebody whom nobody ever registered is recorded, with what they said', async () => {
    const subjectId = randomUUID();
    const { events } = await withdraw(subjectId);
    expect(events).toMatchObject([{ type: 'ConsentWithdrawn', data: { purposeId: form.purposeId } }]);
    expect(await openOf(subjectId)).toEqual([{ statement: 'plus jamais' }]);
  });

  it('of a purpose that nobody knows blocks like all of them, its wording sealed', async () => {
    const { subjectId } = await registerPerson(process);
    for (const purpose of ['la lettre de mon cousin', randomUUID()]) {
      const { events } = await withdraw(subjectId, { purpose, evidence: {} });
      expect(events).toMatchObject([{ data: { purposeId: 'unknown' } }]);
      expect(await openOf(subjectId)).toContainEqual({ purpose });
      expect(JSON.stringify(events.map(({ data }) => data))).not.toContain(purpose);
    }
  });

  it('of an erased person is recorded without what there is no key for any more', async () => {
    const { subjectId } = await registerPerson(process);
    const erasureId = randomUUID();
    const scopes = ['identity', 'evidence'];
    const started = { erasureId, subjectId, keys: [], scopes, covers: [] };
    await process.record(rightsStream(subjectId), [{ type: 'KeyDestructionStarted', data: started }]);
    await process.keyStore.subjects.destroy({ subjectId, scopes, erasureId });
    const { events } = await withdraw(subjectId);
    expect(events).toMatchObject([{ type: 'ConsentWithdrawn' }]);
    expect(events[0]?.data).not.toHaveProperty('evidence');
    expect(await openOf(subjectId)).toEqual([]);
  });

  it('of a purpose whose stream cannot be read is recorded for that purpose', async () => {
    const { subjectId } = await registerPerson(process);
    const purpose = randomUUID();
    await process.store.append(purposeStream(purpose), { kind: 'noStream' }, [
      { id: randomUUID(), type: 'FromTheFuture', data: {}, metadata: {} },
    ]);
    const { events } = await withdraw(subjectId, { purpose });
    expect(events).toMatchObject([{ data: { purposeId: purpose } }]);
  });

  it('from a person whose own stream cannot be read is recorded', async () => {
    const subjectId = randomUUID();
    await process.store.append(consentStream(subjectId), { kind: 'noStream' }, [
      { id: randomUUID(), type: 'FromTheFuture', data: {}, metadata: {} },
    ]);
    expect((await withdraw(subjectId)).revision).toBe(1n);
  });

  it('that is repeated, and repeated at once, is recorded once on each channel', async () => {
    const { subjectId } = await registerPerson(process);
    const context = contextNow();
    const channels = ['email', 'post', 'push'] as const;
    const first = await withdraw(subjectId, { channels }, context);
    const again = { ...context, mayBeRetry: true };
    const repeats = await Promise.all([1, 2, 3].map(() => withdraw(subjectId, { channels }, again)));
    const idsOf = ({ events }: typeof first): string[] => events.map(({ id }) => id);
    for (const repeat of repeats) expect(idsOf(repeat)).toEqual(idsOf(first));
    expect(await historyOf(subjectId)).toHaveLength(3);
    expect(await openOf(subjectId)).toHaveLength(1);
  });

  it('said by many at once loses none of them', async () => {
    const { subjectId } = await registerPerson(process);
    const days = Array.from({ length: 8 }, (_, index) => index + 1);
    const said = await Promise.all(
      days.map((day) => withdraw(subjectId, { occurredAt: daysAgo(day), purpose: 'all', evidence: {} })),
    );
    // A "no" that a later one covers adds nothing; the newest stands whoever came first.
    const stood = (await historyOf(subjectId)).map(({ data }) => (data as { occurredAt: string }).occurredAt);
    const answered = said.flatMap(({ events }) => events.map(({ data }) => data.occurredAt));
    expect([...stood].sort()).toEqual(answered.sort());
    expect(stood.some((at) => at > daysAgo(1.5))).toBe(true);
  });
});
