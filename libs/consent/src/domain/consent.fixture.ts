import { sha256Hex } from '#kernel';
import type { ConsentEvent, ConsentGiven } from '../contract.js';
import type { Act, Agreement, GiveConsent } from './consent.commands.js';
import type { FormFacts, NoticeFacts, PurposeFacts, SubjectFacts } from './facts.js';

// One person, purpose, form and notice on which the specs of consent agree, and the commands they begin from.

export const subjectId = '3f2b8c1e-0a77-4a0d-9b3e-5d1f6c2a9e10';
export const purposeId = '33333333-3333-4333-8333-333333333333';
export const controllerId = '66666666-6666-4666-8666-666666666666';
export const formId = '77777777-7777-4777-8777-777777777777';
export const noticeId = '88888888-8888-4888-8888-888888888888';
export const email = { contactPointId: 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', kind: 'email' } as const;
export const phone = { contactPointId: 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb', kind: 'phone' } as const;
export const consentId = 'cccccccc-cccc-4ccc-8ccc-cccccccccccc';
export const actId = 'dddddddd-dddd-4ddd-8ddd-dddddddddddd';
export const monday = '2026-11-16T09:00:00.000Z';
export const tuesday = '2026-11-17T09:00:00.000Z';
export const wednesday = '2026-11-18T09:00:00.000Z';
export const sha = sha256Hex('La lettre de la Maison Corbel');
export const metadata = {
  now: wednesday,
  actor: { k: 'service', ref: '44444444-4444-4444-8444-444444444444' },
} as const;

export const subject: SubjectFacts = {
  status: 'registered',
  audience: 'consumer',
  contactPoints: [email, phone],
};
export const purpose: PurposeFacts = {
  purposeId,
  revision: 0,
  controllerId,
  channels: ['email', 'phone-human'],
  variants: [{ audiences: ['consumer'], lawfulBasis: 'consent' }],
  namedRecipientIds: [],
};
export const notice: NoticeFacts = {
  noticeId,
  version: 1,
  texts: [{ language: 'fr', sha256: sha }],
  effectiveFrom: '2026-01-01T00:00:00.000Z',
};
export const form: FormFacts = {
  formId,
  version: 2,
  language: 'fr',
  validFrom: '2026-01-01T00:00:00.000Z',
  method: 'web-checkbox',
  defaultState: 'unchecked',
  notice: { noticeId, version: 1, sha256: sha },
  offers: [{ purposeId, channels: ['email', 'phone-human'], label: 'La lettre', goodsNature: ['furniture'] }],
  withdrawalMethods: ['unsubscribe-link'],
  validityMonths: 12,
  shown: { withdrawalRight: true, durableMedium: true, professionalIdentity: true, choiceOffered: true },
};
export const act: Act = {
  actId,
  subjectId,
  subject,
  basis: { kind: 'form', form, notice },
  indicatedBy: 'data-subject',
  age: 'not-asserted',
  source: { kind: 'web-form' },
  occurredAt: monday,
};
export const agreement: Agreement = {
  purpose,
  channels: [{ channel: 'email', consentId }],
  consentType: 'expressed',
  offerLabelSha256: sha,
};
export const give = (change: Partial<Act> = {}, agreed: Partial<Agreement> = {}): GiveConsent => ({
  type: 'GiveConsent',
  data: { ...act, ...change, agreement: { ...agreement, ...agreed } },
  metadata,
});
export const given1: ConsentGiven = {
  consentId,
  actId,
  subjectId,
  purposeId,
  purposeRevision: 0,
  channel: 'email',
  controllerId,
  contactPointIds: [email.contactPointId],
  goodsNature: ['furniture'],
  namedRecipientIds: [],
  consentType: 'expressed',
  proof: {
    form: { formId, version: 2 },
    notice: { noticeId, version: 1, sha256: sha, language: 'fr' },
    expression: { method: 'web-checkbox', defaultState: 'unchecked', labelSha256: sha },
    withdrawalMethods: ['unsubscribe-link'],
  },
  indicatedBy: 'data-subject',
  age: 'not-asserted',
  source: { kind: 'web-form' },
  occurredAt: monday,
  validUntil: '2027-11-16T09:00:00.000Z',
};
export const no = (change: Partial<Extract<ConsentEvent, { type: 'ConsentWithdrawn' }>['data']> = {}) => ({
  actId,
  subjectId,
  purposeId,
  channel: 'email' as const,
  occurredAt: tuesday,
  source: { kind: 'unsubscribe-link' as const },
  indicatedBy: 'data-subject' as const,
  ...change,
});
export const onNotice = (change: object = {}): Act['basis'] => ({
  kind: 'notice',
  notice,
  language: 'fr',
  method: 'oral-recorded',
  defaultState: 'not-applicable',
  label: 'Acceptez-vous ?',
  labelSha256: sha,
  withdrawalMethods: ['phone'],
  ...change,
});
