import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { CommandLog, migrateLedgerDatabase, randomIds } from '#runtime';
import { MemoryKekProvider, migrateKeyStore, openKeyStore, type KeyStore } from '#subject-keys';
import { openTestDatabase, type TestDatabase } from '#testing';
import { calls, DemoModule } from '../app/demo.fixture.js';
import { startTestApp, SUBJECT, type TestApp, type TestResponse } from '../app/http-app.fixture.js';

// Goal: what `commands.spec.ts` shows over a log in memory holds over the real one on PostgreSQL: a retry never decides
// twice, and a database that is away is a declared 503. Method: the same routes, the runtime's own CommandLog.

let ledger: TestDatabase;
let keys: TestDatabase;
let keyStore: KeyStore;
let server: TestApp;
let as: string;

beforeAll(async () => {
  [ledger, keys] = await Promise.all([openTestDatabase(), openTestDatabase()]);
  await Promise.all([migrateLedgerDatabase(ledger.url), migrateKeyStore(keys.url)]);
  keyStore = openKeyStore({ connectionString: keys.url, kek: new MemoryKekProvider() });
  keyStore.reconciled();
  const commandLog = new CommandLog(ledger.pool, keyStore, randomIds);
  server = await startTestApp(DemoModule, { parts: { commandLog, actors: keyStore.actors } });
  as = await server.token('operator');
});
afterAll(async () => {
  await server.app.close();
  await keyStore.shutdown();
  await Promise.all([ledger.drop(), keys.drop()]);
});
beforeEach(() => void calls.splice(0));

function consent(key: string, more: object = {}, to = server): Promise<TestResponse> {
  return to.send({
    method: 'POST',
    path: `/v1/demo/subjects/${SUBJECT}/consents`,
    as,
    headers: { 'idempotency-key': key },
    json: { choices: [{ purposeId: 'all', channels: ['post'] }], ...more },
  });
}

const summaryOf = ({ status, headers, json }: TestResponse): unknown[] => [
  status,
  json.code ?? json.ids,
  headers['etag'],
  headers['idempotency-replayed'],
];

describe('a command over the real command log', () => {
  it('has one id for all its attempts', async () => {
    const first = await consent('recorded');
    const again = await consent('recorded');
    expect(again.json.ids).toEqual(first.json.ids);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(calls.map(({ context }) => context?.isReplay)).toEqual([false, true]);
    expect(calls[1]?.context?.now).toBe(calls[0]?.context?.now);
  });

  it.each(['nothing', 'rejected'])(
    'is answered again without running if it left no event: %s',
    async (outcome) => {
      const first = summaryOf(await consent(`kept-${outcome}`, { outcome }));
      const again = summaryOf(await consent(`kept-${outcome}`, { outcome }));
      expect(again).toEqual([...first.slice(0, 3), 'true']);
      expect(calls).toHaveLength(1);
    },
  );

  it('may run again at once if it failed without an outcome', async () => {
    await consent('failed', { outcome: 'bug' });
    await consent('failed', { outcome: 'bug' });
    expect(calls.map(({ context }) => context?.mayBeRetry)).toEqual([false, true]);
    expect(calls[0]?.context?.commandId).toBe(calls[1]?.context?.commandId);
  });

  it('of another body under the same key is 422', async () => {
    await consent('reused');
    expect(summaryOf(await consent('reused', { outcome: 'nothing' }))[1]).toBe('idempotency-key-reused');
  });

  it('that comes ten times at once runs once', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => consent('burst')));
    const ids = new Set(answers.filter(({ status }) => status === 201).map(({ json }) => String(json.ids)));
    expect(ids.size).toBe(1);
    for (const { status, json } of answers)
      if (status !== 201) expect([status, json.code]).toEqual([409, 'still-running']);
    expect(calls.filter(({ context }) => context?.isReplay === false)).toHaveLength(1);
  });

  it('keeps nothing of the body or the key in the database', async () => {
    const secret = 'camille@client.example';
    await consent('SECRET-KEY', { email: secret });
    const { rows } = await ledger.pool.query<{ row: string }>('SELECT c::text AS row FROM ops.command_log c');
    expect(rows.length).toBeGreaterThan(0);
    const text = rows.map(({ row }) => row).join('\n');
    for (const clear of [secret, 'SECRET-KEY', Buffer.from(secret).toString('hex')])
      expect(text).not.toContain(clear);
  });
});

describe('a database that is away', () => {
  it('is a declared 503 that may be tried again', async () => {
    const pool = new pg.Pool({
      connectionString: 'postgres://nobody@127.0.0.1:9/none',
      connectionTimeoutMillis: 500,
    });
    const commandLog = new CommandLog(pool, keyStore, randomIds);
    const cut = await startTestApp(DemoModule, {
      identity: { kind: 'none' },
      parts: {
        commandLog,
        serviceKeys: {
          verify: async () => ({ clientId: 'crm', actorId: SUBJECT, scopes: ['consents:write'] }),
        },
      },
    });
    as = 'grf_any';
    const { status, headers, json } = await consent('away', {}, cut);
    expect([status, json.code, headers['retry-after']]).toEqual([503, 'store-unavailable', '5']);
    expect(calls).toEqual([]);
    await cut.app.close();
    await pool.end();
  });
});
