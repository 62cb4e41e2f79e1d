import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Personal, sha256Hex } from '#kernel';
import { controllerStream } from '#register/contract';
import { rightsStream } from '#rights/contract';
import { informationStream, type InformationEvent } from '../contract.js';
import {
  contextNow,
  daysAgo,
  declareForm,
  openConsent,
  registerPerson,
  type ConsentProcess,
  type DeclaredForm,
} from '../consent.harness.js';
import { GivingInformation, type InformationInput } from './giving-information.js';

// Goal: that people were informed is recorded once, with the text that stood, whatever is retried and whoever is gone.
// Method: the real services on PostgreSQL.

let consent: ConsentProcess;
let form: DeclaredForm;
beforeAll(async () => {
  consent = await openConsent();
  form = await declareForm(consent);
  const { controllerId } = form;
  const declared = {
    controllerId,
    legalName: 'Boutique d’essai SAS',
    country: 'FR',
    occurredAt: daysAgo(200),
  };
  await consent.record(controllerStream(controllerId), [{ type: 'DataControllerDeclared', data: declared }]);
});
afterAll(() => consent.close());

const input = (more: Partial<InformationInput> = {}): InformationInput => ({
  ...{ controllerId: form.controllerId, article: 'art-14', means: 'email', occurredAt: daysAgo(1) },
  notice: { noticeId: form.noticeId, version: 1, language: 'fr' },
  ...more,
});
const given = async (subjectId: string) =>
  (await consent.reader.history(informationStream(subjectId))) as readonly unknown[] as InformationEvent[];

describe('information', () => {
  it('stands with the hash of its text, where its proof lies sealed', async () => {
    const { subjectId, contactPointId } = await registerPerson(consent);
    const evidence = { locator: Personal.of('mailing:4711') };
    await consent.get(GivingInformation).record(subjectId, input({ contactPointId, evidence }), contextNow());
    const [event] = await given(subjectId);
    expect(event?.data).toMatchObject({ contactPointId, notice: { sha256: sha256Hex('Vos données') } });
    expect(event?.data.evidence).toHaveLength(1);
    expect(JSON.stringify(event?.data)).not.toContain('4711');
  });

  it('that is told again is the same one, also after the person was erased', async () => {
    const { subjectId } = await registerPerson(consent);
    const context = contextNow();
    const first = await consent.get(GivingInformation).record(subjectId, input(), context);
    const erasure = { erasureId: randomUUID(), subjectId, keys: [], scopes: ['identity'], covers: [] };
    await consent.record(
      rightsStream(subjectId),
      [{ type: 'KeyDestructionStarted', data: erasure }],
      [subjectId],
    );
    const again = await consent
      .get(GivingInformation)
      .record(subjectId, input(), { ...context, mayBeRetry: true });
    expect(again.informationId).toBe(first.informationId);
    expect(await given(subjectId)).toHaveLength(1);
    await expect(
      consent.get(GivingInformation).record(subjectId, input(), contextNow()),
    ).rejects.toMatchObject({
      code: 'subject-erased',
    });
  });

  it('of many people is recorded row by row; what is declined stops no other', async () => {
    const [one, other] = [await registerPerson(consent), await registerPerson(consent)];
    const rows = [
      { subjectId: one.subjectId, input: input() },
      { subjectId: randomUUID(), input: input() },
      {
        subjectId: other.subjectId,
        input: input({ notice: { noticeId: randomUUID(), version: 1, language: 'fr' } }),
      },
      { subjectId: other.subjectId, input: input() },
    ];
    const outcomes = await consent.get(GivingInformation).recordAll(rows, contextNow());
    expect(outcomes.map((row) => ('declined' in row ? row.declined.code : 'recorded'))).toEqual([
      ...['recorded', 'subject-unknown', 'notice-unknown', 'recorded'],
    ]);
    expect([await given(one.subjectId), await given(other.subjectId)].map(({ length }) => length)).toEqual([
      1, 1,
    ]);
  });
});
