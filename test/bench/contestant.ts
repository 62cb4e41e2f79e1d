import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { join } from 'node:path';
import Fastify from 'fastify';
import pg from 'pg';
import { actorRefOf, Authenticator, DevelopmentIssuer } from '#http';
import { eventIdOf, metadataOf, CommandLog, randomIds, type DatabaseUrls, type GreffeConfig } from '#runtime';
import { FileKekProvider, openKeyStore } from '#subject-keys';
import type { NewEvent } from '#event-store';
import { startServer } from '../../apps/server/src/server.js';
import { keepHeapSmall } from '../../apps/server/src/small-heap.js';
import { eventStoreUrl, openBenchStore } from './bench-store.js';

/**
 * The servers of benchmarks: Greffe itself, and what it is held against: a bare Fastify with the same token check, which
 * writes to the same command log and appends by the same adapter (a), or answers questions without looking at anybody
 * (b, i), and a bare `node:http` (a').
 */
const kind = process.argv[2];
const urls = JSON.parse(process.env['GREFFE_BENCH_URLS'] ?? '{}') as DatabaseUrls;
const home = process.env['GREFFE_BENCH_HOME'] ?? '.';
const HOST = '127.0.0.1';

const contestants: Readonly<Record<string, () => Promise<{ url: string; token: string }>>> = {
  greffe: () => greffe(['api', 'projector']),
  erasing: () => greffe(['api', 'projector', 'eraser']),
  api: () => greffe(['api']),
  projector: () => greffe(['projector']),
  raw,
  asked,
  bare,
};
const started = await contestants[kind ?? '']?.();
process.send?.(started);
// A benchmark that failed leaves nobody behind.
process.once('disconnect', () => process.exit(1));

async function greffe(roles: GreffeConfig['roles']): Promise<{ url: string; token: string }> {
  keepHeapSmall();
  const config: GreffeConfig = {
    embedded: false,
    databases: urls,
    home,
    http: { host: HOST, port: 0, publicUrl: undefined },
    roles,
    identity: { kind: roles.includes('api') ? 'development' : 'none' },
    eventStoreUrl,
    erasure: { eventStoreUrl, purgeEveryHours: 24, backupDays: undefined, notificationDays: 30 },
    readDatabaseUrl: undefined,
    projectionShards: Number(process.env['GREFFE_BENCH_SHARDS'] ?? 1),
    kekFolder: join(home, 'keys'),
    logLevel: 'error',
    origin: undefined,
    warnings: [],
  };
  const server = await startServer(config);
  process.once('SIGTERM', () => void server.stop().then(() => process.exit(0)));
  await until(() => isReady(server.url, roles.includes('projector')));
  return { url: server.url, token: roles.includes('api') ? await tokenOf(server.url) : '' };
}

async function raw(): Promise<{ url: string; token: string }> {
  const issuer = new DevelopmentIssuer(join(home, 'issuer'));
  const keyStore = openKeyStore({
    connectionString: urls.keystoreUrl,
    kek: new FileKekProvider(join(home, 'keys')),
  });
  const store = await openBenchStore({ urls });
  const pool = new pg.Pool({ connectionString: urls.databaseUrl, max: 20 });
  const commandLog = new CommandLog(pool, keyStore, randomIds);
  const authenticator = new Authenticator({ tokens: issuer, actors: keyStore.actors });
  const app = Fastify();
  app.post('/v1/subjects/:subjectId/withdrawals', async (request, reply) => {
    const caller = await authenticator.authenticate(request.headers.authorization);
    const begun = await commandLog.begin({
      client: caller.clientId,
      route: 'POST /v1/subjects/:subjectId/withdrawals',
      body: request.body as never,
      idempotencyKey: String(request.headers['idempotency-key']),
      actor: actorRefOf(caller),
    });
    if (begun.kind !== 'run') return reply.status(409).send({});
    const { subjectId } = request.params as { subjectId: string };
    const stream = `consent-${subjectId}`;
    const step = { stream, context: begun.context, number: 0, subjects: [subjectId], isNo: true };
    const event: NewEvent = {
      id: eventIdOf(step, 0),
      type: 'ConsentWithdrawn',
      data: {
        actId: begun.context.commandId,
        subjectId,
        purposeId: 'all',
        channel: 'email',
        occurredAt: begun.context.now,
        source: { kind: 'unsubscribe-link' },
        indicatedBy: 'data-subject',
      },
      metadata: metadataOf(step, 'consent.ConsentWithdrawn/1', begun.context.now) as never,
    };
    const { revision, position } = await store.append(stream, { kind: 'noStream' }, [event]);
    await commandLog.finish(begun.attempt, undefined, [subjectId]);
    return reply.status(201).send({ token: position, stream, revision: Number(revision), appended: 1 });
  });
  const url = await app.listen({ host: HOST, port: 0 });
  const token = await issuer.issue('service', randomUUID());
  return { url, token };
}

/** A constant answer, and a linear read of a stream. */
async function asked(): Promise<{ url: string; token: string }> {
  const issuer = new DevelopmentIssuer(join(home, 'issuer'));
  const keyStore = openKeyStore({
    connectionString: urls.keystoreUrl,
    kek: new FileKekProvider(join(home, 'keys')),
  });
  const store = await openBenchStore({ urls });
  const authenticator = new Authenticator({ tokens: issuer, actors: keyStore.actors });
  const app = Fastify();
  app.post('/v1/permissions/check', async (request) => {
    await authenticator.authenticate(request.headers.authorization);
    return { permitted: true, reasons: [], ground: 'consent', deciding: [], duties: [], obligations: [] };
  });
  app.post('/linear', async (request) => {
    await authenticator.authenticate(request.headers.authorization);
    const { stream, limit } = request.body as { readonly stream: string; readonly limit: number };
    let events = 0;
    for await (const { revision } of store.read(stream, { limit })) events = Number(revision) + 1;
    if (events !== limit) throw new Error('The history is shorter');
    return { events };
  });
  const url = await app.listen({ host: HOST, port: 0 });
  return { url, token: await issuer.issue('service', randomUUID()) };
}

async function bare(): Promise<{ url: string; token: string }> {
  const body = JSON.stringify({ status: 'ok' });
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  const address = server.address();
  return { url: `http://${HOST}:${String(typeof address === 'object' ? address?.port : 0)}`, token: '' };
}

async function tokenOf(url: string): Promise<string> {
  const response = await fetch(`${url}/dev/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ role: 'service' }),
  });
  return ((await response.json()) as { access_token: string }).access_token;
}

/** Without a projector nobody replays the erasures, so personal values stay closed; a withdrawal needs none. */
async function isReady(url: string, isWhole: boolean): Promise<boolean> {
  const answer = await fetch(`${url}/readyz`);
  if (answer.ok || isWhole) return answer.ok;
  const { checks = [] } = (await answer.json()) as { checks?: { name: string; ok: boolean }[] };
  return checks.length > 0 && checks.every(({ name, ok }) => ok || name === 'erasures-replayed');
}

async function until(isDone: () => Promise<boolean>): Promise<void> {
  while (!(await isDone())) await new Promise((resolve) => setTimeout(resolve, 100));
}
