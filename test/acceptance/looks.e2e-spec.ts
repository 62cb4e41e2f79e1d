import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectStatus, type Client } from './client.harness.js';
import { AcceptanceLedger, eventually } from './server.harness.js';
import { email, registerPerson } from './shop.harness.js';

// Every look at personal data is in the ledger before its answer leaves (R14): who, at whom, why. If it cannot be
// written, there is no answer.

let ledger: AcceptanceLedger;
let operator: Client;
let auditor: Client;
let dpo: Client;
let subjectId: string;
const mailbox = `${randomUUID()}@courrier.example`;

beforeAll(async () => {
  ledger = await AcceptanceLedger.open();
  const server = await ledger.start();
  operator = await ledger.client(server, 'operator', { sub: 'a-curious-operator' });
  auditor = await ledger.client(server, 'auditor');
  dpo = await ledger.client(server, 'dpo');
  subjectId = await registerPerson(dpo, [email(mailbox)]);
});
afterAll(() => ledger.close());

const looksAt = async () =>
  expectStatus(await auditor.get(`/v1/access-log?subjectId=${subjectId}`), 200).body.items;

describe('a look', () => {
  it('is told by person, with who and why', async () => {
    expectStatus(await operator.post('/v1/subjects/lookup', email(mailbox)), 200);
    const reveal = { fields: ['email'], reason: 'complaint', requestId: randomUUID() };
    expectStatus(await operator.post(`/v1/subjects/${subjectId}/reveal`, reveal), 200);
    const items = await eventually(looksAt, (found) => found.length === 2);
    expect(items).toMatchObject([
      { kind: 'reveal', fields: ['email'], reason: 'complaint', requestId: reveal.requestId },
      { kind: 'look-up', fields: ['email'], items: 1, subjectIds: [subjectId] },
    ]);
    const [actor] = [...new Set(items.map(({ who }: { who: { ref: string } }) => who.ref))];
    const theirs = expectStatus(await auditor.get(`/v1/access-log?actorId=${String(actor)}`), 200).body.items;
    expect(theirs).toHaveLength(2);
    expect(JSON.stringify(theirs)).not.toMatch(new RegExp(`${mailbox}|curious`));
  });

  it('at nobody is a look too', async () => {
    const before = await ledger.countEvents();
    expectStatus(await operator.post('/v1/subjects/lookup', email('nobody@courrier.example')), 200);
    expect(await ledger.countEvents()).toBe(before + 1);
  });

  it('that is refused shows nothing', async () => {
    const wrong = { fields: ['email'], reason: 'curiosity' };
    const answer = await operator.post(`/v1/subjects/${subjectId}/reveal`, wrong);
    expect([answer.status, answer.text.includes(mailbox)]).toEqual([400, false]);
  });

  it('that cannot be written is not answered', async () => {
    await ledger.store.refuseLooks();
    try {
      const asked = [
        await operator.post('/v1/subjects/lookup', email(mailbox)),
        await operator.post('/v1/subjects/lookup-batch', { items: [email(mailbox)] }),
        await dpo.post(`/v1/subjects/${subjectId}/reveal`, { fields: ['email'], reason: 'audit' }),
      ];
      expect(asked.map(({ status, body }) => [status, body.code])).toEqual(
        asked.map(() => [503, 'store-unavailable']),
      );
      expect(asked.filter(({ text }) => text.includes(subjectId) || text.includes(mailbox))).toEqual([]);
    } finally {
      await ledger.store.heal();
    }
    expectStatus(await operator.post('/v1/subjects/lookup', email(mailbox)), 200);
  });
});
