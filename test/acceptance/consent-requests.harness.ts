import { randomUUID } from 'node:crypto';
import { expectStatus, type Client } from './client.harness.js';
import { email, formBody, type TestShop } from './shop.harness.js';

/** A person with one mailbox, by both ids. */
export interface Mailbox {
  readonly subjectId: string;
  readonly contactPointId: string;
  readonly address: string;
}

/** Registers a person at a mailbox of their own. */
export async function mailbox(service: Client, dpo: Client): Promise<Mailbox> {
  const address = `claire.${randomUUID()}@courrier.example`;
  const person = { contactPoints: [email(address)], audience: 'consumer', source: { kind: 'shop' } };
  const { subjectId, token } = expectStatus(await service.post('/v1/subjects', person), 201).body;
  const { body } = expectStatus(await dpo.get(`/v1/subjects/${subjectId}?minToken=${token}`), 200);
  return { subjectId, contactPointId: body.contactPoints[0].contactPointId, address };
}

/** A request of the shop's form to a person. */
export const askBody = (shop: TestShop, { contactPointId }: Mailbox, more: object = {}) => ({
  formVersion: { formId: shop.formId, version: 1 },
  contactPointId,
  reason: 'new-contact',
  ...more,
});

/** Asks a person; answers with the path of their link beside what the server answered. */
export async function ask(service: Client, shop: TestShop, person: Mailbox, more: object = {}) {
  const path = `/v1/subjects/${person.subjectId}/consent-requests`;
  const { body } = expectStatus(await service.post(path, askBody(shop, person, more)), 201);
  return { ...body, path: new URL(body.url).pathname } as Record<string, string> & { path: string };
}

/** Publishes a form of the shop that is confirmed by a click. */
export async function confirmedForm(dpo: Client, shop: TestShop): Promise<string> {
  const body = { ...formBody(shop), method: 'double-opt-in' };
  return expectStatus(await dpo.post('/v1/collection-forms', body), 201).body.formId;
}

/** What a browser sends when a button is pressed. */
export const pressed = (fields: Readonly<Record<string, string>>) => ({
  key: null,
  contentType: 'application/x-www-form-urlencoded',
  raw: new URLSearchParams(fields).toString(),
});
