import type { ClientBase, Pool } from 'pg';
import type { Position } from '#event-store';
import { isBefore, type Anchor, type Place } from './place.js';

/** `live` is what people read; `next` is built beside it and becomes live by a switch. */
export type Build = 'live' | 'next';

/** Another process has taken over, or a rebuild was switched to: nothing was written. */
export class LostOwnership extends Error {
  override readonly name = 'LostOwnership';
  constructor(readonly follower: string) {
    super(`${follower} has another owner now`);
  }
}

/** A checkpoint as it is stored. */
export interface StoredCheckpoint {
  readonly place: Place;
  /** Version of the projection that wrote the rows. */
  readonly version: number;
  /** Goes up with every take-over; a writer with an older one is refused. */
  readonly epoch: bigint;
}

type Queryable = Pool | ClientBase;

interface CheckpointRow {
  readonly version: number;
  readonly shard?: number;
  readonly shards?: number;
  readonly position: Position | null;
  readonly anchor_position: Position | null;
  readonly anchor_event_id: string | null;
  readonly anchor_stream: string | null;
  readonly anchor_revision: string | null;
  readonly owner_epoch: string;
  readonly events: string;
  readonly ids_xor: string;
  readonly seen: string;
}

/** The row that says how far one follower has come. It moves by compare-and-set on (position, owner epoch) only. */
export class CheckpointRecord {
  private readonly mine: string;

  constructor(
    readonly follower: string,
    readonly build: Build = 'live',
    /** The audit copy keeps its checkpoint in its own schema, which is backed up as a whole. */
    private readonly table: 'ops.checkpoint' | 'audit.checkpoint' = 'ops.checkpoint',
    /** Which shard's; the audit copy has none. */
    readonly shard = 0,
  ) {
    const ofShard = table === 'ops.checkpoint' ? ` AND shard = ${String(shard)}` : '';
    this.mine = `projection = $1 AND build = $2${ofShard}`;
  }

  /** The checkpoint as it stands; with `lock` nobody moves it before the transaction ends. */
  async read(db: Queryable, lock = false): Promise<StoredCheckpoint | undefined> {
    const { rows } = await db.query<CheckpointRow>(
      `SELECT * FROM ${this.table} WHERE ${this.mine}${lock ? ' FOR UPDATE' : ''}`,
      [this.follower, this.build],
    );
    return rows[0] && stored(rows[0]);
  }

  /** The checkpoint as it stands, with the number of shards of its build. */
  async readShard(db: Queryable, lock = false): Promise<ShardCheckpoint | undefined> {
    const { rows } = await db.query<CheckpointRow>(
      `SELECT * FROM ${this.table} WHERE ${this.mine}${lock ? ' FOR UPDATE' : ''}`,
      [this.follower, this.build],
    );
    return rows[0] && ofShard(rows[0]);
  }

  /** Creates the checkpoint at the start of the log; `false`: there is one already. */
  async create(db: Queryable, version: number): Promise<boolean> {
    const { rowCount } = await db.query(
      `INSERT INTO ${this.table} (projection, build, version) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
      [this.follower, this.build, version],
    );
    return rowCount === 1;
  }

  /** Makes the caller the owner if the rows are of this version; every earlier owner is refused from now on. */
  async takeOver(db: Queryable, version: number): Promise<StoredCheckpoint | undefined> {
    const { rows } = await db.query<CheckpointRow>(
      `UPDATE ${this.table} SET owner_epoch = owner_epoch + 1
       WHERE ${this.mine} AND version = $3 RETURNING *`,
      [this.follower, this.build, version],
    );
    return rows[0] && stored(rows[0]);
  }

  /** Moves the checkpoint. Throws {@link LostOwnership} if it is not where this owner left it. */
  async move(db: Queryable, epoch: bigint, from: Place, to: Place): Promise<void> {
    const { anchor } = to;
    const { rowCount } = await db.query({
      name: `move-${this.table}-${String(this.shard)}`,
      text: `UPDATE ${this.table} SET position = $5, anchor_position = $6, anchor_event_id = $7, anchor_stream = $8,
               anchor_revision = $9, events = $10, ids_xor = $11, seen = $12, moved_at = clock_timestamp()
             WHERE ${this.mine} AND owner_epoch = $3 AND position IS NOT DISTINCT FROM $4`,
      values: [
        ...[this.follower, this.build, epoch, from.position ?? null],
        ...[to.position, anchor?.position, anchor?.eventId, anchor?.stream, anchor?.revision],
        ...[to.events, to.idsXor, to.seen],
      ],
    });
    if (rowCount !== 1) throw new LostOwnership(this.follower);
  }

  /** Throws {@link LostOwnership} if another owner has taken over; with `lock` nobody does before the end. */
  async assertOwner(db: Queryable, epoch: bigint, lock = false): Promise<void> {
    const { rowCount } = await db.query({
      name: `owner-${this.table}-${String(this.shard)}${lock ? '-lock' : ''}`,
      text: `SELECT 1 FROM ${this.table} WHERE ${this.mine} AND owner_epoch = $3
             ${lock ? 'FOR UPDATE' : ''}`,
      values: [this.follower, this.build, epoch],
    });
    if (rowCount !== 1) throw new LostOwnership(this.follower);
  }
}

/** The checkpoint of one shard. */
export interface ShardCheckpoint extends StoredCheckpoint {
  readonly shard: number;
  /** How many shards the build has. */
  readonly shards: number;
}

/** The checkpoints of all shards of one build of a projection: there are all of them, or none. */
export class CheckpointSet {
  constructor(
    readonly projection: string,
    readonly build: Build,
  ) {}

  /** All of them in the order of the shards; with `lock` nobody moves one before the transaction ends. */
  async read(db: Queryable, lock = false): Promise<ShardCheckpoint[]> {
    const { rows } = await db.query<CheckpointRow>(
      `SELECT * FROM ops.checkpoint WHERE projection = $1 AND build = $2 ORDER BY shard${lock ? ' FOR UPDATE' : ''}`,
      [this.projection, this.build],
    );
    return rows.map(ofShard);
  }

  /** Creates them at the start of the log, inside the caller's transaction; `false`: there are some already. */
  async create(db: ClientBase, version: number, shards: number): Promise<boolean> {
    // The first one decides: whoever comes second, with another number of shards perhaps, waits for it and finds it.
    const insert = `INSERT INTO ops.checkpoint (projection, build, version, shards, shard)
      SELECT $1, $2, $3, $4, n FROM generate_series($5::integer, $6::integer) AS n ON CONFLICT DO NOTHING`;
    const values = [this.projection, this.build, version, shards];
    const { rowCount } = await db.query(insert, [...values, 0, 0]);
    if (rowCount === 1) await db.query(insert, [...values, 1, shards - 1]);
    return rowCount === 1;
  }
}

/** Where the reader stands that is furthest behind. */
export function lowestOf(checkpoints: readonly StoredCheckpoint[]): StoredCheckpoint | undefined {
  return checkpoints.reduce<StoredCheckpoint | undefined>(
    (low, one) => (low === undefined || isBefore(one.place.position, low.place.position) ? one : low),
    undefined,
  );
}

function ofShard(row: CheckpointRow): ShardCheckpoint {
  return { ...stored(row), shard: row.shard ?? 0, shards: row.shards ?? 1 };
}

function stored(row: CheckpointRow): StoredCheckpoint {
  return {
    version: row.version,
    epoch: BigInt(row.owner_epoch),
    place: {
      position: row.position ?? undefined,
      anchor: anchorOf(row),
      events: BigInt(row.events),
      idsXor: row.ids_xor,
      seen: BigInt(row.seen),
    },
  };
}

function anchorOf(row: CheckpointRow): Anchor | undefined {
  if (row.anchor_position === null) return undefined;
  return {
    position: row.anchor_position,
    eventId: row.anchor_event_id ?? '',
    stream: row.anchor_stream ?? '',
    revision: BigInt(row.anchor_revision ?? 0),
  };
}
