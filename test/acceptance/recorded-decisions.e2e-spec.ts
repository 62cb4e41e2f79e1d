import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { reasonWords } from '../../libs/contacts/src/domain/sentences/reason-words.js';
import { reasonCodes } from '../../libs/permission/src/domain/gate/decision.js';
import { expectStatus, type Client } from './client.harness.js';
import { AcceptanceLedger, eventually } from './server.harness.js';
import { consentBody, declareShop, email, registerPerson, type TestShop } from './shop.harness.js';

// An answer of the gate can be kept as evidence that the sender asked: in the history of the person it is about, and of
// nobody else. Method: what the timeline tells after each question, and how many events there are where nothing is kept.

let ledger: AcceptanceLedger;
let [service, auditor, dpo] = [] as unknown as Client[];
let shop: TestShop;

beforeAll(async () => {
  ledger = await AcceptanceLedger.open();
  const server = await ledger.start();
  service = await ledger.client(server, 'service');
  auditor = await ledger.client(server, 'auditor');
  dpo = await ledger.client(server, 'dpo');
  shop = await declareShop(dpo);
});
afterAll(() => ledger.close());

const mailbox = () => `${randomUUID()}@courrier.example`;
const question = (more: object) => ({ purposeId: shop.newsletterId, channel: 'email', ...more });
const ask = (more: object, as: Client = service!) => as.post('/v1/permissions/check', question(more));
const askAll = (questions: readonly object[], as: Client = service!) =>
  as.post('/v1/permissions/check-batch', { questions: questions.map(question) });

async function subscriber(address = mailbox()): Promise<string> {
  const subjectId = await registerPerson(service!, [email(address)]);
  expectStatus(await service!.post(`/v1/subjects/${subjectId}/consents`, consentBody(shop)), 201);
  return subjectId;
}

/** What a person's timeline tells of decisions, oldest first. */
async function told(subjectId: string, token: string | undefined, language: 'fr' | 'en' = 'fr') {
  const since = token === undefined ? '' : `&minToken=${encodeURIComponent(token)}`;
  const path = `/v1/subjects/${subjectId}/timeline?order=asc${since}`;
  const { body } = expectStatus(await auditor!.get(path, { language }), 200);
  return body.items.filter(({ type }: { type: string }) => type === 'DecisionRecorded');
}

const sentencesOf = (entries: readonly { sentence: string }[]) => entries.map(({ sentence }) => sentence);

async function assertNothingRecorded(act: () => Promise<unknown>): Promise<void> {
  const before = await ledger.countEvents();
  await act();
  expect(await ledger.countEvents()).toBe(before);
}

describe('an answer that is kept', () => {
  it('stands in the timeline with what was asked, the answer and its reasons, in both languages', async () => {
    const subjectId = await subscriber();
    const yes = expectStatus(await ask({ subjectId, record: true }), 200).body;
    expect(yes).toMatchObject({ permitted: true, recorded: { decisionId: expect.any(String) } });
    const withdrawal = { ...question({}), channels: ['email'], source: { kind: 'phone-call' } };
    const { channel: _, ...body } = withdrawal;
    expectStatus(await service!.post(`/v1/subjects/${subjectId}/withdrawals`, body), 201);
    const { recorded } = expectStatus(await ask({ subjectId, record: true }), 200).body;
    const asked = 'On a demandé si la personne peut être contactée par e-mail pour la finalité';
    expect(sentencesOf(await told(subjectId, recorded.token))).toEqual([
      expect.stringMatching(new RegExp(`^${asked} .+ : autorisé\\.$`)),
      expect.stringMatching(/ : non autorisé \(motifs : consentement retiré, aucun consentement\)\.$/),
    ]);
    expect(sentencesOf(await told(subjectId, recorded.token, 'en'))[1]).toMatch(
      /^It was asked whether .+: not permitted \(reasons: consent withdrawn, no consent\)\.$/,
    );
  });

  it('names the rule, the version, the events that decided and the instant: what explains it later', async () => {
    const subjectId = await subscriber();
    const answer = expectStatus(await ask({ subjectId, record: true }), 200).body;
    const kept = await eventually(
      async () => {
        const { body } = await auditor!.get('/v1/changes?types=DecisionRecorded&limit=500');
        return body.items.find(
          ({ data }: { data: { decisionId: string } }) => data.decisionId === answer.recorded.decisionId,
        );
      },
      (found) => found !== undefined,
    );
    expect(kept).toMatchObject({ stream: `decision-${subjectId}`, subjectIds: [subjectId] });
    expect(kept.data).toMatchObject({
      ...{ subjectId, ...question({}), permitted: true, reasons: [] },
      ...{ ruleId: answer.rule.id, policyVersion: answer.rule.policyVersion, at: answer.at },
      decidingEventIds: answer.deciding.map(({ eventId }: { eventId: string }) => eventId),
    });
  });

  it('is not kept unless that is asked for', async () => {
    const subjectId = await subscriber();
    await assertNothingRecorded(async () => {
      expect((await ask({ subjectId })).body).not.toHaveProperty('recorded');
      expect((await ask({ subjectId, record: false })).body).not.toHaveProperty('recorded');
    });
  });

  it('is a fact of its own each time, also many at once about one person', async () => {
    const subjectId = await subscriber();
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask({ subjectId, record: true })));
    const ids = new Set(answers.map(({ body }) => body.recorded.decisionId));
    expect(ids.size).toBe(8);
    const last = expectStatus(await ask({ subjectId, record: true }), 200).body;
    expect(await told(subjectId, last.recorded.token)).toHaveLength(9);
  });

  it('outlives the erasure of the person, and an answer after it is kept as well', async () => {
    const subjectId = await subscriber();
    expectStatus(await ask({ subjectId, record: true }), 200);
    const order = {
      ground: 'consent-withdrawn',
      identityCheck: { method: 'reply-from-known-address', at: new Date().toISOString() },
    };
    expectStatus(await dpo!.post(`/v1/subjects/${subjectId}/erasures`, order), 201, 202);
    const codes = async () =>
      (await ask({ subjectId })).body.reasons.map(({ code }: { code: string }) => code);
    await eventually(codes, (found) => found.includes('person-erased'));
    const { recorded } = expectStatus(await ask({ subjectId, record: true }), 200).body;
    expect(sentencesOf(await told(subjectId, recorded.token))).toEqual([
      expect.stringContaining(' : autorisé.'),
      expect.stringContaining('personne effacée'),
    ]);
  });
});

describe('an answer about an address', () => {
  it('is kept with the one person who has it, without naming them', async () => {
    const address = mailbox();
    const subjectId = await subscriber(address);
    const { body, text } = expectStatus(await ask({ contact: email(address), record: true }), 200);
    expect(body.permitted).toBe(true);
    expect(text).not.toContain(subjectId);
    expect(await told(subjectId, body.recorded.token)).toHaveLength(1);
  });

  it('is declined where several people have it, or nobody, and nothing is kept', async () => {
    const shared = mailbox();
    await subscriber(shared);
    await registerPerson(service!, [email(shared)], { onMatch: 'create-and-link' });
    for (const address of [shared, mailbox(), 'no address']) {
      await assertNothingRecorded(async () => {
        const declined = await ask({ contact: email(address), record: true });
        expect([declined.status, declined.body.code]).toEqual([409, 'decision-not-recordable']);
      });
      expectStatus(await ask({ contact: email(address) }), 200);
    }
  });
});

describe('a batch', () => {
  it('keeps the answers that ask for it, and tells in its place which one cannot be kept', async () => {
    const [kept, passing] = [await subscriber(), await subscriber()];
    const { items } = expectStatus(
      await askAll([
        { subjectId: kept, record: true },
        { subjectId: passing },
        { contact: email(mailbox()), record: true },
        { subjectId: kept, record: true },
        { subjectId: 'nobody', record: true },
      ]),
      200,
    ).body;
    expect(items.map(({ problem }: { problem?: { code: string } }) => problem?.code)).toEqual([
      ...[undefined, undefined, 'decision-not-recordable', undefined, 'invalid-request'],
    ]);
    expect(items[2].problem.pointer).toBe('/questions/2/record');
    expect(items[0].answer.recorded.decisionId).not.toBe(items[3].answer.recorded.decisionId);
    const { token } = items[3].answer.recorded;
    // Two answers about one person are kept at the same time; either may come first.
    await eventually(
      () => told(kept, token),
      (found) => found.length === 2,
    );
    expect(await told(passing, token)).toHaveLength(0);
  });
});

describe('keeping an answer', () => {
  it('is not for those who only read, nor of what was known in the past', async () => {
    const subjectId = await subscriber();
    await assertNothingRecorded(async () => {
      expect((await ask({ subjectId, record: true }, auditor)).status).toBe(403);
      expect((await askAll([{ subjectId }, { subjectId, record: true }], auditor)).status).toBe(403);
      const knownAs = new Date(Date.now() - 3_600_000).toISOString();
      const past = await ask({ subjectId, record: true, knownAs });
      expect([past.status, past.body.errors[0].pointer]).toEqual([400, '/knownAs']);
    });
    expectStatus(await ask({ subjectId }, auditor), 200);
  });
});

it('has words in the timeline for every reason that the gate can give', () => {
  expect(Object.keys(reasonWords).sort()).toEqual([...reasonCodes].sort());
});
