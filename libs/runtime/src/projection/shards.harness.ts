import pg from 'pg';
import type { DataSource } from 'typeorm';
import fc from 'fast-check';
import type { EventStore, NewEvent } from '#event-store';
import type { Uuid } from '#kernel';
import type { FaultHook } from './fault-points.js';
import { LedgerFeed } from './ledger-feed.js';
import { ProjectionRunner } from './projection-runner.js';
import type { Projection, RowChange } from './projection.js';
import { hashOf } from './table-hash.js';
import {
  AdditionEntity,
  append,
  pointsProjection,
  toyCodec,
  toyEvent,
  toyMetadata,
  until,
  type ToyDatabase,
} from './toy.harness.js';

/** Values that are no points: the projection throws, one person's row throws, PostgreSQL refuses one person's row. */
export const BAD = { event: 13, row: 12, values: 14 } as const;

/** Points of several people per event: what one event says of each of them are rows of their own. */
export function sharedPoints(version = 1, extra: Partial<Projection> = {}): Projection {
  const single = pointsProjection(version);
  return {
    ...single,
    sharding: 'by-subject',
    handles: ['PointsAdded', 'PointsLost', 'RulePublished'],
    project: (event) => {
      if (event.type === 'RulePublished') return [];
      const { subjectId, points } = event.data as { subjectId: Uuid; points?: number };
      return event.metadata.sub.flatMap((person): readonly RowChange[] => {
        // Only the person who is named first has the bad value.
        const own = person === subjectId || (points ?? 0) < BAD.row ? points : 1;
        const changes = single.project({
          ...event,
          data: { ...(event.data as object), subjectId: person, points: own },
        });
        return changes
          .map((change) => (own === BAD.row ? failing(change) : change))
          .map(perStream(event.stream));
      });
    },
    ...extra,
  };
}

function failing(change: RowChange): RowChange {
  return {
    ...change,
    evolve: () => {
      throw new Error('Twelve is not a number of points');
    },
  };
}

/** Revisions are those of a stream, which several people share: the tag tells the streams apart. */
function perStream(stream: string): (change: RowChange) => RowChange {
  return (change) => {
    if (change.entity !== AdditionEntity) return change;
    const stripe = BigInt(Number.parseInt(stream.slice(-4), 16)) * 1_000_000n;
    return { ...change, key: { ...change.key, revision: stripe + (change.key['revision'] as bigint) } };
  };
}

/** An event of a random history. */
export interface Step {
  readonly kind: 'points' | 'lost' | 'rule' | 'bell' | 'unknown-type' | 'unknown-version' | 'untold';
  readonly who: number;
  /** Further people. */
  readonly others: readonly number[];
  readonly points: number;
}

/** Steps about so many people; some of them poison. */
export function steps(people: number): fc.Arbitrary<Step> {
  const person = fc.nat(people - 1);
  return fc.record({
    kind: fc.oneof(
      { weight: 20, arbitrary: fc.constant<Step['kind']>('points') },
      { weight: 2, arbitrary: fc.constant<Step['kind']>('lost') },
      fc.constantFrom<Step['kind'][]>('rule', 'bell', 'unknown-type', 'unknown-version', 'untold'),
    ),
    who: person,
    others: fc.uniqueArray(person, { maxLength: 2 }),
    points: fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 1, max: 9 }) }, fc.constantFrom(12, 13, 14)),
  });
}

/** Appends the event of a step. */
export async function take(store: EventStore, people: readonly Uuid[], step: Step): Promise<void> {
  const who = people[step.who] ?? '';
  const sub = [...new Set([step.who, ...step.others])].map((one) => people[one] ?? '');
  const stream = `points-${who}`;
  switch (step.kind) {
    case 'rule':
      return append(store, `rule-${who}`, toyEvent('RulePublished', { text: 'x' }));
    case 'bell':
      return append(store, `bell-${who}`, toyEvent('BellRung', {}, sub));
    default:
      return append(store, stream, eventOf(step, who, sub));
  }
}

function eventOf({ kind, points }: Step, who: Uuid, sub: readonly Uuid[]): NewEvent {
  if (kind === 'lost') return toyEvent('PointsLost', { subjectId: who }, sub);
  if (kind === 'unknown-type') return toyEvent('PointsDoubled', {}, sub);
  const event = toyEvent('PointsAdded', { subjectId: who, points }, sub);
  if (kind === 'unknown-version') return { ...event, metadata: toyMetadata('toy.PointsAdded/9', sub) };
  return kind === 'untold' ? { ...event, metadata: {} } : event;
}

/** What can be told from outside of a projection that has done everything. */
export interface Outcome {
  readonly hash: string;
  /** Who is held back. */
  readonly held: readonly string[];
}

/** A process that follows the log, with connections of its own. */
export interface FollowingProcess {
  readonly runner: ProjectionRunner;
  readonly feed: LedgerFeed;
  /** Lets go of everything in good order. */
  stop(): Promise<void>;
  /** Ends the session of its locks, as PostgreSQL does with a process that has been silent for too long. */
  loseLocks(): Promise<void>;
  /** Ends its connections as the end of its machine would; nothing of it writes any more. */
  kill(): Promise<void>;
}

/** What a process of a test is told. */
export interface ProcessOptions {
  readonly shards: number;
  readonly batchSize?: number;
  readonly fault?: FaultHook;
  readonly leaseMs?: number;
  readonly projection?: Projection;
  readonly dataSource?: DataSource;
}

/** Starts a process over the toy database. */
export function startProcess(
  database: ToyDatabase,
  store: EventStore,
  options: ProcessOptions,
): FollowingProcess {
  const { shards, batchSize = 500, fault = () => undefined, leaseMs = 5_000 } = options;
  const { projection = sharedPoints(), dataSource = database.dataSource } = options;
  const name = `process-${String((count += 1))}`;
  const pool = new pg.Pool({ connectionString: database.url, max: 20, application_name: name });
  pool.on('error', () => undefined);
  let isDead = false;
  const mortal: FaultHook = (point) => {
    if (isDead) throw new Error('killed');
    return fault(point);
  };
  const feed = new LedgerFeed({ store, pool, tickMs: 15, maxBackOffMs: 40, leaseMs });
  const projections = [projection];
  const runner = new ProjectionRunner({
    ...{ feed, codec: toyCodec, dataSource, projections, batchSize, shards },
    fault: mortal,
  });
  feed.start();
  const stop = async (): Promise<void> => {
    await feed.stop();
    await pool.end();
  };
  const kill = async (): Promise<void> => {
    isDead = true;
    await database.pool.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1',
      [name],
    );
    await stop();
  };
  const loseLocks = async (): Promise<void> => {
    const { rowCount } = await database.pool.query(
      `SELECT pg_terminate_backend(pid) FROM (
         SELECT DISTINCT pid FROM pg_locks JOIN pg_stat_activity USING (pid)
         WHERE locktype = 'advisory' AND application_name = $1) AS session`,
      [name],
    );
    if (rowCount !== 1) throw new Error('It has not one session of locks');
  };
  return { runner, feed, stop, loseLocks, kill };
}
let count = 0;

/** Waits until the live build of the toy projection has passed everything in the store, and tells what it holds. */
export async function outcomeOf({ pool }: ToyDatabase, store: EventStore): Promise<Outcome> {
  const head = await store.head();
  await until(async () => {
    const { rows } = await pool.query<{ position: string | null }>(
      `SELECT position FROM ops.checkpoint WHERE projection = 'points' AND build = 'live'`,
    );
    return rows.length > 0 && rows.every(({ position }) => position === head);
  }, 'every shard has done everything');
  const { rows } = await pool.query<{ subject: string }>(
    `SELECT DISTINCT unnest(subjects) AS subject FROM ops.parked WHERE build = 'live' ORDER BY 1`,
  );
  return { hash: (await hashOf(pool, 'rm_points')).hash, held: rows.map(({ subject }) => subject) };
}

/** Forgets every read model. */
export async function forget({ pool }: ToyDatabase): Promise<void> {
  await pool.query(`DROP SCHEMA IF EXISTS rm_points CASCADE; DROP SCHEMA IF EXISTS rm_points_next CASCADE;
                    TRUNCATE ops.checkpoint, ops.parked, ops.rebuild`);
}
