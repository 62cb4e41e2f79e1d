import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isProblemCode } from '#http';
import {
  CANARY,
  credentials,
  hostileRequests,
  strangers,
  type GoodRequest,
  type HostileRequest,
} from './hostile-requests.harness.js';
import { exampleBody, PublishedApi, withIds, type Operation } from './openapi.harness.js';
import { AcceptanceLedger } from './server.harness.js';
import { consentBody, declareShop, email, registerPerson, type TestShop } from './shop.harness.js';
import type { Client } from './client.harness.js';
import type { GreffeServer } from '../../apps/server/src/server.js';

// The API never crashes on strange input (R19). For each operation of the document that the server publishes, hostile
// requests are made from a good one and sent with a credential that may do everything, and with none. Whatever is sent:
// no answer is a fault of the server, nobody without credentials is let in, every refusal is a problem document whose
// type has a page, and no value that was sent comes back.
// The same seed sends the same requests: GREFFE_TEST_FUZZ_SEED chooses another, GREFFE_TEST_FUZZ_RUNS how many.

const SEED = Number(process.env['GREFFE_TEST_FUZZ_SEED'] ?? 20261122);
const RUNS = Number(process.env['GREFFE_TEST_FUZZ_RUNS'] ?? 30);
/** So many for every operation, however slow the machine; the rest until the budget ends. What was sent is printed. */
const LEAST = 8;
const BUDGET_MS = 50_000;
const IN_FLIGHT = 8;
const PATIENCE_MS = 100_000;

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

interface Sent {
  readonly hostile: HostileRequest;
  readonly reply: Reply;
}

let ledger: AcceptanceLedger;
let server: GreffeServer;
let dpo: Client;
let token: string;
let api: PublishedApi;
const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT });
const withToken: Sent[] = [];
const withoutToken: Sent[] = [];
const elsewhere: Sent[] = [];

beforeAll(async () => {
  ledger = await AcceptanceLedger.open();
  server = await ledger.start();
  dpo = await ledger.client(server, 'dpo');
  token = await ledger.issuer.token({ sub: 'fuzz', roles: ['dpo'], client_id: 'fuzz' });
  api = await PublishedApi.of(dpo);
  const shop = await declareShop(dpo);
  const good = [];
  for (const operation of lastThingsLast(api.operations)) good.push(await goodRequest(operation, shop));
  const until = Date.now() + BUDGET_MS;
  for (const [index, one] of good.entries()) await attack(one, SEED - 1 - index, LEAST, Infinity);
  for (const [index, one] of good.entries()) await attack(one, SEED + index, RUNS - LEAST, until);
  await inParallel(strangers, Infinity, async (hostile) =>
    elsewhere.push({ hostile, reply: await send(hostile, `Bearer ${token}`) }),
  );
  const counts = [withToken, withoutToken, elsewhere].map(({ length }) => String(length)).join(', ');
  process.stdout.write(`fuzz: seed ${String(SEED)}; requests with, without a token, elsewhere: ${counts}\n`);
});
afterAll(async () => {
  agent.destroy();
  await ledger.close();
});

async function attack(good: GoodRequest, seed: number, runs: number, until: number): Promise<void> {
  const hostile = fc.sample(hostileRequests(good), { seed, numRuns: runs });
  await inParallel(hostile, until, async (one) =>
    withToken.push({ hostile: one, reply: await send(one, `Bearer ${token}`) }),
  );
  const few = hostile.slice(0, Math.ceil(runs / 3));
  await inParallel(few, until, async (one) => {
    const credential = credentials[(seed + one.target.length) % credentials.length];
    withoutToken.push({ hostile: one, reply: await send(one, credential) });
  });
}

const all = () => [...withToken, ...withoutToken, ...elsewhere];
const told = ({ hostile, reply }: Sent) =>
  `${hostile.method} ${hostile.target.slice(0, 200)} ${JSON.stringify(hostile.headers).slice(0, 200)} ${String(hostile.body ?? '').slice(0, 300)} → ${String(reply.status)} ${reply.text.slice(0, 300)}`;
const those = (sent: readonly Sent[], isWrong: (one: Sent) => boolean) =>
  sent.filter(isWrong).slice(0, 12).map(told);

describe('hostile requests', () => {
  it('were sent to every operation, and went past its first check', () => {
    const untouched = api.operations.filter(({ method, path }) => {
      const pattern = new RegExp(`^${path.replace(/\{\w+\}/g, '[^?]*')}`);
      return !withToken.some(({ hostile }) => hostile.method === method && pattern.test(hostile.target));
    });
    expect(untouched.map(({ name }) => name)).toEqual([]);
    expect(new Set(all().map(({ reply }) => reply.status)).size).toBeGreaterThan(7);
    expect(withToken.filter(({ reply }) => reply.status < 300).length).toBeGreaterThan(20);
  });

  it('never bring the server to fail', () => {
    expect(those(all(), (one) => one.reply.status >= 500 && !isWaitedFor(one))).toEqual([]);
  });

  it('let nobody in without a credential', () => {
    const guarded = withoutToken.filter(({ hostile }) => hostile.target.startsWith('/v1/'));
    expect(guarded.length).toBeGreaterThan(200);
    expect(those(guarded, ({ reply }) => reply.status < 400)).toEqual([]);
  });

  it('are refused by problem documents, each of a kind that is known', () => {
    const refused = all().filter(({ reply }) => reply.status >= 400);
    expect(those(refused, ({ reply }) => !isProblem(reply))).toEqual([]);
  });

  it('are refused by problems that have a page', async () => {
    const types = new Set(
      all()
        .filter(({ reply }) => reply.status >= 400)
        .map(({ reply }) => problemOf(reply)?.type ?? ''),
    );
    expect(types.size).toBeGreaterThan(5);
    for (const type of types) expect([type, (await dpo.get(type)).status]).toEqual([type, 200]);
  });

  it('get no value back that they sent', () => {
    const isEcho = ({ reply }: Sent) => reply.text.includes(CANARY) || /camille|dominique/i.test(reply.text);
    expect(
      those(
        all().filter(({ reply }) => reply.status >= 400),
        isEcho,
      ),
    ).toEqual([]);
    expect(those(all(), ({ reply }) => JSON.stringify(reply.headers).includes(CANARY))).toEqual([]);
  });

  it('are answered with a status that the document names', () => {
    const undeclared = withToken.filter(({ hostile, reply }) => {
      const operation = api.operations.find(
        ({ method, path }) => method === hostile.method && matches(path, hostile.target),
      );
      return operation !== undefined && operation.responses[String(reply.status)] === undefined;
    });
    expect(those(undeclared, () => true)).toEqual([]);
  });

  it('leave a server that still works', async () => {
    expect((await dpo.get('/readyz')).status).toBe(200);
    const { items } = (await dpo.get('/v1/projections')).body;
    // What the ledger accepted must be something that every read model can take.
    const parked = await ledger.ledger.pool.query('SELECT projection, type, reason FROM ops.parked');
    expect([items.length > 5, parked.rows]).toEqual([true, []]);
    expect(await registerPerson(dpo)).toMatch(/^[0-9a-f-]{36}$/);
  });
});

/** Whoever invents a token of the ledger's own future is told to wait, as anybody with a real one is. */
function isWaitedFor({ hostile, reply }: Sent): boolean {
  return (
    hostile.target.includes('minToken=') &&
    reply.status === 503 &&
    problemOf(reply)?.code === 'not-yet-consistent'
  );
}

function problemOf({
  text,
}: Reply): { readonly type: string; readonly code: string; readonly status: number } | undefined {
  try {
    return JSON.parse(text) as { type: string; code: string; status: number };
  } catch {
    return undefined;
  }
}

function isProblem(reply: Reply): boolean {
  const isTyped = /^application\/problem\+json/.test(String(reply.headers['content-type']));
  const problem = problemOf(reply);
  if (!isTyped || problem === undefined) return false;
  return (
    isProblemCode(problem.code) &&
    problem.type === `/problems/${problem.code}` &&
    problem.status === reply.status
  );
}

/** Whether a target is an address of the operation and of nothing else, so that its answer is the operation's. */
function matches(path: string, target: string): boolean {
  const [address = ''] = target.split('?');
  return new RegExp(`^${path.replace(/\{\w+\}/g, '[a-z0-9-]+')}$`).test(address);
}

function lastThingsLast(operations: readonly Operation[]): readonly Operation[] {
  const isLast = ({ path }: Operation) => path.endsWith('/retire') || path.endsWith('/rebuild');
  return [...operations].sort((a, b) => Number(isLast(a)) - Number(isLast(b)));
}

/** What the document shows, about things that exist; each operation has a person of its own. */
async function goodRequest(operation: Operation, shop: TestShop): Promise<GoodRequest> {
  const mine = operation.path.includes('{subjectId}') ? await person(shop) : {};
  const common = {
    ...shop,
    purposeId: shop.newsletterId,
    version: '1',
    name: 'register',
    activityId: randomUUID(),
  };
  const ids = { ...common, ...mine, keyId: randomUUID(), eventId: randomUUID() };
  const { token: last } = (await dpo.post('/v1/subjects', newPerson())).body;
  return {
    operation,
    ids,
    token: last,
    body: withIds(exampleBody(operation), ids),
    members: api.membersOf(operation),
  };
}

async function person(shop: TestShop): Promise<Readonly<Record<string, string>>> {
  const subjectId = await registerPerson(dpo);
  const { consents } = (await dpo.post(`/v1/subjects/${subjectId}/consents`, consentBody(shop))).body;
  const restriction = { ground: 'accuracy', purposeIds: [shop.callsId], source: 'email-reply' };
  const { restrictionId } = (await dpo.post(`/v1/subjects/${subjectId}/restrictions`, restriction)).body;
  return {
    subjectId,
    restrictionId,
    consentId: consents[0].consentId,
    otherSubjectId: await registerPerson(dpo),
    erasureId: randomUUID(),
    contactPointId: randomUUID(),
    replaces: randomUUID(),
  };
}

function newPerson(): object {
  return {
    contactPoints: [email(`${randomUUID()}@courrier.example`)],
    audience: 'consumer',
    source: { kind: 'shop' },
  };
}

async function inParallel<T>(
  items: readonly T[],
  until: number,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined && Date.now() < until; item = left.shift())
      await work(item);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}

/** Sends it byte for byte: a browser's client would tidy the address first. */
function send(
  { method, target, headers, body }: HostileRequest,
  credential: string | undefined,
): Promise<Reply> {
  const { hostname, port } = new URL(server.url);
  const all = {
    ...headers,
    ...(credential ? { authorization: credential } : {}),
    ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
  };
  return new Promise((resolve, reject) => {
    const sent = request(
      { agent, hostname, port, method, path: target, headers: all, timeout: PATIENCE_MS },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString(),
          }),
        );
        response.on('error', reject);
      },
    );
    sent.on('timeout', () => sent.destroy(new Error(`No answer in time: ${method} ${target.slice(0, 300)}`)));
    sent.on('error', reject);
    sent.end(body);
  });
}
