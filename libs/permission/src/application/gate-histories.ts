import { inTurns } from '#contacts';
import { UndecodableEvent, type EventStore, type StreamName } from '#event-store';
import { isUuid } from '#kernel';
import type { RegisterEvent } from '#register/contract';
import type { AuditCopy, Ends, LedgerReader } from '#runtime';

/** What a stream of the register holds; `undefined`: an event of it cannot be read, so nothing may rest on it. */
export type RegisterHistory = readonly RegisterEvent[] | undefined;

/** Histories by id, as far as they were asked for. */
export type RegisterHistories = ReadonlyMap<string, RegisterHistory>;

interface Cached {
  readonly revision: bigint;
  readonly history: RegisterHistory;
}

const PARALLEL_READS = 16;
const MAX_CACHED = 1000;

/**
 * Reads purposes or notices from their own streams. A history is kept and used again only while its stream still ends at
 * the same revision, so what was revised a moment ago is seen.
 */
export class GateHistories {
  readonly #cached = new Map<string, Cached>();

  constructor(
    private readonly streamOf: (id: string) => string,
    private readonly reader: LedgerReader,
    private readonly copy: AuditCopy,
    private readonly store: EventStore,
  ) {}

  /** The streams whose ends tell whether what is kept of these still holds. */
  streamsOf(wanted: readonly string[]): readonly StreamName[] {
    return askable(wanted).map((id) => this.streamOf(id));
  }

  /** What these are by everything known today. Throws `Unavailable`. */
  async now(wanted: readonly string[]): Promise<RegisterHistories> {
    const ids = askable(wanted);
    const found = await inTurns(ids, PARALLEL_READS, async (id) => this.upTo(id, await this.endOf(id)));
    return new Map(ids.map((id, index) => [id, found[index]]));
  }

  /** The same where the ends of {@link streamsOf} have just been read. Throws `Unavailable`. */
  async endingAt(wanted: readonly string[], ends: Ends): Promise<RegisterHistories> {
    const ids = askable(wanted);
    const found = await inTurns(ids, PARALLEL_READS, (id) => this.upTo(id, ends.get(this.streamOf(id))));
    return new Map(ids.map((id, index) => [id, found[index]]));
  }

  /** The same as it was known when the ledger's last entry was `index`; `undefined`: it had none. */
  async knownAt(wanted: readonly string[], index: bigint | undefined): Promise<RegisterHistories> {
    const ids = askable(wanted);
    if (index === undefined) return new Map(ids.map((id) => [id, []]));
    const ends = await this.copy.revisionsAt(
      ids.map((id) => this.streamOf(id)),
      index,
    );
    const found = await inTurns(ids, PARALLEL_READS, async (id) => {
      const upTo = ends.get(this.streamOf(id));
      return upTo === undefined ? [] : this.read(id, upTo);
    });
    return new Map(ids.map((id, place) => [id, found[place]]));
  }

  private async endOf(id: string): Promise<bigint | undefined> {
    const newest = this.store.read(this.streamOf(id), { backwards: true, limit: 1 });
    for await (const { revision } of newest) return revision;
    return undefined;
  }

  private async upTo(id: string, end: bigint | undefined): Promise<RegisterHistory> {
    if (end === undefined) return [];
    const cached = this.#cached.get(id);
    if (cached?.revision === end) return cached.history;
    const history = await this.read(id, end);
    if (this.#cached.size >= MAX_CACHED) this.#cached.clear();
    this.#cached.set(id, { revision: end, history });
    return history;
  }

  private async read(id: string, upTo: bigint): Promise<RegisterHistory> {
    try {
      const history = await this.reader.history(this.streamOf(id), { upTo });
      return history as readonly object[] as readonly RegisterEvent[];
    } catch (error) {
      if (error instanceof UndecodableEvent) return undefined;
      throw error;
    }
  }
}

function askable(wanted: readonly string[]): readonly string[] {
  return [...new Set(wanted)].filter(isUuid);
}
