import { randomInt, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectStatus, type Client } from './client.harness.js';
import { AcceptanceLedger, eventually, onceThere } from './server.harness.js';
import {
  consentBody,
  daysAgo,
  declareShop,
  email,
  phone,
  registerPerson,
  type TestShop,
} from './shop.harness.js';

// An old address and a name that was wrong go for good while the person stays (F18, per value): they open nowhere and
// find nobody, in two servers at once; everything else opens everywhere, and a "no" at the old address goes on blocking.

let ledger: AcceptanceLedger;
let [service, operator, dpo, auditor, elsewhere] = [] as unknown as Client[];
let shop: TestShop;
const look = { fields: ['email', 'phone', 'name'], reason: 'data-subject-request' };

beforeAll(async () => {
  ledger = await AcceptanceLedger.open();
  const [one, other] = [await ledger.start(), await ledger.start()];
  service = await ledger.client(one, 'service');
  operator = await ledger.client(one, 'operator');
  dpo = await ledger.client(one, 'dpo');
  auditor = await ledger.client(one, 'auditor');
  elsewhere = dpo.on(other.url);
  shop = await declareShop(dpo);
});
afterAll(() => ledger.close());

const number = (): string => `+336${String(randomInt(10_000_000, 100_000_000))}`;
const found = async (contact: object): Promise<readonly string[]> =>
  expectStatus(await operator!.post('/v1/subjects/lookup', contact), 200).body.subjectIds;
const revealed = async (client: Client, path: string): Promise<Record<string, string>> => {
  const { contactPoints } = expectStatus(await client.post(`${path}/reveal`, look), 200).body;
  return Object.fromEntries(
    contactPoints.map(({ contactPointId, value }: Record<string, string>) => [contactPointId, value]),
  );
};

/** Somebody who moved on: an old mailbox beside the one in use, and a name that was written wrong and rectified. */
async function person() {
  const [old, mailbox, line] = [
    `${randomUUID()}@ancien.example`,
    `${randomUUID()}@courrier.example`,
    number(),
  ];
  const wrong = `Odille Cazenave ${randomUUID()}`;
  const subjectId = await registerPerson(service!, [
    email(old),
    email(mailbox),
    phone(line),
    { kind: 'name', value: wrong },
  ]);
  const path = `/v1/subjects/${subjectId}`;
  const ids = Object.entries(await revealed(dpo!, path));
  const idOf = (value: string): string => ids.find(([, one]) => one === value)![0];
  const [oldId, wrongId] = [idOf(old), idOf(wrong)];
  const name = { kind: 'name', value: 'Odile Cazenave', replaces: wrongId, reason: 'inaccurate' };
  expectStatus(await service!.post(`${path}/rectifications`, name), 201);
  return { subjectId, path, old, oldId, wrong, wrongId, mailbox, line };
}
type Person = Awaited<ReturnType<typeof person>>;

const order = (contactPointIds: readonly string[]) => ({
  ground: 'no-longer-necessary',
  identityCheck: { method: 'reply-from-known-address', at: daysAgo(0.01) },
  contactPointIds,
});
const isUnreadable = (state: string): boolean => ['unreadable', 'erased', 'completed'].includes(state);

async function erase({ path, oldId, wrongId }: Person): Promise<string> {
  const ordered = expectStatus(await dpo!.post(`${path}/value-erasures`, order([oldId, wrongId])), 202);
  expect(ordered.headers.get('location')).toBe(`${path}/erasures/${String(ordered.body.erasureId)}`);
  const erasure = `${path}/erasures/${String(ordered.body.erasureId)}`;
  await eventually(
    async () => (await onceThere(dpo!, erasure)).body,
    ({ state }) => isUnreadable(state),
  );
  return erasure;
}

describe('the erasure of single values', () => {
  it('makes them unreadable in two servers at once, and nothing else', async () => {
    for (let round = 0; round < 3; round += 1) {
      const who = await person();
      const { path, old, wrong, mailbox, line } = who;
      // Both servers have the key in their caches, and go on reading while it dies.
      expect(Object.values(await revealed(elsewhere!, path))).toContain(old);
      let isOver = false;
      const reading = (async () => {
        const missing: unknown[] = [];
        while (!isOver) {
          const values = Object.values(await revealed(elsewhere!, path));
          missing.push(...[mailbox, line, 'Odile Cazenave'].filter((value) => !values.includes(value)));
        }
        return missing;
      })();
      await erase(who);
      for (const client of [dpo!, elsewhere!]) {
        const { text } = await client.post(`${path}/reveal`, look);
        expect([old, wrong].filter((value) => text.includes(value))).toEqual([]);
        expect([mailbox, line, 'Odile Cazenave'].filter((value) => !text.includes(value))).toEqual([]);
      }
      isOver = true;
      expect(await reading).toEqual([]);
    }
  });

  it('finds nobody by them, the person by what stays, and others by the very same value', async () => {
    const who = await person();
    const other = await registerPerson(service!, [email(who.old)], { onMatch: 'create-and-link' });
    await erase(who);
    expect(await found(email(who.old))).toEqual([other]);
    expect(await found(email(who.mailbox))).toEqual([who.subjectId]);
    expect(await found(phone(who.line))).toEqual([who.subjectId]);
  });

  it('keeps the "no" that stood at the old address, and what the person chose', async () => {
    const who = await person();
    expectStatus(await service!.post(`${who.path}/consents`, consentBody(shop)), 201);
    const no = { purposeId: 'all', channels: 'all', source: { kind: 'phone-call' } };
    expectStatus(await service!.post(`${who.path}/withdrawals`, no), 201);
    const entries = async () => (await dpo!.get('/v1/suppressions/count')).body.entries as number;
    const before = await entries();
    await erase(who);
    expect(await entries()).toBe(before + 1);
    const state = (await onceThere(dpo!, who.path)).body;
    expect(state.erased).not.toBe(true);
    expect(state.choices).not.toEqual([]);
  });

  it('shows the contact point as removed, tells it in the history, and certifies it', async () => {
    const who = await person();
    const erasure = await erase(who);
    const { contactPoints } = (await onceThere(dpo!, who.path)).body;
    const states = contactPoints.map((one: Record<string, string>) => [one['contactPointId'], one['state']]);
    expect(Object.fromEntries(states)).toMatchObject({ [who.oldId]: 'removed', [who.wrongId]: 'replaced' });
    const timeline = await eventually(
      () => auditor!.get(`${who.path}/timeline?limit=500`),
      ({ body }) => body.items?.some(({ type }: { type: string }) => type === 'SubjectKeyDestroyed'),
    );
    expect(timeline.text).not.toContain(who.old);
    const certificate = await eventually(
      () => dpo!.get(`${erasure}/certificate`),
      ({ status }) => status === 200,
    );
    expect(certificate.body.values).toMatchObject([
      { scope: 'identity', contactPointId: who.oldId },
      { scope: 'identity', contactPointId: who.wrongId },
    ]);
    expect(certificate.body.destroyed).toMatchObject([{ scope: 'identity', keys: [{}] }]);
    // Whoever asks again is told that it is done; a new value is another contact point.
    const again = await dpo!.post(`${who.path}/value-erasures`, order([who.oldId]));
    expect([again.status, again.body.code]).toEqual([409, 'erasure-already-ordered']);
    expectStatus(await service!.post(`${who.path}/contact-points`, email(who.old)), 201);
    expect(await found(email(who.old))).toEqual([who.subjectId]);
  });

  it('is announced by a dry run, and declined for what the person never had', async () => {
    const who = await person();
    const facts = ['subject', 'rights', 'keys'].map((category) => `${category}-${who.subjectId}`);
    const counted = () => Promise.all(facts.map((stream) => ledger.store.count(stream)));
    const events = await counted();
    const dry = { ...order([who.oldId]), dryRun: true };
    const { body } = expectStatus(await dpo!.post(`${who.path}/value-erasures`, dry), 200);
    expect(body).toMatchObject({ dryRun: true, values: [{ contactPointId: who.oldId }], standingNos: 0 });
    expect(body.remaining).toHaveLength(3);
    const unknown = await dpo!.post(`${who.path}/value-erasures`, order([who.oldId, randomUUID()]));
    expect([unknown.status, unknown.body.code]).toEqual([409, 'contact-point-unknown']);
    expect(unknown.body.errors).toMatchObject([{ pointer: '/contactPointIds/1' }]);
    expect(await counted()).toEqual(events);
  });

  it('waits for a restriction of somebody else, and ends with the whole person as well', async () => {
    const who = await person();
    const restriction = { ground: 'accuracy', purposeIds: 'all', source: 'email-reply' };
    expectStatus(await dpo!.post(`${who.path}/restrictions`, restriction), 201);
    const byOthers = { ...order([who.oldId]), initiator: 'controller' };
    const refused = await dpo!.post(`${who.path}/value-erasures`, byOthers);
    expect([refused.status, refused.body.code]).toEqual([409, 'erasure-blocked-by-restriction']);
    // The person's own wish goes before their own restriction, which stays for everything else.
    await erase(who);
    const { restrictions } = (await onceThere(dpo!, who.path)).body;
    expect(restrictions).toMatchObject([{ state: 'standing' }]);
    const { contactPointIds: _, ...whole } = order([]);
    expectStatus(await dpo!.post(`${who.path}/erasures`, whole), 202);
    await eventually(
      () => dpo!.post(`${who.path}/reveal`, look),
      ({ status }) => status === 410,
    );
  });
});
