import { randomInt, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectStatus, type Client } from './client.harness.js';
import { AcceptanceLedger, eventually, onceThere, type RoleName } from './server.harness.js';
import {
  consentBody,
  daysAgo,
  declareShop,
  email,
  phone,
  registerPerson,
  type TestShop,
} from './shop.harness.js';
import type { GreffeServer } from '../../apps/server/src/server.js';

// An erasure may keep the proof of a consent. Nobody finds the person any more; but when they or the CNIL ask what was
// kept, the data protection officer and the auditor find it by the old number (F18), and each such look is on record.

let ledger: AcceptanceLedger;
let server: GreffeServer;
let [service, dpo, auditor] = [] as unknown as Client[];
let shop: TestShop;

beforeAll(async () => {
  ledger = await AcceptanceLedger.open();
  server = await ledger.start();
  service = await ledger.client(server, 'service');
  dpo = await ledger.client(server, 'dpo');
  auditor = await ledger.client(server, 'auditor');
  shop = await declareShop(dpo);
});
afterAll(() => ledger.close());

const newLine = () => `+3363998${String(randomInt(1000, 10_000))}`;
const asks = (contact: object) => ({ contact, reason: 'authority-request' });
const bodyOf = async (path: string) => (await onceThere(dpo!, path)).body;

async function person(consents: readonly object[]) {
  const [mailbox, line] = [`${randomUUID()}@courrier.example`, newLine()];
  const subjectId = await registerPerson(service!, [email(mailbox), phone(line)]);
  const path = `/v1/subjects/${subjectId}`;
  for (const consent of consents) expectStatus(await service!.post(`${path}/consents`, consent), 201);
  return { mailbox, line, subjectId, path };
}

/** Orders the erasure of everything that can be erased; answers it when nothing of that is readable any more. */
async function erase(path: string) {
  const order = {
    ground: 'consent-withdrawn',
    identityCheck: { method: 'reply-from-known-address', at: daysAgo(0.01) },
  };
  const { erasureId } = expectStatus(await dpo!.post(`${path}/erasures`, order), 202).body;
  const erasure = `${path}/erasures/${String(erasureId)}`;
  const body = await eventually(
    () => bodyOf(erasure),
    ({ steps }) => isDone(steps, 'purged:archive-index'),
  );
  return { erasure, body };
}
const isDone = (steps: { name: string; done: boolean }[], name: string) =>
  steps.some((step) => step.name === name && step.done);

const calls = () => ({ ...consentBody(shop), purposeId: shop.callsId, channels: ['phone-human'] });

describe('the proof that an erasure retained', () => {
  it('is found by the old number and the old mailbox, by the data protection officer and the auditor alone', async () => {
    const { mailbox, line, subjectId, path } = await person([calls()]);
    const asked = { ...asks(phone(line)), reason: 'data-subject-request' };
    expect(expectStatus(await dpo!.post('/v1/archive/lookup', asked), 200).body).toEqual({ subjects: [] });
    const { erasure, body } = await erase(path);
    const ends = body.retained.filter(({ scope }: { scope: string }) => scope === 'evidence');
    expect(ends).toMatchObject([{ ruleId: 'RET-PHONE-PROOF', ground: 'legal-obligation' }]);
    const found = { subjects: [{ subjectId, until: ends[0].until }] };

    for (const contact of [phone(line), email(mailbox), phone(`0${line.slice(3)}`)])
      for (const who of [dpo!, auditor!])
        expect(expectStatus(await who.post('/v1/archive/lookup', asks(contact)), 200).body).toEqual(found);
    for (const contact of [phone(line), email(mailbox)]) {
      const ordinary = expectStatus(await dpo!.post('/v1/subjects/lookup', contact), 200);
      expect(ordinary.body).toEqual({ subjectIds: [] });
    }
    for (const role of ['service', 'operator', 'analyst', 'subject', 'form'] as RoleName[]) {
      const client = await ledger.client(server, role);
      const { status, text } = await client.post('/v1/archive/lookup', asks(phone(line)));
      expect([role, status, text.includes(subjectId)]).toEqual([role, 403, false]);
    }
    const certificate = expectStatus(await dpo!.get(`${erasure}/certificate`), 200);
    expect(certificate.body.purged).toContainEqual(
      expect.objectContaining({ purger: 'archive-index', technique: 'physical-delete', removed: 0 }),
    );
  });

  it('is found under no address of somebody of whom none was retained', async () => {
    const { line, path } = await person([]);
    const { body } = await erase(path);
    expect(body.retained).toEqual([]);
    expect(expectStatus(await dpo!.post('/v1/archive/lookup', asks(phone(line))), 200).body).toEqual({
      subjects: [],
    });
  });

  it('is not looked for without a trace: who, at whom, and why', async () => {
    const { line, subjectId, path } = await person([calls()]);
    await erase(path);
    const curious = await ledger.client(server, 'auditor', { sub: 'a-thorough-auditor' });
    expectStatus(await curious.post('/v1/archive/lookup', asks(phone(line))), 200);
    const items = await eventually(
      async () => expectStatus(await auditor!.get(`/v1/access-log?subjectId=${subjectId}`), 200).body.items,
      (looks) => looks.length > 0,
    );
    expect(items).toMatchObject([
      {
        ...{ kind: 'archive-look-up', fields: ['phone'], items: 1, reason: 'authority-request' },
        subjectIds: [subjectId],
      },
    ]);
    const timeline = await eventually(
      () => auditor!.get(`${path}/timeline?limit=500`),
      ({ text }) => text.includes('SubjectsLookedUp'),
    );
    expect(timeline.text).toContain('found by a look into the archive');
    for (const text of [JSON.stringify(items), timeline.text]) expect(text).not.toContain(line.slice(3));
  });

  it('is not shown when the look cannot be recorded, or has no reason', async () => {
    const { line, subjectId, path } = await person([calls()]);
    await erase(path);
    await ledger.store.refuseLooks();
    try {
      const { status, body, text } = await dpo!.post('/v1/archive/lookup', asks(phone(line)));
      expect([status, body.code, text.includes(subjectId)]).toEqual([503, 'store-unavailable', false]);
    } finally {
      await ledger.store.heal();
    }
    const looks = async () => (await dpo!.get('/v1/access-log?limit=500')).body.items.length;
    const seen = await looks();
    for (const bad of [{ contact: phone(line) }, { ...asks(phone(line)), reason: 'curiosity' }]) {
      const { status, text } = await dpo!.post('/v1/archive/lookup', bad);
      expect([status, text.includes(subjectId), text.includes(line)]).toEqual([400, false, false]);
    }
    expect(await looks()).toBe(seen);
    expect((await dpo!.post('/v1/archive/lookup', asks(phone(line)))).body.subjects).toHaveLength(1);
  });
});
