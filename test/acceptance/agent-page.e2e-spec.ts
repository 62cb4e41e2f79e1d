import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FileKekProvider, openKeyStore } from '#subject-keys';
import { AgentLinks } from '../../libs/permission/src/application/agent-links.js';
import { Client, expectStatus } from './client.harness.js';
import { AcceptanceLedger, eventually } from './server.harness.js';
import { consentBody, daysAgo, declareShop, registerPerson, type TestShop } from './shop.harness.js';

// An agent of a call centre has a page and nothing else: whether the person may be contacted, a place, how it ended, and
// one button for a person who says "stop" (C. conso. R.223-3), which works for ever. By e-mail, which has no hours.

let ledger: AcceptanceLedger;
let [service, auditor, dpo, anybody] = [] as unknown as Client[];
let shop: TestShop;

beforeAll(async () => {
  ledger = await AcceptanceLedger.open();
  const server = await ledger.start();
  service = await ledger.client(server, 'service');
  auditor = await ledger.client(server, 'auditor');
  dpo = await ledger.client(server, 'dpo');
  anybody = new Client(server.url, undefined);
  shop = await declareShop(dpo);
});
afterAll(() => ledger.close());

async function subscriber(): Promise<string> {
  const subjectId = await registerPerson(service!);
  expectStatus(await service!.post(`/v1/subjects/${subjectId}/consents`, consentBody(shop)), 201);
  return subjectId;
}

interface Link {
  readonly url: string;
  readonly attemptId: string;
  readonly expiresAt: string;
}

async function linkFor(subjectId: string, more: object = {}): Promise<Link> {
  const target = {
    subjectId,
    controllerId: shop.controllerId,
    purposeId: shop.newsletterId,
    channel: 'email',
  };
  return expectStatus(await service!.post('/v1/agent-links', { ...target, ...more }), 200).body as Link;
}

const pathOf = ({ url }: Link) => new URL(url).pathname;
const open = (link: Link, language: 'fr' | 'en' = 'fr') => anybody!.get(pathOf(link), { language });
const click = (link: Link, act: string, language: 'fr' | 'en' = 'fr') =>
  anybody!.post(pathOf(link), undefined, {
    ...{ key: null, language, raw: `act=${act}` },
    contentType: 'application/x-www-form-urlencoded',
  });
const buttonsOf = ({ text }: { text: string }) =>
  [...text.matchAll(/value="([a-z-]+)"/g)].map(([, act]) => act);
const OUTCOMES = ['answered', 'no-answer', 'busy', 'wrong-number', 'refused'];

/** What the ledger holds of contacts with a person, oldest first. */
async function contactsOf(subjectId: string) {
  const { body } = await auditor!.get('/v1/changes?limit=500');
  return body.items.filter(({ stream }: { stream: string }) => stream === `solicitation-${subjectId}`);
}

const mayContact = async (subjectId: string): Promise<boolean> => {
  const question = { subjectId, purposeId: shop.newsletterId, channel: 'email' };
  return expectStatus(await service!.post('/v1/permissions/check', question), 200).body.permitted;
};

describe('the page of a contact', () => {
  it.each([
    ['fr', 'Vous pouvez contacter cette personne.', 'La personne demande à ne plus être appelée'],
    ['en', 'You may contact this person.', 'The person asks not to be called any more'],
  ] as const)(
    'says in %s that it may be made, names nobody and changes nothing',
    async (language, may, stop) => {
      const subjectId = await subscriber();
      const link = await linkFor(subjectId);
      const before = await ledger.countEvents();
      const page = expectStatus(await open(link, language), 200);
      expect([page.headers.get('content-type'), page.headers.get('content-language')]).toEqual([
        'text/html; charset=utf-8',
        language,
      ]);
      for (const told of [may, stop, 'Finalité lettre']) expect(page.text).toContain(told);
      for (const hidden of ['courrier.example', subjectId, '<script'])
        expect(page.text).not.toContain(hidden);
      expect(link.url).not.toContain(subjectId);
      expect(buttonsOf(page)).toEqual(['reserve', 'stop']);
      expect(await ledger.countEvents()).toBe(before);
    },
  );

  it('says why it may not be made, and offers the “no” alone', async () => {
    const link = await linkFor(await registerPerson(service!));
    const page = expectStatus(await open(link), 200);
    expect(page.text).toContain('Ne contactez pas cette personne');
    expect(page.text).toContain('Il faut un consentement');
    expect(buttonsOf(page)).toEqual(['stop']);
    const before = await ledger.countEvents();
    expect(buttonsOf(expectStatus(await click(link, 'reserve'), 200))).toEqual(['stop']);
    expect(await ledger.countEvents()).toBe(before);
  });
});

describe('what is offered', () => {
  it('is asked of the gate as a check asks it: what is analogous to an earlier sale', async () => {
    const subjectId = await subscriber();
    const { controllerId, newsletterId } = shop;
    const sale = {
      kind: 'sale',
      controllerId,
      productCategories: ['books'],
      source: 'shop',
      occurredAt: daysAgo(20),
    };
    expectStatus(await service!.post(`/v1/subjects/${subjectId}/relationship-events`, sale), 201);
    const question = { subjectId, purposeId: newsletterId, channel: 'email', controllerId };
    for (const [productCategory, isPermitted] of [
      ['books', true],
      ['wine', false],
      [undefined, false],
    ] as const) {
      const message = productCategory === undefined ? {} : { productCategory };
      const checked = expectStatus(
        await service!.post('/v1/permissions/check', { ...question, message }),
        200,
      );
      const page = expectStatus(await open(await linkFor(subjectId, message)), 200);
      expect([checked.body.permitted, buttonsOf(page).includes('reserve')]).toEqual([
        isPermitted,
        isPermitted,
      ]);
    }
    const link = await linkFor(subjectId, { productCategory: 'books' });
    expect((await click(link, 'reserve')).text).toContain('est réservé jusqu’à');
  });
});

describe('an agent', () => {
  it('holds a place once, however often they click, and is then asked how it ended', async () => {
    const link = await linkFor(await subscriber());
    const before = await ledger.countEvents();
    const pages = [await click(link, 'reserve'), await click(link, 'reserve'), await open(link)];
    for (const page of pages) {
      expect(page.text).toContain('est réservé jusqu’à');
      expect(buttonsOf(page)).toEqual([...OUTCOMES, 'stop']);
    }
    expect(await ledger.countEvents()).toBe(before + 1);
  });

  it.each(OUTCOMES)(
    'tells once that it ended with “%s”, on the account of who made the link',
    async (outcome) => {
      const subjectId = await subscriber();
      const link = await linkFor(subjectId, { attemptId: randomUUID() });
      expectStatus(await click(link, 'reserve'), 200);
      const before = await ledger.countEvents();
      for (const page of [await click(link, outcome), await click(link, outcome)]) {
        expect(page.text).toContain('Enregistré');
      }
      expect(await ledger.countEvents()).toBe(before + 1);
      const [, made] = await eventually(
        () => contactsOf(subjectId),
        (found) => found.length === 2,
      );
      expect(made).toMatchObject({ type: 'ContactMade', data: { outcome, attemptId: link.attemptId } });
      const [reserved] = await contactsOf(subjectId);
      expect([made.actor.kind, made.actor]).toEqual(['service', reserved.actor]);
      expect(await mayContact(subjectId)).toBe(true);
    },
  );
});

describe('“do not call me any more”', () => {
  it('is one click: the contact and the withdrawal, at once, and once', async () => {
    const subjectId = await subscriber();
    const link = await linkFor(subjectId);
    expectStatus(await click(link, 'reserve'), 200);
    const before = await ledger.countEvents();
    expect(expectStatus(await click(link, 'stop'), 200).text).toContain('C’est enregistré');
    expect(await mayContact(subjectId)).toBe(false);
    expectStatus(await click(link, 'stop', 'en'), 200);
    expect(await ledger.countEvents()).toBe(before + 2);
    expect(buttonsOf(await open(link))).toContain('stop');
  });

  it('is taken from the page as it opens, and of somebody who is unknown or erased', async () => {
    const link = await linkFor(await subscriber());
    expectStatus(await click(link, 'stop'), 200);
    const erased = await subscriber();
    const late = await linkFor(erased);
    const identityCheck = { method: 'authenticated-session', at: new Date().toISOString() };
    const order = { ground: 'objection', identityCheck };
    expectStatus(await dpo!.post(`/v1/subjects/${erased}/erasures`, order), 202);
    for (const whose of [late, await linkFor(randomUUID())]) {
      expect(expectStatus(await click(whose, 'stop'), 200).text).toContain('C’est enregistré');
    }
  });

  it('is taken for ever: a link that has run out takes nothing else', async () => {
    const subjectId = await subscriber();
    const link = await expired(subjectId);
    for (const page of [await open(link), await click(link, 'reserve'), await click(link, 'answered')]) {
      expect(expectStatus(page, 200).text).toContain('Ce lien est échu');
      expect(buttonsOf(page)).toEqual(['stop']);
    }
    expect(await ledger.store.count(`solicitation-${subjectId}`)).toBe(0);
    expectStatus(await click(link, 'stop'), 200);
    expect(await mayContact(subjectId)).toBe(false);
  });
});

describe('what is no link', () => {
  it('opens nothing, and a form without an act is refused', async () => {
    const link = await linkFor(await subscriber());
    const damaged = { ...link, url: `${link.url.slice(0, -4)}AAAA` };
    for (const page of [await open(damaged), await click(damaged, 'stop')]) {
      expect([page.status, page.text.includes('Ce lien n’est pas complet')]).toEqual([404, true]);
    }
    expect((await click(link, 'dance')).status).toBe(400);
  });

  it('is made by those who record contacts, for a time that has an end', async () => {
    const target = { subjectId: randomUUID(), controllerId: shop.controllerId, purposeId: shop.newsletterId };
    const wanted = { ...target, channel: 'email' };
    expect((await auditor!.post('/v1/agent-links', wanted)).status).toBe(403);
    expect((await service!.post('/v1/agent-links', { ...wanted, minutes: 100_000 })).status).toBe(400);
    const { expiresAt } = await linkFor(randomUUID(), { minutes: 10 });
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(11 * 60_000);
  });
});

/** A link of which the end lies behind. */
async function expired(subjectId: string): Promise<Link> {
  const kek = new FileKekProvider(join(ledger.home, 'keys'));
  const keyStore = openKeyStore({ connectionString: ledger.keys.url, kek, onAlarm: () => undefined });
  const links = new AgentLinks(keyStore, service!.url);
  const [attemptId, expiresAt] = [randomUUID(), new Date(Date.now() - 60_000).toISOString()];
  const task = { subjectId, attemptId, purposeId: shop.newsletterId, controllerId: shop.controllerId };
  const actor = { k: 'service', ref: randomUUID() } as const;
  const url = await links.urlFor({ ...task, channel: 'email', expiresAt, actor });
  await keyStore.shutdown();
  return { url, attemptId, expiresAt };
}
