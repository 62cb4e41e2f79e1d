import { Inject, Injectable, Optional } from '@nestjs/common';
import { streamEndsSql, type EventStore, type StreamName } from '#event-store';
import { EVENT_STORE, EVENTS_IN_LEDGER } from '../nest/tokens.js';

/** Where streams end: their newest revisions, without those that are absent or closed. */
export type Ends = ReadonlyMap<StreamName, bigint>;

/** Tells where streams end now: whoever kept what a stream said knows by it whether the stream has gone on. */
@Injectable()
export class StreamEnds {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Optional() @Inject(EVENTS_IN_LEDGER) private readonly areInLedger = false,
  ) {}

  /**
   * The same as a part of a statement on the ledger database, where the events are there too: then no second round trip
   * is needed. `undefined`: they are elsewhere. `streams`: an expression of type `text[]`.
   */
  sql(streams: string): string | undefined {
    return this.areInLedger ? streamEndsSql(streams) : undefined;
  }

  /** Asks the store. Throws `Unavailable`. */
  async of(streams: readonly StreamName[]): Promise<Ends> {
    const ends = new Map<StreamName, bigint>();
    const asked = [...new Set(streams)].map(async (stream) => {
      for await (const { revision } of this.store.read(stream, { backwards: true, limit: 1 })) {
        ends.set(stream, revision);
      }
    });
    await Promise.all(asked);
    return ends;
  }
}
