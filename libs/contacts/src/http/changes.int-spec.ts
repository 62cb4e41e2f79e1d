import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { closeHttpApp } from '#http';
import { consentGiven, saidNo } from '../consent-facts.fixture.js';
import { appendFacts, day } from '../contacts.fixture.js';
import { purposeFact } from '../register-facts.fixture.js';
import { registered } from '../subject-facts.fixture.js';
import { openContactsApp, type ContactsApp, type SpecAnswer } from '../contacts.harness.js';

// Goal: a program that follows the feed misses nothing, sees nothing twice and learns nothing personal.
// Method: write while reading, in pages of every size, through interruptions.

let contacts: ContactsApp;
beforeAll(async () => {
  contacts = await openContactsApp();
  await appendFacts(contacts.store, [purposeFact()]);
  const source = { kind: 'shop' };
  const value = 'camille.martin@courrier.example';
  const person = { contactPoints: [{ kind: 'email', value }], audience: 'consumer', source };
  await contacts.post('service', '/v1/subjects', person);
  await contacts.post('service', '/v1/subjects/lookup', { kind: 'email', value });
  const unknown = { kind: 'email', value: 'inconnu@courrier.example' };
  await contacts.post('service', '/v1/withdrawals', {
    contact: unknown,
    purposeId: 'all',
    channels: 'all',
    source,
  });
  await contacts.caughtUp();
});
afterAll(() => contacts.close());

const read = (query: string): Promise<SpecAnswer> => contacts.get('service', `/v1/changes?${query}`);
const typesOf = ({ json }: SpecAnswer): string[] =>
  (json.items as { type: string }[]).map(({ type }) => type);

async function follow(query: string, after = ''): Promise<string[]> {
  const seen: string[] = [];
  for (let next = after; ;) {
    const { json } = await read(`${query}${next === '' ? '' : `&after=${next}`}`);
    seen.push(...(json.items as { eventId: string }[]).map(({ eventId }) => eventId));
    next = json.next as string;
    if (json.upToDate === true) return seen;
  }
}

describe('GET /v1/changes', () => {
  it('tells what happened in the order of the ledger, without sealed values, looks and suppressions', async () => {
    const answer = await read('limit=500');
    expect(typesOf(answer)).toEqual([
      ...['LedgerOpened', 'PurposeDeclared', 'SubjectRegistered', 'ContactPointAdded'],
    ]);
    const { json } = answer;
    const indices = (json.items as { index: number }[]).map(({ index }) => index);
    expect(indices).toEqual([...indices].sort((a, b) => a - b));
    expect(json.items[2]).toMatchObject({
      schema: 'subjects.SubjectRegistered/1',
      unreadable: false,
      actor: { kind: 'service' },
      subjectIds: [json.items[2].data.subjectId],
      data: { audience: 'consumer' },
    });
    expect(json.upToDate).toBe(true);
    expect(JSON.stringify(json)).not.toMatch(/camille|inconnu|"ct"|cth/);
  });

  it.each([1, 2, 3])('is the same in pages of %i', async (limit) => {
    expect(await follow(`limit=${String(limit)}`)).toEqual(await follow('limit=500'));
  });

  it('goes on from every cursor', async () => {
    const whole = await read('limit=500');
    const items = whole.json.items as { eventId: string; cursor: string }[];
    for (const [place, { cursor }] of items.entries()) {
      expect(await follow('limit=500', cursor)).toEqual(items.slice(place + 1).map(({ eventId }) => eventId));
    }
  });

  it('tells some types only, if asked', async () => {
    const some = await read('types=ContactPointAdded&types=PurposeDeclared');
    expect(typesOf(some)).toEqual(['PurposeDeclared', 'ContactPointAdded']);
    expect((await read('types=ConsentWithdrawn')).json).toMatchObject({ items: [], upToDate: true });
    for (const untold of ['PersonalDataSealed', 'SubjectsLookedUp', 'SuppressionEntered', 'Nothing']) {
      expect((await read(`types=${untold}`)).status).toBe(400);
    }
  });

  it('misses nothing and repeats nothing while others write', async () => {
    const anna = randomUUID();
    const start = (await read('after=now')).json.next as string;
    const facts = Array.from({ length: 40 }, (_, n) => consentGiven(anna, { at: day(n) }));
    const seen: string[] = [];
    const writing = appendFacts(contacts.store, [registered(anna), ...facts]).then(() => contacts.caughtUp());
    let isDone = false;
    void writing.then(() => (isDone = true));
    for (let next = start, isLast = false; !isLast;) {
      isLast = isDone;
      const { json } = await read(`limit=7&after=${next}`);
      seen.push(...(json.items as { data: { occurredAt: string } }[]).map(({ data }) => data.occurredAt));
      next = json.next as string;
      isLast &&= json.upToDate as boolean;
    }
    await writing;
    expect(seen).toEqual([day(1), ...Array.from({ length: 40 }, (_, n) => day(n))]);
  });

  it('waits for a change, and answers when it comes', async () => {
    const bob = randomUUID();
    const { json: now } = await read('after=now');
    expect(now).toMatchObject({ items: [], upToDate: true });
    const waiting = read(`after=${String(now.next)}&wait=20&types=ConsentWithdrawn`);
    await appendFacts(contacts.store, [registered(bob), saidNo(bob)]);
    const answer = await waiting;
    expect(typesOf(answer)).toEqual(['ConsentWithdrawn']);
    const empty = await read(`after=${String(answer.json.next)}&wait=1`);
    expect(empty.json).toMatchObject({ items: [], upToDate: true });
  });

  it('tells an event that could not be kept in readable form as such', async () => {
    const { json: now } = await read('after=now');
    await contacts.store.append(`consent-${randomUUID()}`, { kind: 'noStream' }, [
      { id: randomUUID(), type: 'ConsentGiven', data: { large: 'a'.repeat(40_000) }, metadata: {} },
    ]);
    const { json } = await read(`after=${String(now.next)}&wait=20&types=ConsentGiven`);
    expect(json.items).toEqual([expect.objectContaining({ type: 'ConsentGiven', unreadable: true })]);
  });

  it('refuses what is no cursor, and the cursor of another history', async () => {
    for (const after of ['nonsense', 'WyJhIiwxLjVd', 'WyJhIiwtNV0', 'bnVsbA']) {
      const { status, json } = await read(`after=${after}`);
      expect([status, json.errors[0].pointer]).toEqual([400, '?after']);
    }
    const foreign = Buffer.from(JSON.stringify([randomUUID(), 3])).toString('base64url');
    const { status, json } = await read(`after=${foreign}`);
    expect([status, json.type]).toEqual([409, expect.stringContaining('token-of-another-store')]);
  });

  it('is closed to whoever may not follow', async () => {
    for (const role of ['operator', 'form', 'analyst'] as const)
      expect((await contacts.get(role, '/v1/changes')).status).toBe(403);
  });

  it('lets a server end while somebody waits', async () => {
    const { json: now } = await read('after=now');
    const waiting = read(`after=${String(now.next)}&wait=25`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await closeHttpApp(contacts.app);
    // A server that had waited to the end of its patience would have cut the connection instead.
    expect(await waiting).toMatchObject({ status: 200, json: { items: [] } });
  });
});
