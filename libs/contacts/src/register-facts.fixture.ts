import { type Instant, type Uuid } from '#kernel';
import { controllerStream, formStream, noticeStream, purposeStream } from '#register/contract';
import { CONTROLLER, day, type Fact, PURPOSES, SHA } from './contacts.fixture.js';

/** `DataControllerDeclared`, by default of the one data controller of the specs. */
export function controllerDeclared(controllerId: Uuid = CONTROLLER, at: Instant = day(0)): Fact {
  const data = { controllerId, legalName: 'Boutique d’essai SAS', country: 'FR', occurredAt: at };
  const stream = controllerStream(controllerId);
  return { type: 'DataControllerDeclared', stream, data, recordedAt: at, subjects: [] };
}

/** What a purpose is, as far as a spec cares. */
export interface PurposeWish {
  readonly type?: 'PurposeDeclared' | 'PurposeRevised';
  readonly purposeId?: Uuid;
  readonly code?: string;
  readonly name?: string;
  readonly lawfulBasis?: string;
  readonly at?: Instant;
}

/** A purpose is declared or revised; it rests on consent unless the wish says otherwise. */
export function purposeFact(wish: PurposeWish = {}): Fact {
  const { type = 'PurposeDeclared', purposeId = PURPOSES[0] ?? '', name = 'Lettre', at = day(0) } = wish;
  const { lawfulBasis = 'consent', code = 'newsletter' } = wish;
  const common = { variantId: 'all', relations: ['none'], basisSource: 'Art. 6(1)' };
  const data = {
    ...{ purposeId, code, controllerId: CONTROLLER, name: { fr: name } },
    ...{ description: { fr: 'Envoi de la lettre.' }, kind: 'prospecting', sector: 'normal' },
    channels: ['email', 'sms-mms', 'post'],
    variants: [{ ...common, audiences: ['consumer'], lawfulBasis }],
    ...{ dataNeeded: ['email'], productCategories: [], namedRecipients: [], occurredAt: at },
  };
  return { type, stream: purposeStream(purposeId), data, recordedAt: at, subjects: [] };
}

export const FORM: Uuid = '0a6f3c1e-2b4d-4c8e-9f10-0000000000f1';

const NOTICE: Uuid = '0a6f3c1e-2b4d-4c8e-9f10-0000000000f2';

/** A notice, and a form that offers every purpose on e-mail and SMS. */
export function formFacts(at: Instant = day(0)): readonly Fact[] {
  const notice = { noticeId: NOTICE, version: 1 };
  const texts = [{ language: 'fr', sha256: SHA, bytes: 10, parts: 1 }];
  const published = { ...notice, title: { fr: 'Vos données' }, texts, effectiveFrom: at, change: 'first' };
  const form = {
    ...{ formId: FORM, version: 1, name: 'Inscription', language: 'fr', validFrom: at },
    ...{ method: 'web-checkbox', defaultState: 'unchecked', notice: { ...notice, sha256: SHA } },
    offers: PURPOSES.map((purposeId) => ({ purposeId, channels: ['email', 'sms-mms'], label: 'Oui.' })),
    withdrawalMethods: ['unsubscribe-link'],
    shown: { withdrawalRight: true, durableMedium: true, professionalIdentity: true, choiceOffered: true },
  };
  const fact = (type: string, stream: string, data: object): Fact => ({
    ...{ type, stream, data: { ...data, occurredAt: at } },
    ...{ recordedAt: at, subjects: [] },
  });
  return [
    fact('NoticePublished', noticeStream(NOTICE), published),
    fact('CollectionFormPublished', formStream(FORM), form),
  ];
}
