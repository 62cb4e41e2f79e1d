import { describe, it } from '@jest/globals';
import { sha256Hex } from '#kernel';
import { specificationOf } from '#testing';
import type { NoticeFacts, SubjectFacts } from './facts.js';
import {
  informationDecider,
  type InformationCircumstances,
  type InformationFact,
} from './information.decider.js';

// Goal: that somebody was informed is recorded with the hash of the very text, of people who are known and not erased,
// and of a text that stood then. Method: given / when / then.
const { given } = specificationOf(informationDecider);

const contactPointId = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
const noticeId = '88888888-8888-4888-8888-888888888888';
const now = '2026-11-17T09:00:00.000Z';
const metadata = { now, actor: { k: 'service', ref: '44444444-4444-4444-8444-444444444444' } } as const;
const subject: SubjectFacts = {
  status: 'registered',
  audience: 'consumer',
  contactPoints: [{ contactPointId, kind: 'email' }],
};
const notice: NoticeFacts = {
  noticeId,
  version: 2,
  texts: [{ language: 'fr', sha256: sha256Hex('Vos données') }],
  effectiveFrom: '2026-11-01T00:00:00.000Z',
};
const fact: InformationFact = {
  informationId: '11111111-1111-4111-8111-111111111111',
  subjectId: '3f2b8c1e-0a77-4a0d-9b3e-5d1f6c2a9e10',
  controllerId: '22222222-2222-4222-8222-222222222222',
  article: 'art-14',
  notice: { noticeId, version: 2, language: 'fr' },
  means: 'email',
  contactPointId,
  occurredAt: '2026-11-16T09:00:00.000Z',
};
const give = (change: Partial<InformationFact> = {}, known: Partial<InformationCircumstances> = {}) =>
  ({
    type: 'GiveInformation',
    data: {
      fact: { ...fact, ...change },
      circumstances: { subject, notice, isControllerKnown: true, ...known },
    },
    metadata,
  }) as const;
const recorded = {
  type: 'InformationGiven',
  data: { ...fact, notice: { ...fact.notice, sha256: sha256Hex('Vos données') } },
} as const;

describe('informing a person (Art. 13, 14)', () => {
  it('is recorded with the hash of the text that they were given', () => {
    given().when(give()).then(recorded);
  });

  it('is recorded again: whoever was informed twice was informed twice', () => {
    given(recorded).when(give()).then(recorded);
  });

  it.each([
    ['of nobody known', give({}, { subject: { status: 'unknown', contactPoints: [] } }), 'subject-unknown'],
    ['of somebody erased', give({}, { subject: { status: 'erased', contactPoints: [] } }), 'subject-erased'],
    ['for a company that nobody declared', give({}, { isControllerKnown: false }), 'controller-unknown'],
    ['of a text that was never published', give({}, { notice: undefined }), 'notice-unknown'],
    [
      'of a text that did not stand yet',
      give({}, { notice: { ...notice, effectiveFrom: '2026-11-16T09:00:00.001Z' } }),
      'notice-unknown',
    ],
    [
      'in a language that the text does not have',
      give({ notice: { ...fact.notice, language: 'de' } }),
      'notice-language-unknown',
    ],
    ['at an address of nobody', give({ contactPointId: noticeId }), 'contact-point-unknown'],
    ['in the future', give({ occurredAt: '2026-11-17T09:00:00.001Z' }), 'occurred-in-the-future'],
  ] as const)('%s is declined', (_case, command, code) => {
    given().when(command).thenRejected(code);
  });
});
