import { Inject, Injectable } from '@nestjs/common';
import type { EventCodec, EventStore, LedgerEvent, StreamName } from '#event-store';
import type { Decider, Message } from '#kernel';
import { CODEC, EVENT_STORE } from '../nest/tokens.js';

/** Streams read at the same time by {@link LedgerReader.many}. */
const PARALLEL_READS = 16;

/** Reads streams as decoded events: how a context learns the facts of another one. Throws `UndecodableEvent`, `Unavailable`. */
@Injectable()
export class LedgerReader {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CODEC) private readonly codec: EventCodec,
  ) {}

  /** A stream from its start, oldest first, up to and including a revision; empty if it is absent. */
  async history(stream: StreamName, options: { readonly upTo?: bigint } = {}): Promise<LedgerEvent[]> {
    const { upTo } = options;
    const limit = upTo === undefined ? {} : { limit: Number(upTo) + 1 };
    const events: LedgerEvent[] = [];
    for await (const stored of this.store.read(stream, limit)) events.push(this.codec.decode(stored));
    return events;
  }

  /** Whether anything stands in a stream; nothing is decoded for it. */
  async exists(stream: StreamName): Promise<boolean> {
    for await (const _ of this.store.read(stream, { limit: 1 })) return true;
    return false;
  }

  /** The state that a decider (or any other fold) sees now, and the revision it was folded to (`undefined`: absent). */
  async fold<E extends Message, S>(
    view: Pick<Decider<never, E, S>, 'initialState' | 'evolve'>,
    stream: StreamName,
  ): Promise<{ readonly state: S; readonly revision: bigint | undefined }> {
    let state = view.initialState;
    let revision: bigint | undefined;
    for await (const stored of this.store.read(stream)) {
      state = view.evolve(state, this.codec.decode(stored) as Message as E);
      revision = stored.revision;
    }
    return { state, revision };
  }

  /** The histories of several streams, in the order asked. */
  async many(streams: readonly StreamName[]): Promise<LedgerEvent[][]> {
    const histories: LedgerEvent[][] = [];
    for (let start = 0; start < streams.length; start += PARALLEL_READS) {
      const part = streams.slice(start, start + PARALLEL_READS);
      histories.push(...(await Promise.all(part.map((stream) => this.history(stream)))));
    }
    return histories;
  }
}
