import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectStatus, type Answer, type Client } from './client.harness.js';
import { readModelHashes, readModelNames, rebuild, untilCaughtUp } from './read-models.harness.js';
import { AcceptanceLedger } from './server.harness.js';
import { consentBody, daysAgo, declareShop, email, registerPerson, type TestShop } from './shop.harness.js';

// Read models are exactly the log (R4), and are built anew without anybody noticing (R7): one after the other is asked
// for over HTTP while people sign up, withdraw, are looked at and erased, and while everything is read.

let ledger: AcceptanceLedger;
let [service, operator, dpo] = [] as unknown as Client[];
let shop: TestShop;

beforeAll(async () => {
  ledger = await AcceptanceLedger.open();
  const server = await ledger.start();
  service = await ledger.client(server, 'service');
  operator = await ledger.client(server, 'operator');
  dpo = await ledger.client(server, 'dpo');
  shop = await declareShop(dpo);
});
afterAll(() => ledger.close());

const no = { channels: ['email'], source: { kind: 'phone-call' } };
const erasure = () => ({
  ground: 'consent-withdrawn',
  identityCheck: { method: 'reply-from-known-address', at: daysAgo(0.01) },
});

/** A day of the shop: each answer is read back at once, where the read model must have it. */
async function liveThrough(isOver: () => boolean, wrong: unknown[]): Promise<number> {
  let days = 0;
  const check = (answer: Answer): Answer => {
    if (answer.status >= 300) wrong.push([answer.status, answer.text]);
    return answer;
  };
  for (; !isOver(); days += 1) {
    const mailbox = `${randomUUID()}@courrier.example`;
    const path = `/v1/subjects/${await registerPerson(service!, [email(mailbox)])}`;
    const given = check(await service!.post(`${path}/consents`, consentBody(shop)));
    const token = encodeURIComponent(String(given.body?.token));
    const state = check(await operator!.get(`${path}?minToken=${token}`));
    if (state.body?.choices?.length !== 1) wrong.push([state.status, state.text]);
    check(await operator!.post('/v1/subjects/lookup', email(mailbox)));
    check(await dpo!.get(`${path}/timeline?minToken=${token}`));
    check(await dpo!.get('/v1/purposes'));
    if (days % 2 === 0)
      check(await service!.post(`${path}/withdrawals`, { ...no, purposeId: shop.newsletterId }));
    if (days % 5 === 0)
      check(
        await service!.post(`${path}/objections`, {
          purposeId: 'all',
          channels: 'all',
          source: 'phone-call',
        }),
      );
    if (days % 7 === 0) check(await dpo!.post(`${path}/erasures`, erasure()));
  }
  return days;
}

describe('a rebuild of every read model', () => {
  it('under traffic gives no user an error and no row another value', async () => {
    const wrong: unknown[] = [];
    const pool = ledger.ledger.pool;
    const names = await readModelNames(dpo!);
    expect(names).toEqual(
      expect.arrayContaining(['contact-state', 'timeline', 'access-log', 'register', 'acts-per-day']),
    );
    let isOver = false;
    const living = Promise.all([1, 2].map(() => liveThrough(() => isOver, wrong)));
    await pause(500);
    try {
      for (const name of names) await rebuild(dpo!, name);
    } finally {
      isOver = true;
      await living;
    }
    const days = await living;
    expect(wrong).toEqual([]);
    expect(Math.min(...days)).toBeGreaterThan(0);

    // Built beside traffic, now compared with themselves built from the quiet log.
    await untilCaughtUp(dpo!, pool, ledger.store);
    const live = await readModelHashes(names, pool);
    for (const name of names) await rebuild(dpo!, name);
    expect(await readModelHashes(names, pool)).toEqual(live);
    expect(new Set(live.values()).size).toBe(names.length);
  });

  it('brings back what somebody has changed in a table, and says that it differed', async () => {
    const pool = ledger.ledger.pool;
    const before = await readModelHashes(['timeline'], pool);
    await pool.query(
      'DELETE FROM rm_timeline.entry WHERE position IN (SELECT max(position) FROM rm_timeline.entry)',
    );
    expect(await readModelHashes(['timeline'], pool)).not.toEqual(before);
    await rebuild(dpo!, 'timeline');
    expect(await readModelHashes(['timeline'], pool)).toEqual(before);
    const { items } = expectStatus(await dpo!.get('/v1/projections'), 200).body;
    const timeline = items.find(({ name }: { name: string }) => name === 'timeline');
    expect(timeline.rebuild.comparison).toMatchObject({ kind: 'compared', sameEvents: true, isEqual: false });
  });

  it('is not for what cannot be rebuilt', async () => {
    for (const name of ['audit', 'reactor.erasure', 'nothing'])
      expect([400, 404]).toContain((await dpo!.post(`/v1/projections/${name}/rebuild`, undefined)).status);
  });
});
