import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fold } from '#kernel';
import { specificationOf } from '#testing';
import { exampleForm, examplePurposeId } from '../examples.js';
import { expectSoundDecider, instants, metadata } from './decider.harness.js';
import type { CollectionFormProposal, OfferedPurpose } from './form-rules.js';
import {
  formDecider,
  formEnd,
  type FormCommand,
  type FormEvent,
  type PublishCollectionForm,
} from './form.decider.js';

const { given } = specificationOf(formDecider);
const JANUARY = '2026-01-15T09:00:00.000Z';
const formId = 'c0a8012e-5d0b-4c1e-8a3f-6b7c8d9e0f1a';
const noticeId = '5b1f0a52-6d0f-4b6e-9d75-2f7a3c9e8b10';
const sha256 = '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae';
const otherPurposeId = '9d3b6c2a-7f41-4a58-8e6d-0c1b2a3d4e5f';

const form: CollectionFormProposal = { ...exampleForm, formId, version: 1, notice: { noticeId, version: 1 } };
const [emailOffer, phoneOffer] = exampleForm.offers as [
  (typeof exampleForm.offers)[number],
  (typeof exampleForm.offers)[number],
];
const newsletter: OfferedPurpose = {
  purposeId: examplePurposeId,
  kind: 'prospecting',
  channels: ['email', 'phone-human', 'autodialer'],
  consentAudiences: ['consumer'],
  retired: false,
};

const publish = (
  changes: Partial<CollectionFormProposal> = {},
  facts: Partial<Omit<PublishCollectionForm['data'], 'form'>> = {},
): PublishCollectionForm => ({
  type: 'PublishCollectionForm',
  data: {
    form: { ...form, ...changes },
    occurredAt: JANUARY,
    noticeTexts: [{ language: 'fr', sha256 }],
    purposes: [newsletter],
    ...facts,
  },
  metadata,
});
const published = (changes: Partial<CollectionFormProposal> = {}): FormEvent => {
  const { defaultState, notice: _, ...rest } = { ...form, ...changes };
  if (defaultState === 'checked') throw new Error('a ticked box is never published');
  const notice = { noticeId, version: 1, sha256 };
  return { type: 'CollectionFormPublished', data: { ...rest, defaultState, notice, occurredAt: JANUARY } };
};
const retire = (validUntil: string, version = 1): FormCommand => ({
  type: 'RetireCollectionForm',
  data: { formId, version, validUntil, occurredAt: JANUARY },
  metadata,
});
const without = <K extends keyof CollectionFormProposal>(key: K): Omit<CollectionFormProposal, K> => {
  const { [key]: _, ...rest } = form;
  return rest;
};

describe('a collection form', () => {
  it('is kept as it was shown, with the hash of the notice in its language', () => {
    given().when(publish()).then(published());
    given(published()).when(publish()).thenNothing();
    given(published())
      .when(publish({ name: 'Autre' }))
      .thenRejected('collection-form-version-exists');
  });

  it('goes on with the next version only', () => {
    given(published())
      .when(publish({ version: 2 }))
      .then(published({ version: 2 }));
    given(published())
      .when(publish({ version: 3 }))
      .thenRejected('version-skips');
    given()
      .when(publish({ version: 2 }))
      .thenRejected('collection-form-unknown');
  });

  it('rests on a published notice that speaks its language', () => {
    given()
      .when(publish({}, { noticeTexts: undefined }))
      .thenRejected('notice-unknown');
    given()
      .when(publish({ language: 'en' }))
      .thenRejected('notice-language-unknown');
  });

  it('begins before it ends', () => {
    given()
      .when(publish({ validUntil: form.validFrom }))
      .thenRejected('collection-form-version-not-valid-then');
  });

  it('ends once, at the earliest end that was said', () => {
    const june = '2026-12-01T00:00:00.000Z';
    const may = '2026-11-01T00:00:00.000Z';
    const end = (validUntil: string): FormEvent => ({
      type: 'CollectionFormRetired',
      data: { formId, version: 1, validUntil, occurredAt: JANUARY },
    });
    given(published()).when(retire(june)).then(end(june));
    given(published(), end(june)).when(retire(june)).thenNothing();
    given(published(), end(may)).when(retire(june)).thenNothing();
    given(published(), end(june)).when(retire(may)).then(end(may));
    given(published({ validUntil: may }))
      .when(retire(june))
      .thenNothing();
    given(published()).when(retire(june, 2)).thenRejected('collection-form-unknown');
    expect(formEnd(fold(formDecider, [published(), end(june), end(may)]), 1)).toBe(may);
    expect(formEnd(fold(formDecider, [published()]), 1)).toBeUndefined();
  });
});

describe('what a form may ask', () => {
  it('is never answered beforehand', () => {
    given()
      .when(publish({ defaultState: 'checked' }))
      .thenRejected('consent-was-pre-ticked');
    given()
      .when(publish({ defaultState: 'not-applicable' }))
      .thenRejected('proof-incomplete');
    const paper = { method: 'paper-signature', defaultState: 'not-applicable' } as const;
    given().when(publish(paper)).then(published(paper));
  });

  it('has words of its own for each purpose', () => {
    given()
      .when(publish({ offers: [{ ...emailOffer, label: ' \u00a0 ' }] }))
      .thenRejected('consent-without-words');
    const bundled = [emailOffer, { ...emailOffer, purposeId: otherPurposeId }];
    given()
      .when(publish({ offers: bundled }))
      .thenRejected('consent-without-words');
  });

  it('is asked once', () => {
    const twice = [emailOffer, { ...emailOffer, label: 'Encore une fois ?' }];
    given()
      .when(publish({ offers: twice }))
      .thenRejected('offer-repeated');
    const natures = [
      phoneOffer,
      { ...phoneOffer, label: 'Et pour la vaisselle ?', goodsNature: ['tableware'] },
    ];
    given()
      .when(publish({ offers: natures }))
      .then(published({ offers: natures }));
  });

  it.each([
    ['purpose-unknown', []],
    ['purpose-retired', [{ ...newsletter, retired: true }]],
    ['lawful-basis-is-not-consent', [{ ...newsletter, consentAudiences: [] }]],
    ['channel-not-offered', [{ ...newsletter, channels: ['post' as const] }]],
  ] as const)('is what a living purpose offers on consent: %s', (code, purposes) => {
    given().when(publish({}, { purposes })).thenRejected(code);
  });

  it('names nobody', () => {
    const offers = [{ ...emailOffer, label: 'Camille vous écrit : camille@maison-corbel.example' }];
    given().when(publish({ offers })).thenRejected('personal-data-in-text');
  });
});

describe('a request for consent to calls (R.223-1)', () => {
  it('states a period of twelve months at most', () => {
    given()
      .when(publish({ validityMonths: 13 }))
      .thenRejected('consent-period-too-long');
    const silent = publish();
    given()
      .when({ ...silent, data: { ...silent.data, form: without('validityMonths') } })
      .thenRejected('phone-request-incomplete');
  });

  it('states the nature of the goods', () => {
    const { goodsNature: _, ...vague } = phoneOffer;
    given()
      .when(publish({ offers: [emailOffer, vague] }))
      .thenRejected('phone-request-incomplete');
    const robot = { ...vague, channels: ['autodialer' as const] };
    given()
      .when(publish({ offers: [robot] }))
      .thenRejected('phone-request-incomplete');
  });

  it.each(['withdrawalRight', 'durableMedium', 'professionalIdentity', 'choiceOffered'] as const)(
    'shows %s',
    (element) => {
      given()
        .when(publish({ shown: { ...form.shown, [element]: false } }))
        .thenRejected('phone-request-incomplete');
    },
  );

  it('is not asked of forms without calls, for professionals, for service, or before the law', () => {
    const lax = { validityMonths: 36, shown: { ...form.shown, durableMedium: false } };
    given()
      .when(publish({ ...lax, offers: [emailOffer] }))
      .then(published({ ...lax, offers: [emailOffer] }));
    for (const other of [{ consentAudiences: ['pro-named' as const] }, { kind: 'service' as const }]) {
      given()
        .when(publish(lax, { purposes: [{ ...newsletter, ...other }] }))
        .then(published(lax));
    }
    // The law counts Paris days: this instant is 11 August there.
    const past = { ...lax, validFrom: '2026-01-01T00:00:00.000Z', validUntil: '2026-08-10T21:59:59.999Z' };
    given().when(publish(past)).then(published(past));
    given()
      .when(publish({ ...past, validUntil: '2026-08-10T22:00:00.000Z' }))
      .thenRejected('consent-period-too-long');
  });
});

describe('the decider of collection forms', () => {
  it('adds nothing twice and folds any order', () => {
    const publications = fc
      .record({
        version: fc.integer({ min: 1, max: 4 }),
        name: fc.constantFrom('a', 'b'),
        defaultState: fc.constantFrom('unchecked', 'unchecked', 'checked'),
        validityMonths: fc.constantFrom(12, 12, 13),
      })
      .map((changes) => publish(changes));
    const retirements = fc
      .tuple(instants, fc.integer({ min: 1, max: 4 }))
      .map(([end, version]) => retire(end, version));
    expectSoundDecider<FormCommand, FormEvent, ReturnType<typeof formDecider.evolve>>(
      formDecider,
      fc.oneof(publications, retirements),
    );
  });
});
