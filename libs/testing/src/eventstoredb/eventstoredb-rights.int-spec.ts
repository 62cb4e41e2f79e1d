import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { AccessDeniedError, EventStoreDBClient, jsonEvent, type Credentials } from '@eventstore/db-client';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  aStream,
  credentials as admin,
  events,
  failureOf,
  idsOf,
  openPair,
  type Pair,
} from './double.fixture.js';

const ledger: Credentials = { username: 'ledger', password: 'ledger-secret' };
const projector: Credentials = { username: 'projector', password: 'projector-secret' };
const eraser: Credentials = { username: 'eraser', password: 'eraser-secret' };

let pair: Pair;
let client: EventStoreDBClient;

beforeAll(async () => {
  pair = await openPair({ tls: true });
  client = pair.client;
  await makeUser(ledger, ['ledger']);
  await makeUser(projector, ['projector']);
  await makeUser(eraser, ['eraser', '$ops']);
});

afterAll(() => pair.close());

/** The HTTP interface, with a body; gives the status. */
async function post(path: string, user: Credentials, body: unknown = {}): Promise<number> {
  const ca = await readFile(pair.double.caFile!);
  const auth = `${user.username}:${user.password}`;
  return new Promise((resolve, reject) => {
    const call = request(`${pair.double.url}${path}`, { method: 'POST', ca, auth }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    call.on('error', reject).end(JSON.stringify(body));
  });
}

async function makeUser({ username, password }: Credentials, groups: readonly string[]): Promise<void> {
  const user = { loginName: username, fullName: username, password, groups };
  expect(await post('/users/', admin, user)).toBe(201);
}

const appendAs = (credentials: Credentials, stream = aStream()) =>
  client.appendToStream(stream, events(1), { credentials });
const readAllAs = (credentials: Credentials) => idsOf(client.readAll({ credentials, maxCount: 5 }));

async function denialOf(call: Promise<unknown>): Promise<number | undefined> {
  const failure = await failureOf(call);
  return failure instanceof AccessDeniedError ? failure.code : undefined;
}

describe('callers', () => {
  it('with a wrong password are refused with 16, with none at all with 7', async () => {
    expect(await denialOf(appendAs({ ...ledger, password: 'guess' }))).toBe(16);
    expect(await denialOf(readAllAs({ ...ledger, password: 'guess' }))).toBe(16);
    expect(await denialOf(idsOf(client.readAll()))).toBe(7);
  });
});

describe('without access lists', () => {
  it('every user writes and tombstones user streams, and only admins read $all', async () => {
    const stream = aStream();
    await appendAs(ledger, stream);
    await client.tombstoneStream(stream, { credentials: projector });
    expect(await denialOf(readAllAs(ledger))).toBe(7);
    expect(await readAllAs(admin)).toHaveLength(1);
  });
});

describe('with access lists', () => {
  beforeAll(async () => {
    const userStreams = {
      $w: ['ledger', '$admins'],
      $r: ['ledger', 'projector', '$admins'],
      $d: ['eraser', '$admins'],
      $mw: ['$admins'],
    };
    const settings = jsonEvent({ type: 'update-default-acl', data: { $userStreamAcl: userStreams } });
    await client.appendToStream('$settings', settings, { credentials: admin });
    await client.setStreamMetadata(
      '$all',
      { acl: { readRoles: ['$admins', 'projector'] } },
      { credentials: admin },
    );
  });

  it('the ledger writes and does not delete, the eraser deletes and does not write', async () => {
    const stream = aStream();
    await appendAs(ledger, stream);
    expect(await denialOf(client.tombstoneStream(stream, { credentials: ledger }))).toBe(7);
    expect(await denialOf(appendAs(eraser, stream))).toBe(7);
    await client.tombstoneStream(stream, { expectedRevision: 0n, credentials: eraser });
  });

  it('metadata of user streams is for the admins', async () => {
    const set = (credentials: Credentials) => client.setStreamMetadata(aStream(), {}, { credentials });
    expect(await denialOf(set(ledger))).toBe(7);
    expect((await set(admin)).success).toBe(true);
  });

  it('the projector reads $all, the users with it, and no other system stream', async () => {
    const streams: string[] = [];
    for await (const { event } of client.readAll({ credentials: projector })) streams.push(event!.streamId);
    expect(streams).toContain('$user-ledger');
    expect(await denialOf(idsOf(client.readStream('$settings', { credentials: projector })))).toBe(7);
    expect(await denialOf(readAllAs(ledger))).toBe(7);
  });

  it('a running subscription goes on after its right is revoked', async () => {
    const subscription = client.subscribeToAll({ fromPosition: 'end', credentials: projector });
    await new Promise<void>((resolve) => subscription.once('caughtUp', () => resolve()));
    const revoke = { acl: { readRoles: ['$admins'] } };
    await client.setStreamMetadata('$all', revoke, { credentials: admin });
    const arrived = new Promise<void>((resolve) => {
      subscription.on('data', ({ event }) => {
        if (!event!.streamId.startsWith('$')) resolve();
      });
    });
    expect(await denialOf(readAllAs(projector))).toBe(7);
    await appendAs(ledger);
    await arrived;
    await subscription.unsubscribe();
  });
});

describe('scavenging', () => {
  it('is for operators', async () => {
    expect(await post('/admin/scavenge', ledger)).toBe(403);
    expect(await post('/admin/scavenge', { ...eraser, password: 'guess' })).toBe(401);
    expect(await post('/admin/scavenge', eraser)).toBe(200);
  });
});
