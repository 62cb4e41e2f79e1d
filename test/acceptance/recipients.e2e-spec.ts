import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectStatus, type Client } from './client.harness.js';
import { AcceptanceLedger, eventually, onceThere } from './server.harness.js';
import { consentBody, daysAgo, declareShop, email, registerPerson, type TestShop } from './shop.harness.js';

// Whoever received data is told of its erasure (Art. 19): what a recipient needs to find the person outlives the keys
// of the person, sealed and for a while; the answer, or that there was none, is evidence. Nobody else is told.

let ledger: AcceptanceLedger;
let [service, operator, dpo, auditor] = [] as unknown as Client[];
let shop: TestShop;
beforeAll(async () => {
  ledger = await AcceptanceLedger.open();
  const server = await ledger.start();
  service = await ledger.client(server, 'service');
  operator = await ledger.client(server, 'operator');
  dpo = await ledger.client(server, 'dpo');
  auditor = await ledger.client(server, 'auditor');
  shop = await declareShop(dpo);
});
afterAll(() => ledger.close());

const recipientBody = (more: object = {}) => ({
  legalName: 'Routage des Flandres SARL',
  kind: 'processor',
  purposeIds: [shop.newsletterId],
  identifiesBy: { kind: 'email' },
  howTold: 'api',
  ...more,
});
const declare = async (more: object = {}): Promise<string> =>
  expectStatus(await dpo!.post('/v1/recipients', recipientBody(more)), 201).body.recipientId;
const order = () => ({
  ground: 'consent-withdrawn',
  scopes: ['identity', 'marketing'],
  identityCheck: { method: 'reply-from-known-address', at: daysAgo(0.01) },
});

/** Somebody with an address and an id at the router's, who consented to the newsletter. */
async function person() {
  const [mailbox, routerId] = [`${randomUUID()}@courrier.example`, `R-${randomUUID()}`];
  const subjectId = await registerPerson(service!, [
    email(mailbox),
    { kind: 'external-id', system: 'routage', value: routerId },
  ]);
  const path = `/v1/subjects/${subjectId}`;
  expectStatus(await service!.post(`${path}/consents`, consentBody(shop)), 201);
  return { mailbox, routerId, subjectId, path };
}

async function erase(path: string): Promise<string> {
  const { erasureId } = expectStatus(await dpo!.post(`${path}/erasures`, order()), 202).body;
  await eventually(
    async () => (await onceThere(dpo!, `${path}/erasures/${String(erasureId)}`)).body,
    ({ state }) => !['ordered', 'destroying'].includes(state),
  );
  return String(erasureId);
}
const due = async (recipientId: string): Promise<{ erasureId: string; text: string }[]> => {
  const { body } = expectStatus(
    await dpo!.post(`/v1/recipients/${recipientId}/packages`, { limit: 100 }),
    200,
  );
  return body.items.map((item: { erasureId: string }) => ({ ...item, text: JSON.stringify(item) }));
};
const dueFor = (recipientId: string, erasureId: string) =>
  eventually(
    async () => (await due(recipientId)).find((item) => item.erasureId === erasureId),
    (item) => item !== undefined,
  );
const linesOf = async (path: string, erasureId: string) =>
  (await onceThere(dpo!, `${path}/erasures/${erasureId}`)).body.recipients;
const acknowledge = (recipientId: string, erasureId: string, subjectId: string) =>
  dpo!.post(`/v1/recipients/${recipientId}/packages/${erasureId}/acknowledge`, {
    subjectId,
    outcome: 'erased',
  });

describe('a recipient', () => {
  it('is declared, described anew by who has seen it, listed and retired', async () => {
    const recipientId = await declare({ legalName: 'Partenaire d’essai SA' });
    const path = `/v1/recipients/${recipientId}`;
    const etag = (await onceThere(dpo!, path)).headers.get('etag') ?? '';
    const renamed = recipientBody({ legalName: 'Partenaire renommé SA' });
    expectStatus(await dpo!.put(path, renamed, { ifMatch: etag }), 200);
    expect((await dpo!.put(path, renamed, { ifMatch: etag })).status).toBe(412);
    const listed = await eventually(
      async () => (await dpo!.get('/v1/recipients?limit=500')).body.items,
      (items) => items.some((one: { legalName: string }) => one.legalName === 'Partenaire renommé SA'),
    );
    expect(listed.length).toBeGreaterThan(0);
    expectStatus(await dpo!.post(`${path}/retire`, { reason: 'contract-ended' }), 201);
    expect((await onceThere(dpo!, path)).body.ending).toMatchObject({ reason: 'contract-ended' });
    const unknown = await dpo!.post('/v1/recipients', recipientBody({ purposeIds: [randomUUID()] }));
    expect(unknown.body.code).toBe('purpose-unknown');
  });
});

describe('the recipients of an erased person', () => {
  it('are told by what they know the person by, and by nothing else', async () => {
    const byMail = await declare();
    const byId = await declare({ identifiesBy: { kind: 'external-id', system: 'routage' } });
    const elsewhere = await declare({ purposeIds: [shop.callsId] });
    const everything = await declare({ purposeIds: 'all', howTold: 'manual' });
    const { path, subjectId, mailbox, routerId } = await person();
    const erasureId = await erase(path);
    const lines = await linesOf(path, erasureId);
    const told = lines.map((line: { recipientId: string }) => line.recipientId);
    expect(told).toEqual(expect.arrayContaining([byMail, byId, everything]));
    expect(told).not.toContain(elsewhere);
    expect(lines.every((line: { state: string }) => line.state === 'prepared')).toBe(true);

    // The person is unreadable; the package opens for whoever may inform recipients, and each look is on record.
    const look = { fields: ['email'], reason: 'data-subject-request' };
    expect((await dpo!.post(`${path}/reveal`, look)).status).toBe(410);
    expect(await dueFor(byMail, erasureId)).toMatchObject({
      subjectId,
      findBy: [{ kind: 'email', value: mailbox }],
    });
    const ofRouter = await dueFor(byId, erasureId);
    expect(ofRouter).toMatchObject({ findBy: [{ kind: 'external-id', system: 'routage', value: routerId }] });
    // Without a list of values everything about the person is meant.
    expect(ofRouter).not.toHaveProperty('values');
    expect(ofRouter).toMatchObject({ replyAddress: { kind: 'email', value: mailbox } });
    for (const client of [service!, operator!, auditor!])
      expect((await client.post(`/v1/recipients/${byMail}/packages`, { limit: 1 })).status).toBe(403);
    const states = Object.fromEntries(
      (await linesOf(path, erasureId)).map((line: Record<string, string>) => [
        line['recipientId'],
        line['state'],
      ]),
    );
    expect(states).toMatchObject({ [byMail]: 'informed', [byId]: 'informed', [everything]: 'prepared' });
    const looks = await eventually(
      () => auditor!.get(`/v1/access-log?subjectId=${subjectId}&limit=100`),
      ({ body }) => body.items?.length >= 2,
    );
    expect(looks.text).not.toContain(mailbox);
  });

  it('answer, and with the last answer what was kept for them is gone', async () => {
    const { path, subjectId, mailbox } = await person();
    const erasureId = await erase(path);
    const [first, ...others] = (await linesOf(path, erasureId)).map(
      (line: { recipientId: string }) => line.recipientId,
    );
    expect((await dueFor(first, erasureId))?.text).toContain(mailbox);
    for (const recipientId of others) expectStatus(await acknowledge(recipientId, erasureId, subjectId), 201);
    expect((await dueFor(first, erasureId))?.text).toContain(mailbox);
    const failed = await dpo!.post(`/v1/recipients/${String(first)}/packages/${erasureId}/fail`, {
      ...{ subjectId, reason: 'unreachable' },
    });
    expectStatus(failed, 201);
    const { keys } = await eventually(
      async () => ({ keys: await livingKeys(subjectId) }),
      ({ keys: living }) => living.length === 0,
    );
    expect(keys).toEqual([]);
    expect((await due(first)).filter((item) => item.erasureId === erasureId)).toEqual([]);
    const certificate = await eventually(
      () => dpo!.get(`${path}/erasures/${erasureId}/certificate`),
      ({ status }) => status === 200,
    );
    const outcomes = certificate.body.recipients.map((line: Record<string, string>) => line['state']);
    expect(outcomes.filter((state: string) => state === 'acknowledged')).toHaveLength(others.length);
    expect(outcomes.filter((state: string) => state === 'failed')).toHaveLength(1);
    // What a recipient did later still counts.
    expectStatus(await acknowledge(first, erasureId, subjectId), 201);
    expect(
      (await linesOf(path, erasureId)).every((line: { state: string }) => line.state === 'acknowledged'),
    ).toBe(true);
    const stranger = await acknowledge(randomUUID(), erasureId, subjectId);
    expect([stranger.status, stranger.body.code]).toEqual([404, 'recipient-unknown']);
  });
});

describe('the recipients of a single value that is erased', () => {
  it('are told of it alone, and the erasure is not completed before they have answered', async () => {
    const recipientId = await declare({ identifiesBy: { kind: 'external-id', system: 'routage' } });
    const { path, subjectId, mailbox, routerId } = await person();
    const { contactPoints } = await eventually(
      async () => (await dpo!.get(path)).body,
      (body) => body.contactPoints?.length === 2,
    );
    const goes = contactPoints.find(({ kind }: { kind: string }) => kind === 'email');
    const { erasureId } = expectStatus(
      await dpo!.post(`${path}/value-erasures`, {
        ...{ ground: 'no-longer-necessary', contactPointIds: [goes.contactPointId] },
        identityCheck: order().identityCheck,
      }),
      202,
    ).body;
    expect(await dueFor(recipientId, erasureId)).toMatchObject({
      subjectId,
      findBy: [{ kind: 'external-id', system: 'routage', value: routerId }],
      values: [{ kind: 'email', value: mailbox }],
    });
    const certificate = await eventually(
      () => dpo!.get(`${path}/erasures/${String(erasureId)}/certificate`),
      ({ status }) => status === 200,
    );
    expect(certificate.body.wording.fr).toContain('désignées ci-dessous, et elles seules');
    expect(certificate.body.wording.fr).toContain('Les autres valeurs de la personne demeurent');
    expect(certificate.body.wording.en).toContain('The other values of the person remain');
    expect(certificate.body.values).toMatchObject([{ contactPointId: goes.contactPointId }]);

    for (const line of await linesOf(path, erasureId))
      expectStatus(await acknowledge(line.recipientId, erasureId, subjectId), 201);
    await eventually(
      () => livingKeys(subjectId),
      (living) => living.length === 0,
    );
    const lines = await linesOf(path, erasureId);
    expect(lines.map((line: { state: string }) => line.state)).not.toContain('prepared');
    // What has come to its end stays unreadable to the certificate, and the rest of the person stays.
    expect((await dpo!.get(`${path}/erasures/${String(erasureId)}/certificate`)).status).toBe(200);
    const look = { fields: ['external-id'], reason: 'data-subject-request' };
    expect((await dpo!.post(`${path}/reveal`, look)).text).toContain(routerId);
  });
});

async function livingKeys(subjectId: string): Promise<string[]> {
  const { rows } = await ledger.keys.pool.query<{ scope: string }>(
    `SELECT scope FROM ks.subject_key WHERE subject_ref = $1 AND scope = 'notification' AND state <> 'shredded'`,
    [subjectId],
  );
  return rows.map(({ scope }) => scope);
}
