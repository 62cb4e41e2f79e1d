import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, expectStatus } from './client.harness.js';
import { ask, askBody, mailbox, pressed, type Mailbox } from './consent-requests.harness.js';
import { AcceptanceLedger, eventually } from './server.harness.js';
import { consentBody, declareShop, email, newsletterState, type TestShop } from './shop.harness.js';

// A person is asked for consent: the ledger hands out link and texts, the page behind the link shows and changes
// nothing, the click answers once, a no is always taken, and nobody is asked against a no of theirs.

let ledger: AcceptanceLedger;
let service: Client;
let dpo: Client;
let anybody: Client;
let shop: TestShop;

beforeAll(async () => {
  ledger = await AcceptanceLedger.open();
  const server = await ledger.start();
  [service, dpo] = [await ledger.client(server, 'service'), await ledger.client(server, 'dpo')];
  anybody = new Client(server.url, undefined);
  shop = await declareShop(dpo);
});
afterAll(() => ledger.close());

const now = () => encodeURIComponent(new Date().toISOString());
const press = (path: string, fields: Record<string, string>, language: 'fr' | 'en' = 'fr') =>
  anybody.post(path, undefined, { ...pressed(fields), language });
const permitted = async ({ subjectId }: Mailbox) =>
  expectStatus(
    await service.post('/v1/permissions/check', {
      subjectId,
      purposeId: shop.newsletterId,
      channel: 'email',
    }),
    200,
  ).body.permitted as boolean;
const stateOf = async ({ subjectId }: Mailbox) =>
  newsletterState(shop, expectStatus(await dpo.get(`/v1/subjects/${subjectId}?at=${now()}`), 200).body)
    ?.state;
const eventTypes = async ({ subjectId }: Mailbox): Promise<string[]> => {
  const { body } = await dpo.get(
    `/v1/subjects/${subjectId}/timeline?order=asc&minToken=${await head(subjectId)}`,
  );
  return body.items.map(({ type }: { type: string }) => type);
};
/** The token of an act that changes nothing any more. */
const head = async (subjectId: string) => {
  const again = { purposeId: shop.callsId, channels: ['phone-human'], source: { kind: 'staff' } };
  return (await service.post(`/v1/subjects/${subjectId}/refusals`, again)).body.token as string;
};

describe('a request for consent', () => {
  it('comes with a link and two texts that say who asks what, and name nobody', async () => {
    const person = await mailbox(service, dpo);
    const request = await ask(service, shop, person, {
      choices: [{ purposeId: shop.newsletterId, channels: ['email'] }],
    });
    expect(request['url']).toMatch(/^http:\/\/.*\/c\/[\w-]{70,120}$/);
    const days = (Date.parse(request['expiresAt'] ?? '') - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(29);
    expect(days).toBeLessThan(31);
    const { textFr = '', textEn = '' } = request;
    expect(textFr).toContain('Boutique d’essai SAS vous demande si vous acceptez d’être contacté(e) :');
    expect(textFr).toContain('– Par e-mail pour la finalité « Finalité lettre »');
    expect(textFr).toContain('Sans réponse de votre part, c’est non.');
    expect(textEn).toContain('Boutique d’essai SAS asks whether you agree to be contacted:');
    for (const text of [textFr, textEn, request['url'] ?? '']) {
      expect(text).toContain(request['url']);
      for (const personal of [person.address, person.subjectId]) expect(text).not.toContain(personal);
    }
    expect(await permitted(person)).toBe(false);
  });

  it('has the same answer when it is repeated, also after the person has objected', async () => {
    const person = await mailbox(service, dpo);
    const path = `/v1/subjects/${person.subjectId}/consent-requests`;
    const key = randomUUID();
    const first = await service.post(path, askBody(shop, person), { key });
    const objection = { purposeId: 'all', channels: 'all', source: 'phone-call' };
    expectStatus(await service.post(`/v1/subjects/${person.subjectId}/objections`, objection), 201);
    const again = await service.post(path, askBody(shop, person), { key });
    expect([first.status, again.status, again.body]).toEqual([201, 201, first.body]);
  });

  it('is shown without being answered, whoever follows the link', async () => {
    const person = await mailbox(service, dpo);
    const { path } = await ask(service, shop, person);
    const before = await ledger.countEvents();
    for (const language of ['fr', 'en'] as const) {
      const page = expectStatus(await anybody.get(path, { language }), 200);
      expect(page.headers.get('content-language')).toBe(language);
      expect(page.headers.get('set-cookie')).toBeNull();
      expect(page.headers.get('cache-control')).toBe('no-store');
      expect(page.text).toContain('Boutique d’essai SAS');
      expect(page.text).toContain('J’accepte la lettre.');
      expect(page.text).not.toMatch(/checked|<script|courrier\.example/);
      expect(page.text).not.toContain(person.subjectId);
      const notice = expectStatus(await anybody.get(`${path}/notice`, { language }), 200);
      expect(notice.text).toContain('Nous écrivons à qui l’accepte.');
    }
    expectStatus(await anybody.send('HEAD', path, undefined, { key: null }), 200);
    expect(await ledger.countEvents()).toBe(before);
    expect(await permitted(person)).toBe(false);
  });

  it('is answered by one click: each yes with its proof, each no, and how to take it back', async () => {
    const person = await mailbox(service, dpo);
    const { path } = await ask(service, shop, person);
    const page = expectStatus(await press(path, { answer: 'choices', c0: 'yes', c1: 'no' }), 200);
    expect(page.text).toContain('C’est enregistré');
    expect(page.text).toContain('c…@courrier.example');
    expect(page.text).not.toContain(person.address);
    expect(await permitted(person)).toBe(true);
    const { items } = (
      await dpo.get(`/v1/subjects/${person.subjectId}/consents?minToken=${await head(person.subjectId)}`)
    ).body;
    expect(items).toMatchObject([{ state: 'given', proofGrade: 'strong', missing: [] }]);
    const { consent } = (
      await dpo.get(`/v1/subjects/${person.subjectId}/consents/${String(items[0].consentId)}`)
    ).body;
    expect(consent).toMatchObject({
      contactPointIds: [person.contactPointId],
      proof: { form: { formId: shop.formId, version: 1 }, expression: { method: 'web-button' } },
    });
    const [, withdrawal = ''] = /href="(\/u\/[^"]+)"/.exec(page.text) ?? [];
    expectStatus(await anybody.post(withdrawal, undefined, { key: null }), 200);
    expect(await permitted(person)).toBe(false);
  });

  it('that says nothing stays open, and says so', async () => {
    const person = await mailbox(service, dpo);
    const { path } = await ask(service, shop, person);
    const before = await ledger.countEvents();
    const page = expectStatus(await press(path, { answer: 'choices' }), 200);
    expect(page.text).toContain('rien n’est enregistré');
    expect(await ledger.countEvents()).toBe(before);
    expectStatus(await press(path, { answer: 'choices', c0: 'yes' }), 200);
    expect(await permitted(person)).toBe(true);
  });

  it('is answered once: a second yes changes nothing, a later no counts', async () => {
    const person = await mailbox(service, dpo);
    const { path } = await ask(service, shop, person);
    expectStatus(await press(path, { answer: 'no' }), 200);
    const before = await ledger.countEvents();
    for (const page of [
      await press(path, { answer: 'choices', c0: 'yes' }),
      await anybody.get(path, { language: 'fr' }),
    ]) {
      expect([page.status, page.headers.get('content-type')]).toEqual([410, 'text/html; charset=utf-8']);
      expect(page.text).toContain('Une réponse est déjà enregistrée');
    }
    expect(await ledger.countEvents()).toBe(before);
    expect(await permitted(person)).toBe(false);
  });

  it('is answered once by two clicks at the same moment', async () => {
    const person = await mailbox(service, dpo);
    const { path } = await ask(service, shop, person);
    const clicks = Array.from({ length: 5 }, () => press(path, { answer: 'choices', c0: 'yes' }));
    const statuses = (await Promise.all(clicks)).map(({ status }) => status).sort();
    expect(statuses).toEqual([200, 410, 410, 410, 410]);
    expect((await eventTypes(person)).filter((type) => type === 'ConsentGiven')).toHaveLength(1);
  });

  it('takes a no after it was answered by a yes', async () => {
    const person = await mailbox(service, dpo);
    const { path } = await ask(service, shop, person);
    expectStatus(await press(path, { answer: 'choices', c0: 'yes' }), 200);
    expectStatus(await press(path, { answer: 'no' }), 200);
    expect(await stateOf(person)).toBe('refused');
    expect(await permitted(person)).toBe(false);
  });

  it('counts for the address to which it was sent only: the yes of one who has it no more is not taken', async () => {
    const person = await mailbox(service, dpo);
    const { path } = await ask(service, shop, person);
    const change = {
      replaces: person.contactPointId,
      ...email(`${randomUUID()}@courrier.example`),
      reason: 'outdated',
    };
    expectStatus(await service.post(`/v1/subjects/${person.subjectId}/rectifications`, change), 201);
    const page = expectStatus(await press(path, { answer: 'choices', c0: 'yes' }), 410);
    expect(page.text).toContain('Ce lien ne vaut plus pour vous');
    expect(await permitted(person)).toBe(false);
    expectStatus(await press(path, { answer: 'no' }), 200);
    expect(await stateOf(person)).toBe('refused');
  });

  it('is none of ours when its link is damaged', async () => {
    const { path } = await ask(service, shop, await mailbox(service, dpo));
    for (const wrong of [path.slice(0, -2), '/c/x', `${path}AAAA`]) {
      for (const page of [await anybody.get(wrong), await press(wrong, { answer: 'yes' })]) {
        expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
      }
    }
  });
});

describe('asking the same twice', () => {
  const asked = ({ subjectId }: Mailbox) => `/v1/subjects/${subjectId}/consent-requests`;
  const requestsTo = async (person: Mailbox) => {
    const token = await head(person.subjectId);
    return expectStatus(await service.get(`${asked(person)}?minToken=${token}`), 200).body.items;
  };

  it('is declined while the first may be answered, and tells which one and until when, to a retry as well', async () => {
    const person = await mailbox(service, dpo);
    const { requestId, expiresAt } = await ask(service, shop, person);
    const key = randomUUID();
    for (const _ of [1, 2]) {
      const { body } = expectStatus(await service.post(asked(person), askBody(shop, person), { key }), 409);
      expect(body).toMatchObject({ code: 'consent-request-open', about: { requestId, expiresAt } });
    }
    const rows = { requests: [{ ...askBody(shop, person), subjectId: person.subjectId }] };
    const batch = expectStatus(await service.post('/v1/consent-requests', rows), 200).body;
    expect(batch.rows).toMatchObject([
      { recorded: false, problem: { code: 'consent-request-open', about: { requestId, expiresAt } } },
    ]);
  });

  it('takes the place of the first where it is told to: its link takes a no and nothing else', async () => {
    const person = await mailbox(service, dpo);
    const older = await ask(service, shop, person);
    const newer = await ask(service, shop, person, { supersede: true, reason: 'notice-changed' });
    expect(newer['supersedes']).toEqual([older['requestId']]);
    const page = expectStatus(await press(older.path, { answer: 'choices', c0: 'yes' }), 410);
    expect(page.text).toContain('Une demande plus récente vous a été envoyée');
    const english = expectStatus(await anybody.get(older.path, { language: 'en' }), 410);
    expect(english.text).toContain('A newer request was sent to you');
    expect(await permitted(person)).toBe(false);
    expectStatus(await press(newer.path, { answer: 'choices', c0: 'yes' }), 200);
    expect(await permitted(person)).toBe(true);
    expectStatus(await press(older.path, { answer: 'no' }), 200);
    expect(await permitted(person)).toBe(false);
  });

  it('is told of each person: what was asked, by which address, and what became of it', async () => {
    const person = await mailbox(service, dpo);
    const older = await ask(service, shop, person, { expiresInDays: 5 });
    const newer = await ask(service, shop, person, { supersede: true });
    expect(await requestsTo(person)).toMatchObject([
      {
        ...{ requestId: newer['requestId'], state: 'open', supersedes: [older['requestId']] },
        ...{ contactPointId: person.contactPointId, formVersion: { formId: shop.formId, version: 1 } },
        ...{ reason: 'new-contact', expiresAt: newer['expiresAt'] },
        asks: expect.arrayContaining([{ purposeId: shop.newsletterId, channel: 'email' }]),
      },
      { requestId: older['requestId'], state: 'superseded', supersededBy: newer['requestId'] },
    ]);
    expectStatus(await press(newer.path, { answer: 'no' }), 200);
    const [last] = await requestsTo(person);
    expect(last).toMatchObject({ state: 'answered', answeredAt: expect.any(String) });
    const first = (await service.get(`${asked(person)}?limit=1`)).body;
    expect(first.items).toMatchObject([{ requestId: newer['requestId'] }]);
    const second = (await service.get(`${asked(person)}?limit=1&cursor=${String(first.next)}`)).body;
    expect(second.items).toMatchObject([{ requestId: older['requestId'] }]);
    expect(second.next).toBeUndefined();
    expectStatus(await service.get(`/v1/subjects/${randomUUID()}/consent-requests`), 404);
  });

  it('tells of an address that the person has no more', async () => {
    const person = await mailbox(service, dpo);
    await ask(service, shop, person);
    const change = {
      ...{ replaces: person.contactPointId, reason: 'outdated' },
      ...email(`${randomUUID()}@courrier.example`),
    };
    expectStatus(await service.post(`/v1/subjects/${person.subjectId}/rectifications`, change), 201);
    expect(await requestsTo(person)).toMatchObject([{ state: 'moved' }]);
  });
});

describe('the list of requests that wait for their answer', () => {
  type Waiting = { subjectId: string; requestId: string; expiresAt: string };
  const list = async (query: string, token: string) =>
    expectStatus(await dpo.get(`/v1/work-lists/open-consent-requests?${query}&minToken=${token}`), 200)
      .body as { items: Waiting[]; next?: string };
  /** Every page of the list. */
  async function waiting(token: string, query = 'limit=2'): Promise<Waiting[]> {
    const items: Waiting[] = [];
    for (let cursor = ''; ;) {
      const page = await list(`${query}${cursor}`, token);
      items.push(...page.items);
      if (page.next === undefined) return items;
      cursor = `&cursor=${page.next}`;
    }
  }

  it('holds who may still say yes, those that lapse first first, page by page, and nobody else', async () => {
    const people = await Promise.all([1, 2, 3, 4, 5, 6].map(() => mailbox(service, dpo)));
    const [soon, later, answered, replaced, moved, erased] = people as [Mailbox, ...Mailbox[]] & Mailbox[];
    const days = { [soon.subjectId]: 2, [later!.subjectId]: 4 };
    const links = new Map<string, Awaited<ReturnType<typeof ask>>>();
    for (const person of people) {
      const request = await ask(service, shop, person, { expiresInDays: days[person.subjectId] ?? 3 });
      links.set(person.subjectId, request);
    }
    expectStatus(await press(links.get(answered!.subjectId)!.path, { answer: 'no' }), 200);
    const newer = await ask(service, shop, replaced!, { supersede: true, reason: 'notice-changed' });
    const change = {
      ...{ replaces: moved!.contactPointId, reason: 'outdated' },
      ...email(`${randomUUID()}@courrier.example`),
    };
    expectStatus(await service.post(`/v1/subjects/${moved!.subjectId}/rectifications`, change), 201);
    const identityCheck = { method: 'authenticated-session', at: new Date().toISOString() };
    const order = { ground: 'consent-withdrawn', identityCheck };
    expectStatus(await dpo.post(`/v1/subjects/${erased!.subjectId}/erasures`, order), 202);
    const token = await head(soon.subjectId);
    const isOurs = ({ subjectId }: Waiting) => people.some((person) => person.subjectId === subjectId);
    const found = await eventually(
      async () => (await waiting(token)).filter(isOurs),
      (items) => items.every(({ subjectId }) => subjectId !== erased!.subjectId),
    );
    expect(found.map(({ requestId }) => requestId)).toEqual([
      links.get(soon.subjectId)!['requestId'],
      links.get(later!.subjectId)!['requestId'],
      newer['requestId'],
    ]);
    const changed = await waiting(token, 'limit=2&reason=notice-changed');
    expect(changed.filter(isOurs)).toMatchObject([{ subjectId: replaced!.subjectId }]);
    const before = encodeURIComponent(links.get(later!.subjectId)!['expiresAt']!);
    expect((await waiting(token, `before=${before}`)).filter(isOurs)).toMatchObject([
      { subjectId: soon.subjectId },
    ]);
    expect((await waiting(token, `purposeId=${randomUUID()}`)).filter(isOurs)).toEqual([]);
    expect((await waiting(token, `purposeId=${shop.newsletterId}`)).filter(isOurs)).toHaveLength(3);
    expectStatus(await dpo.get('/v1/work-lists/open-consent-requests?cursor=bm8'), 400);
  });

  it('forgets a request whose form is in use no more', async () => {
    const own = await declareShop(dpo);
    const person = await mailbox(service, dpo);
    const { requestId } = await ask(service, own, person);
    const token = await head(person.subjectId);
    const theirs = async () => (await waiting(token)).filter((one) => one.subjectId === person.subjectId);
    expect(await theirs()).toMatchObject([{ requestId }]);
    const end = { validUntil: new Date().toISOString() };
    const path = `/v1/collection-forms/${own.formId}/versions/1/retire`;
    const retired = expectStatus(await dpo.post(path, end), 201).body;
    expect(retired.appended).toBe(1);
    await eventually(theirs, (items) => items.length === 0);
    const { items } = (await dpo.get(`/v1/subjects/${person.subjectId}/consent-requests`)).body;
    expect(items).toMatchObject([{ requestId, state: 'ended' }]);
  });
});

describe('who is not asked', () => {
  const declined = async (person: Mailbox, more: object = {}) => {
    const path = `/v1/subjects/${person.subjectId}/consent-requests`;
    const { status, body } = await service.post(path, askBody(shop, person, more));
    return [status, body.code];
  };

  it('those who withdrew or refused', async () => {
    const [one, other] = [await mailbox(service, dpo), await mailbox(service, dpo)];
    expectStatus(await service.post(`/v1/subjects/${one.subjectId}/consents`, consentBody(shop)), 201);
    const no = { purposeId: shop.newsletterId, channels: ['email'], source: { kind: 'phone-call' } };
    expectStatus(await service.post(`/v1/subjects/${one.subjectId}/withdrawals`, no), 201);
    expectStatus(await service.post(`/v1/subjects/${other.subjectId}/refusals`, no), 201);
    for (const person of [one, other]) {
      expect(await declined(person)).toEqual([409, 'consent-request-against-no']);
      const calls = { choices: [{ purposeId: shop.callsId, channels: ['phone-human'] }] };
      expect((await declined(person, calls))[0]).toBe(201);
    }
  });

  it('those who objected, and those whose address is on the suppression list', async () => {
    const [one, other] = [await mailbox(service, dpo), await mailbox(service, dpo)];
    const objection = { purposeId: 'all', channels: 'all', source: 'phone-call' };
    expectStatus(await service.post(`/v1/subjects/${one.subjectId}/objections`, objection), 201);
    const list = { addresses: [email(other.address)] };
    expect(expectStatus(await dpo.post('/v1/suppressions/import', list), 201).body.matched).toBe(1);
    for (const person of [one, other]) {
      expect(await declined(person)).toEqual([409, 'consent-request-against-no']);
    }
  });

  it('those whose data may not be used, and those who are erased', async () => {
    const [restricted, erased] = [await mailbox(service, dpo), await mailbox(service, dpo)];
    const restriction = { ground: 'accuracy', purposeIds: 'all', source: 'email-reply' };
    expectStatus(await dpo.post(`/v1/subjects/${restricted.subjectId}/restrictions`, restriction), 201);
    expect(await declined(restricted)).toEqual([409, 'subject-restricted']);
    const identityCheck = { method: 'authenticated-session', at: new Date().toISOString() };
    const erasures = `/v1/subjects/${erased.subjectId}/erasures`;
    const order = { ground: 'consent-withdrawn', identityCheck };
    const { erasureId } = expectStatus(await dpo.post(erasures, order), 202).body;
    await eventually(
      async () => (await dpo.get(`${erasures}/${String(erasureId)}`)).body.state,
      (state) => state !== 'ordered',
    );
    expect((await declined(erased))[1]).toBe('subject-erased');
  });

  it('by a wish that cannot be met: another’s address, another controller, a choice the form lacks', async () => {
    const person = await mailbox(service, dpo);
    const other = await mailbox(service, dpo);
    const wrong = { ...person, contactPointId: other.contactPointId };
    expect(await declined(wrong)).toEqual([409, 'contact-point-unknown']);
    expect(await declined(person, { controllerId: randomUUID() })).toEqual([409, 'controller-unknown']);
    const choices = [{ purposeId: shop.ordersId, channels: ['email'] }];
    expect((await declined(person, { choices }))[0]).toBe(409);
    expect(await declined(person, { reason: 'sign-up-to-confirm' })).toEqual([400, 'invalid-request']);
    expect(await declined(person, { expiresInDays: 91 })).toEqual([400, 'invalid-request']);
  });
});

describe('requests to many people', () => {
  it('are answered row by row', async () => {
    const people = [await mailbox(service, dpo), await mailbox(service, dpo)];
    const stranger = { ...people[0]!, subjectId: randomUUID() };
    const requests = [...people, stranger].map((person) => ({
      ...askBody(shop, person, { reason: 'notice-changed' }),
      subjectId: person.subjectId,
    }));
    const key = randomUUID();
    const { body } = expectStatus(await service.post('/v1/consent-requests', { requests }, { key }), 200);
    expect([body.recorded, body.declined]).toEqual([2, 1]);
    expect(body.rows[2]).toMatchObject({
      recorded: false,
      problem: { code: 'subject-unknown', pointer: '/requests/2' },
    });
    const [first] = body.rows;
    expect(first.message.textFr).toContain('L’utilisation de vos données change');
    expectStatus(await press(new URL(first.message.url).pathname, { answer: 'choices', c0: 'yes' }), 200);
    expect(await permitted(people[0]!)).toBe(true);
    const again = await service.post('/v1/consent-requests', { requests }, { key });
    expect(again.body).toEqual(body);
  });
});
