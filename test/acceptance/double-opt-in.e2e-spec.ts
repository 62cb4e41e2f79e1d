import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, expectStatus } from './client.harness.js';
import { confirmedForm, pressed } from './consent-requests.harness.js';
import { AcceptanceLedger, eventually } from './server.harness.js';
import { declareShop, email, phone, type TestShop } from './shop.harness.js';

// Somebody signs up through a form that is confirmed by a click: a mail scanner follows the link, the person confirms,
// the gate permits, they withdraw, and the link is used again; who did not sign up says so and is left alone.

let ledger: AcceptanceLedger;
let service: Client;
let form: Client;
let dpo: Client;
let anybody: Client;
let shop: TestShop;
let formId: string;

beforeAll(async () => {
  ledger = await AcceptanceLedger.open();
  const server = await ledger.start();
  [service, dpo] = [await ledger.client(server, 'service'), await ledger.client(server, 'dpo')];
  form = await ledger.client(server, 'form');
  anybody = new Client(server.url, undefined);
  shop = await declareShop(dpo);
  formId = await confirmedForm(dpo, shop);
});
afterAll(() => ledger.close());

const signUp = (contactPoints: readonly object[], more: object = {}) => ({
  contactPoints,
  formVersion: { formId, version: 1 },
  choices: [
    { purposeId: shop.newsletterId, channels: ['email'], choice: 'given' },
    { purposeId: shop.callsId, channels: ['phone-human'], choice: 'refused' },
  ],
  source: { kind: 'web-form' },
  ...more,
});
const newMailbox = () => email(`${randomUUID()}@courrier.example`);
const press = (path: string, answer: 'yes' | 'no', language: 'fr' | 'en') =>
  anybody.post(path, undefined, { ...pressed({ answer }), language });
const pathOf = ({ url }: { url: string }): string => new URL(url).pathname;

async function signedUp(contactPoints: readonly object[] = [newMailbox()], more: object = {}) {
  const { body } = expectStatus(await service.post('/v1/captures', signUp(contactPoints, more)), 201);
  return {
    subjectId: body.subjectId as string,
    token: body.token as string,
    path: pathOf(body.confirmation),
    body,
  };
}

async function ask(subjectId: string, purposeId = shop.newsletterId, channel = 'email') {
  return expectStatus(await service.post('/v1/permissions/check', { subjectId, purposeId, channel }), 200)
    .body;
}

/** The consents of a person, once the read model has so many. */
async function consentsOf(
  subjectId: string,
  count: number,
): Promise<{ channel: string; consentId: string }[]> {
  const { body } = await eventually(
    () => dpo.get(`/v1/subjects/${subjectId}/consents`),
    (answer) => answer.status === 200 && answer.body.items.length === count,
  );
  return body.items;
}

const words = {
  fr: {
    title: 'Confirmer votre inscription',
    done: 'C’est enregistré',
    used: 'Une réponse est déjà enregistrée',
    gone: 'C’est fait',
    text: 'a reçu une inscription avec cette adresse',
  },
  en: {
    title: 'Confirm your sign-up',
    done: 'It is recorded',
    used: 'An answer is recorded already',
    gone: 'It is done',
    text: 'received a sign-up with this address',
  },
} as const;

describe('a sign-up that is confirmed by a click', () => {
  it.each(['fr', 'en'] as const)('from the form to the withdrawal, in %s', async (language) => {
    const w = words[language];
    const { subjectId, path, body } = await signedUp(undefined, {
      ...{ ageAssertion: 'minor-15-or-over', source: { kind: 'web-form', campaignId: 'automne-2026' } },
      evidence: { statement: 'J’ai seize ans' },
    });
    expect([body.appended, body.consents]).toEqual([3, []]);
    expect(body.confirmation[language === 'fr' ? 'textFr' : 'textEn']).toContain(w.text);
    expect((await ask(subjectId)).permitted).toBe(false);

    // The mail gateway opens every link of the message, with GET and with HEAD.
    const before = await ledger.countEvents();
    for (let visit = 0; visit < 3; visit += 1) {
      const page = expectStatus(await anybody.get(path, { language }), 200);
      expect(page.text).toContain(w.title);
      expect(page.headers.get('set-cookie')).toBeNull();
    }
    expectStatus(await anybody.send('HEAD', path, undefined, { key: null }), 200);
    expect(await ledger.countEvents()).toBe(before);
    expect((await ask(subjectId)).permitted).toBe(false);

    const done = expectStatus(await press(path, 'yes', language), 200);
    expect(done.text).toContain(w.done);
    expect((await ask(subjectId)).permitted).toBe(true);
    const items = await consentsOf(subjectId, 1);
    expect(items).toMatchObject([{ state: 'given', proofGrade: 'strong' }]);
    const path1 = `/v1/subjects/${subjectId}/consents/${String(items[0]?.consentId)}`;
    const { consent, history } = expectStatus(await dpo.get(path1), 200).body;
    expect(consent.proof.expression).toMatchObject({ method: 'double-opt-in', defaultState: 'unchecked' });
    // What the sign-up said is part of the proof, beside the click.
    expect(consent.source).toMatchObject({ campaignId: 'automne-2026' });
    expect([consent.age, consent.evidence.length]).toEqual(['minor-15-or-over', 2]);
    const told = history.map(({ type }: { type: string }) => type);
    expect(told).toEqual(expect.arrayContaining(['ChoicesCaptured', 'ConsentRequested', 'ConsentGiven']));

    const [, withdrawal = ''] = /href="(\/u\/[^"]+)"/.exec(done.text) ?? [];
    expect((await anybody.post(withdrawal, undefined, { key: null, language })).text).toContain(w.gone);
    expect((await ask(subjectId)).permitted).toBe(false);

    // The old message is opened once more, and its button pressed.
    const events = await ledger.countEvents();
    const used = await press(path, 'yes', language);
    expect([used.status, used.text.includes(w.used)]).toEqual([410, true]);
    expect(await ledger.countEvents()).toBe(events);
    expect((await ask(subjectId)).permitted).toBe(false);
  });

  it('was somebody else’s: one click says so, and a yes is not taken any more', async () => {
    const { subjectId, path } = await signedUp();
    expect(expectStatus(await press(path, 'no', 'fr'), 200).text).toContain('Vous avez dit non');
    expect((await press(path, 'yes', 'fr')).status).toBe(410);
    expect((await ask(subjectId)).permitted).toBe(false);
  });

  it('tells the form no more than that a message is to be sent, whoever is known already', async () => {
    const mailbox = newMailbox();
    for (let time = 0; time < 2; time += 1) {
      const { body } = expectStatus(await form.post('/v1/captures', signUp([mailbox])), 201);
      expect(Object.keys(body).sort()).toEqual(['appended', 'captureId', 'confirmation']);
      expect(body.appended).toBe(3);
      expect(JSON.stringify(body)).not.toContain(mailbox.value);
      expectStatus(await press(pathOf(body.confirmation), 'yes', 'fr'), 200);
    }
  });

  it('has the same answer when it is repeated', async () => {
    const [key, wanted] = [randomUUID(), signUp([newMailbox()])];
    const first = expectStatus(await form.post('/v1/captures', wanted, { key }), 201);
    const again = expectStatus(await form.post('/v1/captures', wanted, { key }), 201);
    expect(again.body).toEqual(first.body);
  });

  it('covers the mailbox that was confirmed, and every choice of the form waits for the click', async () => {
    const mailboxes = [newMailbox(), newMailbox()];
    const choices = [
      { purposeId: shop.newsletterId, channels: ['email'], choice: 'given' },
      { purposeId: shop.callsId, channels: ['phone-human'], choice: 'given' },
    ];
    const points = [...mailboxes, phone('+33612345678')];
    const { subjectId, path, token } = await signedUp(points, { choices });
    const state = expectStatus(await dpo.get(`/v1/subjects/${subjectId}?minToken=${token}`), 200).body;
    expect((await ask(subjectId, shop.callsId, 'phone-human')).permitted).toBe(false);
    expectStatus(await press(path, 'yes', 'fr'), 200);
    const items = await consentsOf(subjectId, 2);
    expect(items.map(({ channel }) => channel).sort()).toEqual(['email', 'phone-human']);
    const byMail = items.find(({ channel }) => channel === 'email');
    const { consent } = (await dpo.get(`/v1/subjects/${subjectId}/consents/${String(byMail?.consentId)}`))
      .body;
    expect(consent.contactPointIds).toHaveLength(1);
    const ofMail = state.contactPoints.filter(({ kind }: { kind: string }) => kind === 'email');
    expect(ofMail).toHaveLength(2);
  });

  it('follows an older no: who comes by themselves is asked, and may say yes', async () => {
    const mailbox = newMailbox();
    const { subjectId } = await signedUp([mailbox]);
    const no = { purposeId: 'all', channels: 'all', source: { kind: 'phone-call' } };
    expectStatus(await service.post(`/v1/subjects/${subjectId}/withdrawals`, no), 201);
    const again = await signedUp([mailbox]);
    expect(again.subjectId).toBe(subjectId);
    expect((await ask(subjectId)).permitted).toBe(false);
    expectStatus(await press(again.path, 'yes', 'fr'), 200);
    expect((await ask(subjectId)).permitted).toBe(true);
  });

  it('needs a mailbox, and registers nobody without one', async () => {
    const number = phone('+33698765432');
    const { status, body } = await service.post('/v1/captures', signUp([number]));
    expect([status, body.code, body.pointer ?? body.errors?.[0]?.pointer]).toEqual([
      ...[409, 'contact-point-unknown', '/contactPoints'],
    ]);
    const found = await service.post('/v1/subjects/lookup', number, { key: null });
    expect(found.body.subjectIds).toEqual([]);
    const refusals = [{ purposeId: shop.callsId, channels: ['phone-human'], choice: 'refused' }];
    const all = await service.post('/v1/captures', signUp([number], { choices: refusals }));
    expect([all.status, all.body.confirmation]).toEqual([201, undefined]);
  });
});
