import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LedgerEvent } from '#event-store';
import { Personal, sha256Hex, type Channel } from '#kernel';
import { purposeStream } from '#register/contract';
import type { CommandContext, Outcome } from '#runtime';
import {
  contextNow,
  daysAgo,
  declareForm,
  LABEL,
  openConsent,
  purposeData,
  registerPerson,
  type ConsentProcess,
  type DeclaredForm,
} from '../consent.harness.js';
import { consentStream, type ConsentEvent, type ConsentGiven } from '../contract.js';
import { recordedConsents, SayingYes, type ActInput } from './saying-yes.js';

// Goal: a consent stands with the proof that Art. 7(1) asks for, once, judged by what was in force when it was given; a
// declined one leaves nothing behind. Method: the real write path on PostgreSQL, facts of the other contexts as their
// contracts have them.

let process: ConsentProcess;
let form: DeclaredForm;
beforeAll(async () => {
  process = await openConsent();
  form = await declareForm(process);
});
afterAll(() => process.close());

const actOn = (occurredAt: string, more: Partial<ActInput> = {}): ActInput => ({
  basis: form.basis,
  indicatedBy: 'data-subject',
  age: 'not-asserted',
  source: { kind: 'web-form' },
  occurredAt,
  evidence: { ip: Personal.of('192.0.2.7'), statement: Personal.of('oui') },
  ...more,
});
const give = (
  subjectId: string,
  act: ActInput = actOn(daysAgo(1)),
  {
    purposeId = form.purposeId,
    channel = 'email',
    context = contextNow(),
  }: { purposeId?: string; channel?: Channel; context?: CommandContext } = {},
): Promise<Outcome<ConsentEvent>> =>
  process
    .get(SayingYes)
    .give(subjectId, act, { purposeId, channels: [channel], consentType: 'expressed' }, context);
const historyOf = (subjectId: string): Promise<LedgerEvent[]> =>
  process.reader.history(consentStream(subjectId));
const consentOf = ({ events }: Outcome<ConsentEvent>): ConsentGiven => events[0]?.data as ConsentGiven;

/** What is sealed of a person beside their contact point. */
async function sealedOf(subjectId: string): Promise<unknown[]> {
  const entries = await process.personal.openSubject(subjectId);
  const context = entries.filter(({ about }) => about !== 'contact-point');
  return context.map(({ opened }) => ('fields' in opened ? opened.fields.reveal() : opened));
}

describe('a consent by a form', () => {
  it('stands with its proof; what identifies the act is sealed apart and opens', async () => {
    const { subjectId, contactPointId } = await registerPerson(process);
    const outcome = await give(subjectId);
    const consent = consentOf(outcome);
    expect(consent).toMatchObject({
      purposeId: form.purposeId,
      purposeRevision: 0,
      controllerId: form.controllerId,
      contactPointIds: [contactPointId],
      proof: {
        form: { formId: form.basis.formId, version: 1 },
        notice: { version: 1, language: 'fr', sha256: sha256Hex('Vos données') },
        expression: { method: 'web-checkbox', defaultState: 'unchecked', labelSha256: sha256Hex(LABEL) },
        withdrawalMethods: ['unsubscribe-link'],
      },
    });
    expect(recordedConsents(outcome)).toMatchObject([{ proofGrade: 'strong', missing: [] }]);
    const [ref] = consent.evidence ?? [];
    const [opened] = await process.personal.open([{ subjectId, ref: ref! }]);
    expect(opened).toMatchObject({ fields: expect.anything() });
    expect(await sealedOf(subjectId)).toEqual([{ ip: '192.0.2.7', statement: 'oui' }]);
    const clear = (await historyOf(subjectId)).map(({ data, metadata }) => JSON.stringify([data, metadata]));
    expect(clear.join()).not.toMatch(/192\.0\.2\.7|oui/);
  });

  it('that is repeated, and repeated at once, is one consent with one sealed context', async () => {
    const { subjectId } = await registerPerson(process);
    const [act, context] = [actOn(daysAgo(1)), contextNow()];
    const first = await give(subjectId, act, { context });
    const again = { ...context, mayBeRetry: true };
    const repeats = await Promise.all([1, 2, 3].map(() => give(subjectId, act, { context: again })));
    for (const repeat of repeats) expect(consentOf(repeat)).toEqual(consentOf(first));
    expect(await historyOf(subjectId)).toHaveLength(1);
    expect(await sealedOf(subjectId)).toHaveLength(1);
  });

  it('that is declined leaves nothing behind', async () => {
    const { subjectId } = await registerPerson(process);
    const tomorrow = actOn(daysAgo(-1));
    await expect(give(subjectId, tomorrow)).rejects.toMatchObject({ code: 'occurred-in-the-future' });
    await expect(give(subjectId, actOn(daysAgo(1)), { purposeId: randomUUID() })).rejects.toMatchObject({
      code: 'choice-not-offered-by-form',
    });
    await expect(give(randomUUID())).rejects.toMatchObject({ code: 'subject-unknown' });
    expect(await historyOf(subjectId)).toEqual([]);
    expect(await sealedOf(subjectId)).toEqual([]);
  });

  it('that is told of late is judged by the purpose as it stood when it was given', async () => {
    form = await declareForm(process);
    const { purposeId, controllerId } = form;
    const { subjectId } = await registerPerson(process);
    await process.record(purposeStream(purposeId), [
      { type: 'PurposeRevised', data: purposeData(purposeId, controllerId, ['post'], daysAgo(10)) },
    ]);
    // Known last, about a day in between: it does not undo what is newer.
    await process.record(purposeStream(purposeId), [
      { type: 'PurposeRevised', data: purposeData(purposeId, controllerId, ['email'], daysAgo(40)) },
    ]);
    const revisionOf = async (days: number, channel: 'email' | 'post'): Promise<number> =>
      consentOf(await give(subjectId, actOn(daysAgo(days)), { channel })).purposeRevision;
    expect(await revisionOf(45, 'email')).toBe(0);
    expect(await revisionOf(20, 'email')).toBe(2);
    expect(await revisionOf(5, 'post')).toBe(1);
    await expect(revisionOf(20, 'post')).rejects.toMatchObject({ code: 'channel-not-offered' });
    await expect(revisionOf(5, 'email')).rejects.toMatchObject({ code: 'channel-not-offered' });
  });
});
