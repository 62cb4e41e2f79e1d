import { Inject, Injectable } from '@nestjs/common';
import { inTurns } from '#contacts';
import { UndecodableEvent, type EventStore } from '#event-store';
import { isUuid } from '#kernel';
import { purposeStream, type RegisterEvent } from '#register/contract';
import { AuditCopy, EVENT_STORE, LedgerReader } from '#runtime';

/** What a purpose's stream holds; `undefined`: an event of it cannot be read, so nothing may rest on it. */
export type PurposeHistory = readonly RegisterEvent[] | undefined;

/** Purposes by id, as far as they were asked for. */
export type PurposeHistories = ReadonlyMap<string, PurposeHistory>;

interface Cached {
  readonly revision: bigint;
  readonly history: PurposeHistory;
}

const PARALLEL_READS = 16;
const MAX_CACHED = 1000;

/**
 * Reads purposes from their own streams. A history is kept and used again only while its stream still ends at the same
 * revision, so a purpose that was revised a moment ago is seen.
 */
@Injectable()
export class GatePurposes {
  readonly #cached = new Map<string, Cached>();

  constructor(
    private readonly reader: LedgerReader,
    private readonly copy: AuditCopy,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  /** What these purposes are by everything known today. Throws `Unavailable`. */
  async now(purposeIds: readonly string[]): Promise<PurposeHistories> {
    const ids = askable(purposeIds);
    const found = await inTurns(ids, PARALLEL_READS, (id) => this.newest(id));
    return new Map(ids.map((id, index) => [id, found[index]]));
  }

  /** The same as it was known when the ledger's last entry was `index`; `undefined`: it had none. */
  async knownAt(purposeIds: readonly string[], index: bigint | undefined): Promise<PurposeHistories> {
    const ids = askable(purposeIds);
    if (index === undefined) return new Map(ids.map((id) => [id, []]));
    const ends = await this.copy.revisionsAt(ids.map(purposeStream), index);
    const found = await inTurns(ids, PARALLEL_READS, async (id) => {
      const upTo = ends.get(purposeStream(id));
      return upTo === undefined ? [] : this.read(id, upTo);
    });
    return new Map(ids.map((id, place) => [id, found[place]]));
  }

  private async newest(purposeId: string): Promise<PurposeHistory> {
    const stream = purposeStream(purposeId);
    let end: bigint | undefined;
    for await (const { revision } of this.store.read(stream, { backwards: true, limit: 1 })) end = revision;
    if (end === undefined) return [];
    const cached = this.#cached.get(purposeId);
    if (cached?.revision === end) return cached.history;
    const history = await this.read(purposeId, end);
    if (this.#cached.size >= MAX_CACHED) this.#cached.clear();
    this.#cached.set(purposeId, { revision: end, history });
    return history;
  }

  private async read(purposeId: string, upTo: bigint): Promise<PurposeHistory> {
    try {
      const history = await this.reader.history(purposeStream(purposeId), { upTo });
      return history as readonly object[] as readonly RegisterEvent[];
    } catch (error) {
      if (error instanceof UndecodableEvent) return undefined;
      throw error;
    }
  }
}

function askable(purposeIds: readonly string[]): readonly string[] {
  return [...new Set(purposeIds)].filter(isUuid);
}
