import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '#testing';
import { Client, expectStatus, type Answer } from '../acceptance/client.harness.js';
import { openStoryStore, type StoryStore } from '../acceptance/event-store.harness.js';
import { startIssuer, type TestIssuer } from '../acceptance/oidc-issuer.harness.js';
import {
  consentBody,
  declareShop,
  email,
  purposeBody,
  registerPerson,
  type TestShop,
} from '../acceptance/shop.harness.js';
import {
  buildServer,
  startServerProcess,
  untilReady,
  type BuiltServer,
  type ServerProcess,
} from './server-process.harness.js';

// A withdrawal is effective at once (R8), and so are the revocation of a consent, its invalidation, and a fresh consent. Two processes answer requests, a third one follows
// the log: it is left alone, paused, slowed down, made to rebuild, killed. In every round somebody says yes through
// one process and the other one is asked, then no, and it is asked again, by pseudonym and by address. An answer that
// is older than the last 2xx is stale.

/** Rounds in each state of the projector; thousands on demand. */
const ROUNDS = Number(process.env['GREFFE_GATE_ROUNDS'] ?? 60);
const PEOPLE = 8;

interface Person {
  readonly subjectId: string;
  readonly address: string;
}

let build: BuiltServer;
let issuer: TestIssuer;
let databases: TestDatabase[];
let store: StoryStore;
let apis: ServerProcess[] = [];
let projector: ServerProcess | undefined;
let tokens: { readonly service: string; readonly dpo: string };
let shop: TestShop;
let people: readonly Person[];

beforeAll(async () => {
  [build, issuer, databases] = await Promise.all([
    buildServer(),
    startIssuer(),
    Promise.all([openTestDatabase(), openTestDatabase()]),
  ]);
  store = await openStoryStore(ledgerPool());
  projector = await start('projector');
  apis = [await start('api'), await start('api')];
  for (const { url } of [...apis, projector]) await untilReady(url);
  tokens = { service: await tokenOf('service'), dpo: await tokenOf('dpo') };
  shop = await declareShop(as('dpo'));
  people = await Promise.all(
    Array.from({ length: PEOPLE }, async () => {
      const address = `${randomUUID()}@courrier.example`;
      return { address, subjectId: await registerPerson(as('service'), [email(address)]) };
    }),
  );
});
afterAll(async () => {
  for (const server of apis) await server.stop();
  await projector?.stop();
  await issuer?.close();
  await build?.remove();
  for (const database of databases ?? []) await database.drop();
  await store?.close();
});

const ledgerPool = () => databases[0]!.pool;

function start(roles: string): Promise<ServerProcess> {
  const [ledger, keys] = databases;
  return startServerProcess(build, {
    GREFFE_HOME: join(build.folder, 'home'),
    GREFFE_ROLES: roles,
    DATABASE_URL: ledger?.url ?? '',
    KEYSTORE_URL: keys?.url ?? '',
    OIDC_ISSUER: issuer.url,
    OIDC_AUDIENCE: issuer.audience,
    OIDC_JWKS_URL: `${issuer.url}/jwks`,
    LOG_LEVEL: 'error',
    ...store.variables,
  });
}

const tokenOf = (role: string) =>
  issuer.token({ sub: `test-${role}`, roles: [role], client_id: `client-${role}` });

const as = (role: 'service' | 'dpo', api = 0) => new Client(apis[api]?.url ?? '', tokens[role]);

async function mayContact(whom: object, api: number): Promise<boolean> {
  const question = { ...whom, purposeId: shop.newsletterId, channel: 'email' };
  const answer = await untilTaken(() => as('service', api).post('/v1/permissions/check', question));
  return expectStatus(answer, 200).body.permitted as boolean;
}

/** A machine that is busy may answer 503, which promises nothing: the very same request is sent until it is taken. */
async function untilTaken(send: () => Promise<Answer>): Promise<Answer> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const answer = await send();
    if (answer.status !== 503 || Date.now() > deadline) return answer;
    await pause(100);
  }
}

async function act(path: string, body: object, api: number): Promise<Answer['body']> {
  const key = randomUUID();
  return expectStatus(await untilTaken(() => as('service', api).post(path, body, { key })), 201).body;
}

const withdrawal = () => ({
  purposeId: shop.newsletterId,
  channels: ['email'],
  source: { kind: 'phone-call' },
});

/** The ways in which a consent comes to its end at once: by the person, by another, or as never valid. */
const endings = (consentId: string): readonly (readonly [string, object])[] => [
  ['withdrawals', withdrawal()],
  [`consents/${consentId}/revocation`, { reason: 'controller-decision' }],
  [`consents/${consentId}/invalidation`, { defects: ['not-free'] }],
];

/** One round with one person; gives the answers that were older than the act before. */
async function round({ subjectId, address }: Person, nth: number): Promise<readonly string[]> {
  const [speaks, answers] = nth % 2 === 0 ? [0, 1] : [1, 0];
  const path = `/v1/subjects/${subjectId}`;
  const stale: string[] = [];
  const [{ consentId }] = (await act(`${path}/consents`, consentBody(shop), speaks)).consents as [
    { consentId: string },
  ];
  if (!(await mayContact({ subjectId }, answers))) stale.push('no after a yes');
  const [way, body] = endings(consentId)[nth % 3] ?? ['', {}];
  await act(`${path}/${way}`, body, speaks);
  if (await mayContact({ subjectId }, answers)) stale.push('yes after a no');
  if (await mayContact({ contact: email(address) }, answers)) stale.push('yes by address after a no');
  return stale;
}

async function rounds(): Promise<readonly string[]> {
  let nth = 0;
  const ends = await Promise.allSettled(
    people.map(async (person) => {
      const found: string[] = [];
      while (nth < ROUNDS) found.push(...(await round(person, nth++)));
      return found;
    }),
  );
  return ends.flatMap((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  });
}

/** Does something again and again while the rounds run. */
async function roundsDuring(disturb: () => Promise<unknown>): Promise<readonly string[]> {
  let isOver = false;
  const disturbing = (async () => {
    while (!isOver) await disturb();
  })();
  try {
    return await rounds();
  } finally {
    isOver = true;
    await disturbing;
  }
}

const signal = (name: NodeJS.Signals) => process.kill(projector?.pid ?? 0, name);

describe('no answer is older than the last act, while the projector', () => {
  it('follows', async () => {
    expect(await rounds()).toEqual([]);
  });

  it('is paused', async () => {
    signal('SIGSTOP');
    try {
      expect(await rounds()).toEqual([]);
    } finally {
      signal('SIGCONT');
    }
  });

  it('is slow', async () => {
    const stumble = async () => {
      signal('SIGSTOP');
      await pause(150);
      signal('SIGCONT');
      await pause(20);
    };
    expect(await roundsDuring(stumble)).toEqual([]);
  });

  it('builds the read model anew', async () => {
    const rebuild = async () => {
      await as('dpo').post('/v1/projections/contact-state/rebuild', {});
      await pause(200);
    };
    expect(await roundsDuring(rebuild)).toEqual([]);
  });

  it('is dead, and when another one comes', async () => {
    await projector?.kill();
    projector = undefined;
    expect(await rounds()).toEqual([]);
    const coming = start('projector').then((next) => (projector = next));
    expect(await roundsDuring(() => pause(10))).toEqual([]);
    await untilReady((await coming).url);
    const answers = await Promise.all(people.map(({ subjectId }) => mayContact({ subjectId }, 0)));
    expect(answers).toEqual(people.map(() => false));
  });
});

describe('the end of a purpose', () => {
  it('is known to the next question, also in a process that was asked a moment ago', async () => {
    const { subjectId } = people[0]!;
    const isOver = async (purposeId: string, api: number) => {
      const question = { subjectId, purposeId, channel: 'email' };
      const answer = await untilTaken(() => as('service', api).post('/v1/permissions/check', question));
      const { reasons } = expectStatus(answer, 200).body as { reasons: { code: string }[] };
      return reasons.some(({ code }) => code === 'purpose-retired');
    };
    const declared = async (path: string, body: object, api: number) => {
      const key = randomUUID();
      return expectStatus(await untilTaken(() => as('dpo', api).post(path, body, { key })), 201).body;
    };
    for (let nth = 0; nth < 10; nth += 1) {
      const [speaks, answers] = nth % 2 === 0 ? [0, 1] : [1, 0];
      const body = purposeBody(shop.controllerId, `fin-${String(nth)}`, ['email']);
      const { purposeId } = (await declared('/v1/purposes', body, speaks)) as { purposeId: string };
      const before = await isOver(purposeId, answers);
      await declared(`/v1/purposes/${purposeId}/retire`, { reason: 'ended' }, speaks);
      expect([before, await isOver(purposeId, answers)]).toEqual([false, true]);
    }
  });
});

describe('a no whose effect cannot be written', () => {
  it('is said not to be effective yet, and is after a retry; nobody is answered yes in between', async () => {
    const { subjectId } = people[0]!;
    const path = `/v1/subjects/${subjectId}`;
    expectStatus(await as('service').post(`${path}/consents`, consentBody(shop)), 201);
    const key = randomUUID();
    const withdraw = () => as('service').post(`${path}/withdrawals`, withdrawal(), { key });
    await ledgerPool().query('ALTER TABLE ops.gate_floor RENAME TO gate_floor_away');
    try {
      const refused = await withdraw();
      expect([refused.status, refused.body.code]).toEqual([503, 'recorded-not-yet-effective']);
      expect(refused.headers.get('retry-after')).not.toBeNull();
      const question = { subjectId, purposeId: shop.newsletterId, channel: 'email' };
      expect((await as('service', 1).post('/v1/permissions/check', question)).status).toBe(503);
    } finally {
      await ledgerPool().query('ALTER TABLE ops.gate_floor_away RENAME TO gate_floor');
    }
    const { appended } = expectStatus(await withdraw(), 201).body;
    expect(appended).toBe(1);
    expect(await mayContact({ subjectId }, 1)).toBe(false);
    const { rows } = await ledgerPool().query(
      `SELECT revision::integer FROM ops.gate_floor WHERE subject_id = $1 AND category = 'consent'`,
      [subjectId],
    );
    expect(rows[0]?.revision).toBe((await store.count(`consent-${subjectId}`)) - 1);
  });
});
