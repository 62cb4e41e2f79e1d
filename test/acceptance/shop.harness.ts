import { randomUUID } from 'node:crypto';
import { expectStatus, type Client } from './client.harness.js';

/** What a small shop declared; every id is the ledger's. */
export interface TestShop {
  readonly controllerId: string;
  readonly newsletterId: string;
  readonly callsId: string;
  /** Rests on a contract, never on consent. */
  readonly ordersId: string;
  readonly noticeId: string;
  readonly formId: string;
}

const A_YEAR_AGO = new Date(Date.now() - 365 * 86_400_000).toISOString();
const variant = (lawfulBasis: string) => ({
  variantId: 'consumers',
  audiences: ['consumer'],
  relations: ['none', 'account-only', 'customer-similar'],
  lawfulBasis,
  basisSource: 'RGPD art. 6(1)',
});

export const purposeBody = (
  controllerId: string,
  code: string,
  channels: readonly string[],
  basis = 'consent',
) => ({
  code,
  controllerId,
  name: { fr: `Finalité ${code}` },
  description: { fr: 'Écrire aux personnes qui l’ont accepté.' },
  kind: basis === 'consent' ? 'prospecting' : 'service',
  channels,
  variants: [variant(basis)],
  dataNeeded: channels.map((channel) => (channel === 'email' ? 'email' : 'phone')),
});

export const noticeBody = {
  title: { fr: 'Vos données' },
  texts: [{ language: 'fr', text: 'Nous écrivons à qui l’accepte. Contact : dpo@boutique.example.' }],
};

export const formBody = ({
  noticeId,
  newsletterId,
  callsId,
}: Omit<TestShop, 'formId' | 'ordersId' | 'controllerId'>) => ({
  name: 'Pied de page',
  url: 'https://www.boutique.example/inscription',
  language: 'fr',
  validFrom: A_YEAR_AGO,
  screenshotSha256: 'ab'.repeat(32),
  method: 'web-checkbox',
  defaultState: 'unchecked',
  offers: [
    { purposeId: newsletterId, channels: ['email'], label: 'J’accepte la lettre.' },
    {
      purposeId: callsId,
      channels: ['phone-human'],
      label: 'J’accepte les appels.',
      goodsNature: ['furniture'],
    },
  ],
  withdrawalMethods: ['unsubscribe-link'],
  validityMonths: 12,
  shown: { withdrawalRight: true, durableMedium: true, professionalIdentity: true, choiceOffered: true },
  notice: { noticeId, version: 1 },
});

/** Declares the shop, a year ago. */
export async function declareShop(dpo: Client): Promise<TestShop> {
  const made = async (path: string, body: object) =>
    expectStatus(await dpo.post(path, { ...body, occurredAt: A_YEAR_AGO }), 200, 201).body;
  const { controllerId } = await made('/v1/controllers', {
    legalName: 'Boutique d’essai SAS',
    siren: '732829320',
    country: 'FR',
  });
  const { purposeId: newsletterId } = await made(
    '/v1/purposes',
    purposeBody(controllerId, 'lettre', ['email']),
  );
  const { purposeId: callsId } = await made(
    '/v1/purposes',
    purposeBody(controllerId, 'appels', ['phone-human']),
  );
  const { purposeId: ordersId } = await made(
    '/v1/purposes',
    purposeBody(controllerId, 'commandes', ['email'], 'contract'),
  );
  const { noticeId } = await made('/v1/notices', noticeBody);
  const { formId } = await made('/v1/collection-forms', formBody({ noticeId, newsletterId, callsId }));
  return { controllerId, newsletterId, callsId, ordersId, noticeId, formId };
}

/** A consent through the shop's form. */
export const consentBody = (shop: TestShop, occurredAt?: string) => ({
  purposeId: shop.newsletterId,
  channels: ['email'],
  formVersion: { formId: shop.formId, version: 1 },
  source: { kind: 'web-form' },
  evidence: { userAgent: 'a browser' },
  ...(occurredAt === undefined ? {} : { occurredAt }),
});

export const email = (value: string) => ({ kind: 'email', value });
export const phone = (value: string) => ({ kind: 'phone', value });

/** Registers a person who can be reached like this; by default at a mailbox that nobody else has. */
export async function registerPerson(
  client: Client,
  contactPoints: readonly object[] = [email(`${randomUUID()}@courrier.example`)],
  extra: object = {},
): Promise<string> {
  const body = { contactPoints, audience: 'consumer', source: { kind: 'shop' }, ...extra };
  return expectStatus(await client.post('/v1/subjects', body), 201, 200).body.subjectId;
}

/** The instant some days ago. */
export const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();

/** What the state of a contact says about the newsletter by e-mail; `undefined`: nothing, which means no. */
export function newsletterState(
  shop: TestShop,
  state: { choices: { purposeId: string; channel: string; state: string; restricted: boolean }[] },
) {
  return state.choices.find(
    ({ purposeId, channel }) => purposeId === shop.newsletterId && channel === 'email',
  );
}
