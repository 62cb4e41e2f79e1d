import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Unavailable, type InMemoryEventStore, type LedgerEvent } from '#event-store';
import type { Uuid } from '#kernel';
import { StoredCheckpoints } from '../projection/checkpoint-reader.js';
import { LedgerFeed } from '../projection/ledger-feed.js';
import { NoSuchProjection, ProjectionControl } from '../projection/projection-control.js';
import {
  append,
  openToyDatabase,
  openToyLedger,
  points,
  toyCodec,
  toyEvent,
  until,
  type ToyDatabase,
} from '../projection/toy.harness.js';
import { ReactorRunner } from './reactor-runner.js';

// Goal: a reactor acts on every event at least once and in order, never runs ahead of an unacknowledged command, and
// one event that it cannot act on stops its subject only. Method: a reactor that notes what it is asked, fails where
// it is told to, and is killed between acting and its checkpoint.

const NAME = 'reactor.bell';
let database: ToyDatabase;
let control: ProjectionControl;
let checkpoints: StoredCheckpoints;
let store: InMemoryEventStore;
let acts: { subject: Uuid; points: number }[];
let react: (event: LedgerEvent) => Promise<void>;
const feeds: LedgerFeed[] = [];

beforeAll(async () => {
  database = await openToyDatabase();
  control = new ProjectionControl(database.pool);
  checkpoints = new StoredCheckpoints(database.pool);
});
afterAll(() => database.drop());
beforeEach(async () => {
  store = await openToyLedger(randomUUID());
  acts = [];
  react = async (event) => {
    const { subjectId, points: amount } = event.data as { subjectId: Uuid; points: number };
    acts.push({ subject: subjectId, points: amount });
  };
});
afterEach(async () => {
  for (const feed of feeds.splice(0)) await feed.stop();
  await database.pool.query('TRUNCATE ops.checkpoint, ops.parked');
});

function start(): LedgerFeed {
  const feed = new LedgerFeed({ store, pool: database.pool, tickMs: 10, maxBackOffMs: 20 });
  const reactor = { name: 'bell', handles: ['PointsAdded'], react: (event: LedgerEvent) => react(event) };
  new ReactorRunner({ feed, codec: toyCodec, reactors: [reactor] });
  feed.start();
  feeds.push(feed);
  return feed;
}

const add = (person: Uuid, amount: number): Promise<void> =>
  append(store, `points-${person}`, points(person, amount));

async function followed(): Promise<void> {
  const head = await store.head();
  expect(await checkpoints.waitFor(NAME, head!, 120_000)).toBe(true);
}

describe('a reactor', () => {
  it('acts on every event in order, from the first one of the ledger', async () => {
    const anna = randomUUID();
    await add(anna, 1);
    await add(anna, 2);
    start();
    await add(anna, 3);
    await followed();
    expect(acts.map((act) => act.points)).toEqual([1, 2, 3]);
    await expect(control.requestRebuild(NAME)).rejects.toBeInstanceOf(NoSuchProjection);
  });

  it('acts again on what was not acknowledged before its checkpoint, and only on that', async () => {
    const anna = randomUUID();
    for (let i = 1; i <= 6; i += 1) await add(anna, i);
    const sound = react;
    let outages = 0;
    react = async (event) => {
      await sound(event);
      const isFourth = (event.data as { points: number }).points === 4;
      if (isFourth && outages < 3) {
        outages += 1;
        throw new Unavailable('unknown');
      }
    };
    start();
    await followed();
    expect(acts.map((act) => act.points)).toEqual([1, 2, 3, 4, 4, 4, 4, 5, 6]);
    expect(await control.parked(NAME)).toEqual([]);
  });

  it('does not move its checkpoint while its command is under way', async () => {
    const anna = randomUUID();
    await add(anna, 1);
    let acknowledge = (): void => undefined;
    const answer = new Promise<void>((resolve) => (acknowledge = resolve));
    let asked = false;
    react = async () => {
      asked = true;
      await answer;
    };
    start();
    await until(() => asked, 'it is asked');
    expect(await checkpoints.waitFor(NAME, (await store.head())!, 50)).toBe(false);
    acknowledge();
    await followed();
  });

  it('parks an event that it cannot act on, with the later ones of that subject, and acts on the others', async () => {
    const [anna, bert] = [randomUUID(), randomUUID()];
    const sound = react;
    let isRepaired = false;
    react = async (event) => {
      if ((event.data as { points: number }).points === 13 && !isRepaired)
        throw new TypeError('secret of Anna');
      await sound(event);
    };
    start();
    await add(anna, 13);
    await add(bert, 1);
    await add(anna, 2);
    await append(store, `points-${bert}`, toyEvent('PointsHalved', {}, [bert]));
    await add(bert, 3);
    await followed();
    expect(acts).toEqual([{ subject: bert, points: 1 }]);
    const parked = await control.parked(NAME);
    expect(parked.map(({ reason }) => reason)).toEqual([
      'TypeError',
      'waits behind a parked event of the same subject',
      'unknown-type',
      'waits behind a parked event of the same subject',
    ]);

    isRepaired = true;
    expect(await control.retryParked(NAME, parked[0]!.eventId, 120_000)).toBe(true);
    expect(acts.slice(1)).toEqual([
      { subject: anna, points: 13 },
      { subject: anna, points: 2 },
    ]);
    expect(await control.parkedAmong(NAME, [anna, bert])).toEqual(new Set([bert]));
  });
});
