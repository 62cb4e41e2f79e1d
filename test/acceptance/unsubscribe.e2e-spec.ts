import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, expectStatus } from './client.harness.js';
import { AcceptanceLedger, eventually } from './server.harness.js';
import { consentBody, declareShop, newsletterState, registerPerson, type TestShop } from './shop.harness.js';

// A person unsubscribes in one click, without logging in (RFC 8058): the page shows, the click acts, a mail scanner that
// follows links changes nothing, and a link that is years old still works.

let ledger: AcceptanceLedger;
let service: Client;
let dpo: Client;
let anybody: Client;
let auditor: Client;
let shop: TestShop;

beforeAll(async () => {
  ledger = await AcceptanceLedger.open();
  const server = await ledger.start();
  [service, dpo] = [await ledger.client(server, 'service'), await ledger.client(server, 'dpo')];
  auditor = await ledger.client(server, 'auditor');
  anybody = new Client(server.url, undefined);
  shop = await declareShop(dpo);
});
afterAll(() => ledger.close());

async function subscriber(): Promise<string> {
  const subjectId = await registerPerson(service);
  expectStatus(await service.post(`/v1/subjects/${subjectId}/consents`, consentBody(shop)), 201);
  return subjectId;
}

async function linkFor(
  target: object,
): Promise<{ path: string; listUnsubscribe: string; listUnsubscribePost: string }> {
  const { links } = expectStatus(
    await service.post('/v1/unsubscribe-links', { links: [target] }, { key: null }),
    200,
  ).body;
  return { ...links[0], path: new URL(links[0].url).pathname };
}

const choiceOf = async (subjectId: string) =>
  newsletterState(shop, expectStatus(await dpo.get(`/v1/subjects/${subjectId}?at=${now()}`), 200).body)
    ?.state;
const now = () => encodeURIComponent(new Date().toISOString());

const newsletter = (subjectId: string) => ({ subjectId, purposeId: shop.newsletterId, channel: 'email' });
const click = (path: string, extras: object) => anybody.post(path, undefined, { key: null, ...extras });
const ofAMailProgram = {
  contentType: 'application/x-www-form-urlencoded',
  raw: 'List-Unsubscribe=One-Click',
};

describe('a link to unsubscribe', () => {
  it('comes with the two header fields of a message, and names nobody', async () => {
    const subjectId = await subscriber();
    const { path, listUnsubscribe, listUnsubscribePost } = await linkFor(newsletter(subjectId));
    expect(listUnsubscribe).toMatch(/^<https?:\/\/.*\/u\/[\w-]+>$/);
    expect(listUnsubscribePost).toBe('List-Unsubscribe=One-Click');
    expect(path).not.toContain(subjectId);
  });

  it.each([
    ['fr', 'Se désinscrire', 'Par e-mail, pour la finalité « Finalité lettre »'],
    ['en', 'Unsubscribe', 'By e-mail, for the purpose “Finalité lettre”'],
  ] as const)(
    'shows in %s what it would end, and ends nothing when it is only followed',
    async (language, title, what) => {
      const subjectId = await subscriber();
      const { path } = await linkFor(newsletter(subjectId));
      const before = await ledger.countEvents();
      const page = expectStatus(await anybody.get(path, { language }), 200);
      expect(page.headers.get('content-type')).toMatch(/^text\/html/);
      expect(page.headers.get('content-language')).toBe(language);
      expect(page.headers.get('set-cookie')).toBeNull();
      expect(page.text).toContain(title);
      expect(page.text).toContain(what);
      expect(page.text).not.toContain(subjectId);
      expect(await ledger.countEvents()).toBe(before);
    },
  );

  it.each([
    ['a mail program', ofAMailProgram],
    [
      'a mail program that sends a multipart body',
      {
        contentType: 'multipart/form-data; boundary=x',
        raw: '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
      },
    ],
    ['the page', { contentType: 'application/x-www-form-urlencoded', raw: 'scope=this' }],
    ['something that sends no body at all', {}],
  ])('ends the consent in one click by %s', async (_, extras) => {
    const subjectId = await subscriber();
    const { path } = await linkFor(newsletter(subjectId));
    const page = expectStatus(await click(path, { language: 'fr', ...extras }), 200);
    expect(page.text).toContain('C’est fait');
    expect(await choiceOf(subjectId)).toBe('withdrawn');
  });

  it('may end everything, on every channel', async () => {
    const subjectId = await subscriber();
    const { path } = await linkFor(newsletter(subjectId));
    const everything = { contentType: 'application/x-www-form-urlencoded', raw: 'scope=all' };
    expectStatus(await click(path, everything), 200);
    const { body } = await dpo.get(`/v1/subjects/${subjectId}?at=${now()}`);
    expect(body.wideNos).toEqual([expect.objectContaining({ purposeId: 'all', channel: 'all' })]);
  });

  it('works again after the person has agreed anew', async () => {
    const subjectId = await subscriber();
    const { path } = await linkFor(newsletter(subjectId));
    expectStatus(await click(path, ofAMailProgram), 200);
    expectStatus(await service.post(`/v1/subjects/${subjectId}/consents`, consentBody(shop)), 201);
    expectStatus(await click(path, ofAMailProgram), 200);
    expect(await choiceOf(subjectId)).toBe('withdrawn');
  });

  it('works for somebody whom the ledger has erased', async () => {
    const subjectId = await subscriber();
    const { path } = await linkFor(newsletter(subjectId));
    const order = {
      ground: 'consent-withdrawn',
      identityCheck: { method: 'authenticated-session', at: new Date().toISOString() },
    };
    const erasures = `/v1/subjects/${subjectId}/erasures`;
    const { erasureId } = expectStatus(await dpo.post(erasures, order), 202).body;
    await eventually(
      async () => (await dpo.get(`${erasures}/${String(erasureId)}`)).body.state,
      (state) => state !== 'ordered',
    );
    expectStatus(await click(path, ofAMailProgram), 200);
  });

  it('works for somebody of whom the ledger knows nothing', async () => {
    const { path } = await linkFor({ subjectId: randomUUID(), purposeId: 'all' });
    expectStatus(await click(path, ofAMailProgram), 200);
  });

  it('that is damaged says so, says what to do, and changes nothing', async () => {
    const subjectId = await subscriber();
    const { path } = await linkFor(newsletter(subjectId));
    const before = await ledger.countEvents();
    for (const wrong of [path.slice(0, -3), '/u/x', `${path}AAAA`]) {
      for (const page of [
        await anybody.get(wrong, { language: 'fr' }),
        await click(wrong, { language: 'fr' }),
      ]) {
        expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
        expect(page.text).toContain('Ce lien n’est pas complet');
      }
    }
    expect(await ledger.countEvents()).toBe(before);
  });

  it('is made by those who may record a choice, for well-formed targets', async () => {
    const links = [newsletter(randomUUID())];
    expect((await anybody.post('/v1/unsubscribe-links', { links }, { key: null })).status).toBe(401);
    expect((await auditor.post('/v1/unsubscribe-links', { links }, { key: null })).status).toBe(403);
    const wrong = { links: [{ subjectId: 'x', purposeId: 'all', channel: 'pigeon' }] };
    const refused = expectStatus(await service.post('/v1/unsubscribe-links', wrong, { key: null }), 400);
    expect(refused.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/links/0/subjectId',
      '/links/0/channel',
    ]);
  });
});
