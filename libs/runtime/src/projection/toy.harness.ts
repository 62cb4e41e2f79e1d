import { randomUUID } from 'node:crypto';
import { Type } from 'typebox';
import { Column, DataSource, Entity, Index, PrimaryColumn } from 'typeorm';
import {
  createCodec,
  InMemoryEventStore,
  type EventStore,
  type LedgerEvent,
  type NewEvent,
} from '#event-store';
import { declareEvents, Strict, UuidShape } from '#event-store/contract';
import { eventId, NIL_UUID, sha256Hex, type Json, type Uuid } from '#kernel';
import { openTestDatabase, type TestDatabase } from '#testing';
import { auditMigrations } from '../audit/migrations.js';
import { ledgerEvents } from '../contract.js';
import { projectionMigrations } from './migrations.js';
import type { Projection, RowChange } from './projection.js';

/** Events of a toy context: people collect points; a shop publishes its rule. */
export const toyEvents = declareEvents('toy', {
  PointsAdded: {
    version: 1,
    category: 'points',
    meaning: 'Points were added to a person.',
    data: Strict({ subjectId: UuidShape, points: Type.Integer(), note: Type.Optional(Type.String()) }),
  },
  PointsLost: {
    version: 1,
    category: 'points',
    meaning: 'All points of a person are gone.',
    data: Strict({ subjectId: UuidShape }),
  },
  RulePublished: {
    version: 1,
    category: 'rule',
    meaning: 'The shop published a rule.',
    data: Strict({ text: Type.String() }),
  },
  BellRung: { version: 1, category: 'bell', meaning: 'Nobody reads it.', data: Strict({}) },
});

/** A codec that knows the toy events. */
export const toyCodec = createCodec({
  definitions: [...ledgerEvents.definitions, ...toyEvents.definitions],
  upcasters: [],
});

@Entity({ schema: 'rm_points', name: 'balance', comment: "People's points" })
export class BalanceEntity {
  @PrimaryColumn({ name: 'subject_id', type: 'uuid', comment: 'Whose points' })
  subjectId!: string;
  @Column({ name: 'points', type: 'bigint', comment: 'Sum so far' })
  points!: string;
  @Index('balance_last_at')
  @Column({ name: 'last_at', type: 'timestamptz', comment: 'When the last were added' })
  lastAt!: Date;
  @Column({ name: 'last_day', type: 'date', comment: 'The day of it' })
  lastDay!: string;
  @Column({ name: 'history', type: 'jsonb', comment: 'Every addition, in order' })
  history!: object;
  @Column({ name: 'note', type: 'text', nullable: true, comment: 'Last note' })
  note!: string | null;
}

@Entity({ schema: 'rm_points', name: 'addition', comment: 'Each addition' })
export class AdditionEntity {
  @PrimaryColumn({ name: 'subject_id', type: 'uuid', comment: 'Whose points' })
  subjectId!: string;
  @PrimaryColumn({ name: 'revision', type: 'bigint', comment: 'Revision of the stream' })
  revision!: string;
  @Column({ name: 'points', type: 'integer', comment: 'How many' })
  points!: number;
  @Index('addition_tag')
  @Column({
    name: 'tag',
    type: 'text',
    nullable: true,
    comment: 'Indexed, so that too long a text is refused',
  })
  tag!: string | null;
}

/** Longer than a row of an index may be, and hardly shorter when it is compressed. */
const TOO_LONG = Array.from({ length: 200 }, (_, i) => sha256Hex(String(i))).join('');

interface Added {
  readonly subjectId: Uuid;
  readonly points: number;
  readonly note?: string;
}

/** Points per person; `13` makes it throw, `14` gives the table a value that PostgreSQL refuses. */
export function pointsProjection(version = 1, extra: Partial<Projection> = {}): Projection {
  return {
    name: 'points',
    version,
    entities: [BalanceEntity, AdditionEntity],
    sharding: 'unsharded',
    handles: ['PointsAdded', 'PointsLost'],
    project: (event) => (event.type === 'PointsAdded' ? added(event) : lost(event)),
    ...extra,
  };
}

function added(event: LedgerEvent): RowChange[] {
  const { subjectId, points, note } = event.data as Added;
  if (points === 13) throw new Error('Thirteen is not a number of points');
  return [
    {
      entity: BalanceEntity,
      key: { subject_id: subjectId },
      evolve: (row) => ({
        subject_id: subjectId,
        points: ((row?.['points'] as bigint | undefined) ?? 0n) + BigInt(points),
        last_at: event.recordedAt,
        last_day: event.recordedAt.slice(0, 10),
        history: [
          ...((row?.['history'] as Json[] | undefined) ?? []),
          { points, at: event.revision.toString() },
        ],
        note: note ?? null,
      }),
    },
    {
      entity: AdditionEntity,
      key: { subject_id: subjectId, revision: event.revision },
      evolve: () => ({ points, tag: points === 14 ? TOO_LONG : null }),
    },
  ];
}

function lost(event: LedgerEvent): RowChange[] {
  const { subjectId } = event.data as Added;
  return [{ entity: BalanceEntity, key: { subject_id: subjectId }, evolve: () => undefined }];
}

/** Metadata as the write path makes it. */
export function toyMetadata(schema: string, sub: readonly Uuid[], ts = '2026-11-21T18:00:00.000Z'): Json {
  return {
    v: 1,
    schema,
    ts,
    actor: { k: 'service', ref: NIL_UUID },
    sub,
    req: `${NIL_UUID}/0`,
    $correlationId: NIL_UUID,
    src: 'toy/1',
  };
}

/** A new toy event. */
export function toyEvent(type: string, data: Json, sub: readonly Uuid[] = [], ts?: string): NewEvent {
  return {
    id: eventId(randomUUID(), 0, 'x', 0),
    type,
    data,
    metadata: toyMetadata(`toy.${type}/1`, sub, ts),
  };
}

/** Points for a person. */
export function points(subjectId: Uuid, amount: number, ts?: string): NewEvent {
  return toyEvent('PointsAdded', { subjectId, points: amount }, [subjectId], ts);
}

/** Appends at the end of a stream, whatever its revision. */
export async function append(
  store: EventStore,
  stream: string,
  ...events: [NewEvent, ...NewEvent[]]
): Promise<void> {
  let revision: bigint | undefined;
  for await (const event of store.read(stream, { backwards: true, limit: 1 })) revision = event.revision;
  await store.append(
    stream,
    revision === undefined ? { kind: 'noStream' } : { kind: 'revision', revision },
    events,
  );
}

/** A database with the readers' tables, and TypeORM over the toy entities. */
export interface ToyDatabase extends TestDatabase {
  readonly dataSource: DataSource;
}

export async function openToyDatabase(
  entities: readonly (new () => object)[] = [BalanceEntity, AdditionEntity],
): Promise<ToyDatabase> {
  const database = await openTestDatabase();
  const dataSource = await new DataSource({
    type: 'postgres',
    url: database.url,
    entities: [...entities],
    migrations: [...projectionMigrations, ...auditMigrations],
  }).initialize();
  await dataSource.runMigrations();
  return {
    ...database,
    dataSource,
    drop: async () => {
      await dataSource.destroy();
      await database.drop();
    },
  };
}

/** An in-memory store whose first event opens a ledger. */
export async function openToyLedger(ledgerId: Uuid): Promise<InMemoryEventStore> {
  const store = new InMemoryEventStore();
  await append(store, `ledger-${NIL_UUID}`, ledgerOpened(ledgerId));
  return store;
}

/** The first event of every ledger. */
export function ledgerOpened(ledgerId: Uuid): NewEvent {
  const formats = { event: 1, entry: 1, envelope: 1 };
  const data = { ledgerId, openedAt: '2026-11-21T18:00:00.000Z', formats };
  return {
    id: eventId(ledgerId, 0, 'ledger', 0),
    type: 'LedgerOpened',
    data,
    metadata: toyMetadata('ledger.LedgerOpened/1', []),
  };
}

/** Waits until a condition holds; fails after two minutes. */
export async function until(condition: () => Promise<boolean> | boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 12_000; tries += 1) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`It never came about that ${what}`);
}
