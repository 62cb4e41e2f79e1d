import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import type { EventMetadata } from '#kernel';
import { AuditCopy, PG_POOL } from '#runtime';
import { untoldCategories } from '../domain/change.js';

/** Entries that one page looks at: with a rare type a page may hold nothing and yet go on. */
const WINDOW = 5_000n;
const POLL_MS = 200;

/** An entry of the audit copy as the feed hands it on. */
export interface FeedEntry {
  /** Its place in the ledger. */
  readonly index: bigint;
  readonly eventId: string;
  readonly type: string;
  readonly stream: string;
  readonly revision: number;
  /** Absent: the event could not be put into canonical form; only its hash is kept. */
  readonly event?: { readonly data: unknown; readonly meta: EventMetadata };
}

/** Which part of the feed. */
export interface FeedWanted {
  /** Entries after this index; -1: from the first one on. */
  readonly after: bigint;
  /** Event types; every one that is told if absent. */
  readonly types?: readonly string[];
  readonly limit: number;
}

/** A part of the feed. */
export interface FeedPage {
  readonly entries: readonly FeedEntry[];
  /** Where the next page begins: the last index that was looked at. */
  readonly last: bigint;
  /** Nothing follows yet. */
  readonly isAtEnd: boolean;
}

/** Type of an entry: canonical JSON sorts its members, so `type` and `v` come last. */
const TYPE = `substring(right(entry, 200) from '"type":"([A-Za-z]+)","v":1}$')`;

/**
 * The ordered change feed: entries of the audit copy in the ledger's own order, without sealed values, looks at people
 * and the suppression list. The copy has one writer and a dense index, so nothing is ever inserted before what was read.
 */
@Injectable()
export class ChangeFeed {
  private polling: Promise<bigint> | undefined;

  constructor(
    private readonly copy: AuditCopy,
    @Inject(PG_POOL) private readonly pool: Pool,
  ) {}

  /** The last index of the ledger as far as it is copied; -1: there is none. */
  async end(): Promise<bigint> {
    return (await this.copy.size()) - 1n;
  }

  /** The entries after an index, at most `limit` and at most so many looked at. */
  async page({ after, types, limit }: FeedWanted): Promise<FeedPage> {
    const end = await this.end();
    const until = after + WINDOW < end ? after + WINDOW : end;
    const { rows } = await this.pool.query<{ idx: string; entry: string }>({
      name: types === undefined ? 'change-feed' : 'change-feed-of-types',
      text: `SELECT idx, entry FROM audit.entry
             WHERE idx > $1 AND idx <= $2 AND split_part(stream, '-', 1) <> ALL ($3)
               ${types === undefined ? '' : `AND ${TYPE} = ANY ($5)`}
             ORDER BY idx LIMIT $4`,
      values: [after, until, untoldCategories, limit, ...(types === undefined ? [] : [types])],
    });
    const entries = rows.map(({ idx, entry }) => feedEntry(BigInt(idx), entry));
    const full = entries.length === limit ? entries.at(-1)?.index : undefined;
    const last = full ?? (until > after ? until : after);
    return { entries, last, isAtEnd: last >= end };
  }

  /**
   * The next entries; where there are none yet, waits for them as long as `waitMs`, or until nobody listens any more.
   */
  async next(wanted: FeedWanted, waitMs: number, isOver: () => boolean): Promise<FeedPage> {
    const deadline = performance.now() + waitMs;
    for (let { after } = wanted; ;) {
      const page = await this.page({ ...wanted, after });
      if (page.entries.length > 0 || !page.isAtEnd) return page;
      while ((await this.polledEnd(deadline, isOver)) <= page.last) {
        if (performance.now() >= deadline || isOver()) return page;
      }
      after = page.last;
    }
  }

  /** However many wait, one query at a time asks for the end. */
  private async polledEnd(deadline: number, isOver: () => boolean): Promise<bigint> {
    if (performance.now() >= deadline || isOver()) return -1n;
    this.polling ??= sleep(POLL_MS)
      .then(() => this.end())
      .finally(() => (this.polling = undefined));
    return this.polling;
  }
}

function feedEntry(index: bigint, entry: string): FeedEntry {
  const { id, type, stream, rev, data, meta } = JSON.parse(entry) as {
    readonly id: string;
    readonly type: string;
    readonly stream: string;
    readonly rev: number;
    readonly data?: unknown;
    readonly meta?: EventMetadata;
  };
  const common = { index, eventId: id, type, stream, revision: rev };
  return meta === undefined ? common : { ...common, event: { data, meta } };
}
