import { randomUUID } from 'node:crypto';
import { EventStoreDBClient, jsonEvent, NO_STREAM, START } from '@eventstore/db-client';
import pg from 'pg';
import { isCaughtUp, openEventStoreDb, PostgresEventStore, type NewEvent, type NonEmpty } from '#event-store';
import type { Json } from '#kernel';
import { createLedgerDataSource, openingSteps } from '#runtime';
import { benchDatabases } from './bench-server.js';
import { eventStoreUrl } from './bench-store.js';
import { recorded } from './history.js';
import { interleaved, line, report, summary } from './rounds.js';

const ROUNDS = 7;
const IN_FLIGHT = 16;
const APPENDS = 2_000;
const LONG_STREAM = 5_000;
const GROUP = 64;
const GROUPS = 60;

/** s: the EventStoreDB adapter against the bare client on the same server, classic append path, same concurrency. */
export async function benchAdapter(): Promise<void> {
  if (eventStoreUrl === undefined) throw new Error('Set EVENTSTORE_URL: s is about that server');
  const store = await openEventStoreDb({ connectionString: eventStoreUrl });
  const client = EventStoreDBClient.connectionString(eventStoreUrl);
  const credentials = credentialsOf(eventStoreUrl);
  const long = `bench-${randomUUID()}`;
  let revision: bigint | undefined;
  for (let done = 0; done < LONG_STREAM; done += 250) {
    const expected =
      revision === undefined ? ({ kind: 'noStream' } as const) : { kind: 'revision' as const, revision };
    ({ revision } = await store.append(long, expected, events(250)));
  }
  const bareAppend = async (): Promise<void> => {
    const batch = events(1).map(({ id, type, data, metadata }) =>
      jsonEvent({ id, type, data, metadata } as never),
    );
    const options = { credentials, expectedRevision: NO_STREAM, requiresLeader: true };
    await client.appendToStream(`bench-${randomUUID()}`, batch, options as never);
  };
  const results = await interleaved(ROUNDS, {
    appendAdapter: () =>
      paced(async () => {
        await store.append(`bench-${randomUUID()}`, { kind: 'noStream' }, events(1));
      }),
    appendBare: () => paced(bareAppend),
    readAdapter: () => perSecond(() => countOf(store.read(long))),
    readBare: () => perSecond(() => countOf(client.readStream(long, { fromRevision: START }))),
    followAdapter: () => perSecond(() => follow(store)),
    followBare: () => perSecond(() => followBare(client)),
  });
  const of = (name: keyof typeof results) => summary(results[name]);
  const ratio = (ours: keyof typeof results, theirs: keyof typeof results) =>
    (of(ours).median / of(theirs).median).toFixed(2);
  report(
    `s · the EventStoreDB adapter against the bare client, ${String(IN_FLIGHT)} appends in flight`,
    [
      line('append, adapter', of('appendAdapter'), 'appends/s'),
      line('append, bare client', of('appendBare'), 'appends/s'),
      line('read a stream, adapter', of('readAdapter'), 'events/s'),
      line('read a stream, bare client', of('readBare'), 'events/s'),
      line('$all from the start, adapter', of('followAdapter'), 'events/s'),
      line('$all from the start, bare client', of('followBare'), 'events/s'),
    ],
    `Ratios (goal ≥ 0.80): append ${ratio('appendAdapter', 'appendBare')}, read ${ratio('readAdapter', 'readBare')}, $all ${ratio('followAdapter', 'followBare')}.`,
  );
  await store.shutdown();
  await client.dispose();
}

/** p: the group commit of the PostgreSQL adapter against a bare multi-row insert of the same rows. */
export async function benchGroupCommit(): Promise<void> {
  const databases = await benchDatabases();
  const dataSource = createLedgerDataSource(databases.urls.databaseUrl);
  for (const step of openingSteps({ databases: databases.urls, dataSource })) await step.run();
  const store = new PostgresEventStore({ connectionString: databases.urls.databaseUrl });
  const owner = new pg.Client({ connectionString: databases.urls.ownerDatabaseUrl });
  await owner.connect();
  await owner.query(`CREATE SCHEMA bench;
    CREATE TABLE bench.event_index (LIKE es.event_index INCLUDING ALL);
    CREATE TABLE bench.payload (LIKE es.payload INCLUDING ALL)`);
  let position = 0;
  const insert = async (): Promise<void> => {
    const rows = Array.from({ length: GROUP }, () => ({
      stream: `consent-${randomUUID()}`,
      event: events(1)[0],
    }));
    const json = rows.map(
      ({ event }) => [JSON.stringify(event.data), JSON.stringify(event.metadata)] as const,
    );
    const positions = rows.map(() => (position += 1));
    await owner.query('BEGIN');
    await owner.query({
      name: 'bench-index',
      text: `INSERT INTO bench.event_index (position, event_id, stream, revision, type, bytes, recorded_at)
             SELECT position, event_id, stream, 0, type, bytes, clock_timestamp()
             FROM unnest($1::bigint[], $2::uuid[], $3::text[], $4::text[], $5::int[])
               AS o(position, event_id, stream, type, bytes)`,
      values: [
        positions,
        rows.map(({ event }) => event.id),
        rows.map(({ stream }) => stream),
        rows.map(({ event }) => event.type),
        json.map(([data, metadata]) => data.length + metadata.length),
      ],
    });
    await owner.query({
      name: 'bench-payload',
      text: 'INSERT INTO bench.payload SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[])',
      values: [positions, json.map(([data]) => data), json.map(([, metadata]) => metadata)],
    });
    await owner.query('COMMIT');
  };
  const results = await interleaved(ROUNDS, {
    adapter: () =>
      paced(
        async () => {
          await store.append(`consent-${randomUUID()}`, { kind: 'noStream' }, events(1));
        },
        GROUP * GROUPS,
        GROUP,
      ),
    insert: async () => {
      const begun = performance.now();
      for (let group = 0; group < GROUPS; group += 1) await insert();
      return (GROUP * GROUPS) / ((performance.now() - begun) / 1_000);
    },
  });
  const [ours, theirs] = [summary(results.adapter), summary(results.insert)];
  report(
    `p · the group commit, ${String(GROUP)} appends in flight, against inserts of ${String(GROUP)} rows`,
    [line('appends', ours, 'events/s'), line('multi-row insert', theirs, 'events/s')],
    `Ratio ${(ours.median / theirs.median).toFixed(2)} (goal ≥ 0.70).`,
  );
  await owner.end();
  await store.shutdown();
  await dataSource.destroy();
  await databases.stop();
}

/** New events of about 570 bytes each. */
function events(count: number): NonEmpty<NewEvent> {
  const subjectId = randomUUID();
  const data: Json = {
    actId: randomUUID(),
    subjectId,
    purposeId: 'all',
    channel: 'email',
    source: { kind: 'web-form' },
  };
  const one = (): NewEvent =>
    recorded('consent', 'ConsentWithdrawn', data, subjectId, new Date().toISOString());
  return [one(), ...Array.from({ length: count - 1 }, one)];
}

async function paced(run: () => Promise<void>, total = APPENDS, inFlight = IN_FLIGHT): Promise<number> {
  let left = total;
  const begun = performance.now();
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await run();
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return total / ((performance.now() - begun) / 1_000);
}

async function perSecond(work: () => Promise<number>): Promise<number> {
  const begun = performance.now();
  const count = await work();
  return count / ((performance.now() - begun) / 1_000);
}

async function countOf(items: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of items) count += 1;
  return count;
}

async function follow(
  store: PostgresEventStore | Awaited<ReturnType<typeof openEventStoreDb>>,
): Promise<number> {
  const end = new AbortController();
  let count = 0;
  for await (const item of store.subscribe({ after: 'start', signal: end.signal })) {
    if (isCaughtUp(item)) break;
    count += 1;
  }
  end.abort();
  return count;
}

function followBare(client: EventStoreDBClient): Promise<number> {
  const subscription = client.subscribeToAll({ fromPosition: START });
  let count = 0;
  return new Promise((resolve, reject) => {
    subscription.on('error', reject);
    subscription.on('data', ({ event }) => {
      if (event !== undefined && !event.streamId.startsWith('$') && !event.type.startsWith('$')) count += 1;
    });
    subscription.on('caughtUp', () => {
      subscription.unsubscribe().then(() => resolve(count), reject);
    });
  });
}

/** The classic append path needs credentials on each call; without TLS they are not sent. */
function credentialsOf(url: string): { username: string; password: string } {
  const [, username = 'nobody', password = 'nobody'] = /^[a-z+]+:\/\/([^:@/]+):([^@/]+)@/.exec(url) ?? [];
  return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
}
