import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { LedgerReader } from '#runtime';
import type { KeyStore } from '#subject-keys';
import { FORM, formFacts } from '../register-facts.fixture.js';
import { ServedForms } from './served-forms.js';

// Goal: nobody but the ledger can say when a form was shown, and its word counts for that showing only. Method: real
// sealing under a key made here; the form's stream as it would be read.

const PUBLISHED = '2026-01-10T00:00:00.000Z';
const SERVED = '2026-03-01T10:00:00.000Z';
const keyStore = (): KeyStore => {
  const versions = [{ version: 1, key: createSecretKey(randomBytes(32)), settled: true }];
  return {
    named: { versions: async () => versions, current: async () => versions[0] },
  } as unknown as KeyStore;
};
const history = formFacts(PUBLISHED).filter(({ type }) => type.startsWith('CollectionForm'));
const reader = { history: async () => history } as unknown as LedgerReader;
const forms = new ServedForms(keyStore(), reader);
const form = { formId: FORM, version: 1 };
const inDays = (days: number): string => new Date(Date.parse(SERVED) + days * 86_400_000).toISOString();

describe('a served token', () => {
  it('says when the form was served, to the millisecond', async () => {
    const token = await forms.mint(form, SERVED);
    for (const sentAt of [SERVED, inDays(0.01), inDays(7)]) {
      expect(await forms.servedAt(token, form, sentAt)).toBe(SERVED);
    }
  });

  it('is made of a version that is published and in use only', async () => {
    await expect(forms.mint({ ...form, version: 2 }, SERVED)).rejects.toMatchObject({
      ...{ code: 'collection-form-unknown', pointer: '/formId' },
    });
    await expect(forms.mint(form, '2026-01-09T23:59:59.999Z')).rejects.toMatchObject({
      ...{ code: 'collection-form-version-not-valid-then', pointer: '/version' },
    });
  });

  it.each([
    ['another version', { formId: FORM, version: 2 }, SERVED],
    ['another form', { formId: randomUUID(), version: 1 }, SERVED],
    ['a form that was sent before', form, inDays(-0.01)],
    ['a form that lay open for longer than a week', form, inDays(7.001)],
  ])('does not count for %s', async (_, other, sentAt) => {
    const token = await forms.mint(form, SERVED);
    await expect(forms.servedAt(token, other, sentAt)).rejects.toMatchObject({
      ...{ code: 'served-token-invalid', pointer: '/servedToken' },
    });
  });

  it('cannot be made up, altered, or made by another ledger', async () => {
    const token = await forms.mint(form, SERVED);
    const other = await new ServedForms(keyStore(), reader).mint(form, SERVED);
    for (const wrong of ['', 'x', token.slice(0, -2), `${token.slice(0, -2)}AA`, other]) {
      await expect(forms.servedAt(wrong, form, SERVED)).rejects.toMatchObject({
        code: 'served-token-invalid',
      });
    }
  });
});
