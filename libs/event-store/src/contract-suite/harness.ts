import type { EventStore, EventStoreErasure } from '../port.js';

/** One empty event store and what a specification needs around it. */
export interface Harness {
  readonly store: EventStore;
  /** The same store with the credentials that may close a stream. */
  readonly eraser: EventStoreErasure;
  /**
   * The store looks for known ids only at the place of the append, not in the whole store (EventStoreDB). Ids bind
   * stream and index, so nobody who makes them as the ledger does can tell the difference.
   */
  readonly findsIdsByPlace?: true;
  /** Another client of the same store, as a second process would have it. */
  openAnother(): Promise<EventStore>;
  /** Writes an event of the store itself, one whose stream or type begins with `$`. */
  writeSystemEvent(): Promise<void>;
  /** Connections (or calls) that all clients hold at the server now; constant 0 where there is none. */
  openConnections(): Promise<number>;
  /** Closes every client and removes the store. */
  close(): Promise<void>;
}

/** A line between a client and the store that fails on demand (`FaultProxy` of the testing library is one). */
export interface FaultyLine {
  readonly bytesDown: number;
  cut(): void;
  cutAtNextRequest(): void;
  cutAtNextReply(): void;
  refuse(): Promise<void>;
  accept(): Promise<void>;
  silence(): void;
  resume(): void;
  abandon(): void;
  drip(drip: { readonly bytes: number; readonly everyMs: number } | undefined): void;
}

/** A store that is a server of its own, so that the way to it can fail. */
export interface FaultyHarness extends Harness {
  readonly line: FaultyLine;
  /** A client that reaches the store through the line, with a short time limit of its own for every call. */
  openThroughLine(timeoutMs: number): Promise<EventStore>;
}

/** Gives the harness that the chapter's `beforeAll` opened. */
export type Current<H extends Harness = Harness> = () => H;
