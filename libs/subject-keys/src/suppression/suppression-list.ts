import type { Day, Uuid } from '#kernel';
import type { KeyDatabase, Queryable } from '../database/key-database.js';
import { groupBy } from '../group-by.js';
import type { SuppressibleAddress, SuppressionFingerprint, SuppressionKeys } from './suppression-keys.js';

/** What is blocked: without purpose or channel, all of them. */
export interface SuppressionScope {
  readonly purposeId?: string;
  readonly channel?: string;
  readonly controllerId?: Uuid;
}

/** One suppression entry as the projection of `SuppressionEntered` writes it. */
export interface SuppressionEntry extends SuppressionFingerprint, SuppressionScope {
  readonly suppressionId: Uuid;
  /** Day on which it was entered: a consent of a later day is newer. */
  readonly enteredOn: Day;
  /** Day on which keeping it is reviewed; it never expires by itself. */
  readonly reviewOn?: Day;
}

/** An entry that blocks an address. */
export interface SuppressionMatch extends SuppressionScope {
  readonly suppressionId: Uuid;
  readonly enteredOn: Day;
  readonly reviewOn?: Day;
}

interface EntryRow {
  readonly suppression_id: Uuid;
  readonly hmac: Buffer;
  readonly purpose_id: string | null;
  readonly channel: string | null;
  readonly controller_id: Uuid | null;
  readonly entered_on: string;
  readonly review_on: string | null;
}

/** At most this many addresses in one look-up. */
export const MAX_SUPPRESSION_LOOK_UP = 500;

/** The table that blocks: a projection of the suppression streams, and good for nothing but blocking. */
export class SuppressionList {
  constructor(
    private readonly db: KeyDatabase,
    private readonly keys: SuppressionKeys,
  ) {}

  /** Writes an entry. Idempotent: the newest word on a suppression id counts. */
  async put(entry: SuppressionEntry): Promise<void> {
    await putInto(this.db, entry);
  }

  /** Takes an entry out, after its review or when it was entered by mistake. */
  async remove(suppressionId: Uuid): Promise<void> {
    await this.db.query('DELETE FROM ks.suppression_entry WHERE suppression_id = $1', [suppressionId]);
  }

  /** For each address, in order, every entry that blocks it. One query; at most 500 addresses, else `RangeError`. */
  async matching(addresses: readonly SuppressibleAddress[]): Promise<SuppressionMatch[][]> {
    if (addresses.length > MAX_SUPPRESSION_LOOK_UP) throw new RangeError('Too many addresses in one look-up');
    const wanted = await Promise.all(addresses.map((address) => this.keys.fingerprint(address)));
    const rows = await this.db.query<EntryRow>(
      `SELECT suppression_id, hmac, purpose_id, channel, controller_id, entered_on::text AS entered_on,
              review_on::text AS review_on
         FROM ks.suppression_entry WHERE hmac = ANY($1) ORDER BY suppression_id`,
      [wanted.flat().map(({ hmac }) => hmac)],
    );
    const found = groupBy(rows, ({ hmac }) => hmac.toString('hex'));
    return wanted.map((fingerprints) =>
      fingerprints.flatMap(({ hmac }) => found.get(hmac.toString('hex')) ?? []).map(matchOf),
    );
  }

  /** How many entries block. */
  async count(): Promise<number> {
    const [row] = await this.db.query<{ entries: number }>(
      'SELECT count(*)::integer AS entries FROM ks.suppression_entry',
    );
    return row?.entries ?? 0;
  }

  /** Builds the list anew from its streams, in one transaction: readers see the old list or the new one. */
  async rebuild(entries: Iterable<SuppressionEntry>): Promise<void> {
    const all = [...entries];
    await this.db.transaction(async (tx) => {
      await tx.query('DELETE FROM ks.suppression_entry');
      for (const entry of all) await putInto(tx, entry);
    });
  }
}

async function putInto(db: Queryable, entry: SuppressionEntry): Promise<void> {
  await db.query(
    `INSERT INTO ks.suppression_entry
       (suppression_id, hmac, version, purpose_id, channel, controller_id, review_on, entered_on)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (suppression_id) DO UPDATE SET hmac = excluded.hmac, version = excluded.version,
       purpose_id = excluded.purpose_id, channel = excluded.channel, controller_id = excluded.controller_id,
       review_on = excluded.review_on, entered_on = excluded.entered_on`,
    [
      entry.suppressionId,
      entry.hmac,
      entry.version,
      entry.purposeId ?? null,
      entry.channel ?? null,
      entry.controllerId ?? null,
      entry.reviewOn ?? null,
      entry.enteredOn,
    ],
  );
}

function matchOf(row: EntryRow): SuppressionMatch {
  return {
    suppressionId: row.suppression_id,
    enteredOn: row.entered_on,
    ...(row.purpose_id === null ? {} : { purposeId: row.purpose_id }),
    ...(row.channel === null ? {} : { channel: row.channel }),
    ...(row.controller_id === null ? {} : { controllerId: row.controller_id }),
    ...(row.review_on === null ? {} : { reviewOn: row.review_on }),
  };
}
