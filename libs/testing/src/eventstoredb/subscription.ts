import { randomUUID } from 'node:crypto';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import type { EventLog } from './event-log.js';
import type { Outlet } from './outlet.js';
import type { ReadRequest } from './read-request.js';
import { refusals } from './refusal.js';
import type { StoredRecord } from './record.js';
import { eventOf } from './wire.js';

/** Events that a live subscription holds for a client that does not take them. */
const LIVE_BUFFER = 32;
/** How long a client may take nothing, with the buffer full, before it counts as too slow. */
const STALL_MS = 100;

/**
 * One subscription: history with back-pressure, the caught-up mark, then what is appended. A live client that takes
 * nothing while more than the buffer waits is thrown out.
 */
export class Subscription {
  #cursor: bigint;
  #isLive = false;
  #looked = 0;
  #wake: () => void = () => undefined;

  constructor(
    private readonly log: EventLog,
    private readonly request: ReadRequest,
    private readonly outlet: Outlet,
  ) {
    this.#cursor = firstPosition(log, request);
  }

  /** Runs until the client goes or the subscription is dropped. */
  async run(): Promise<void> {
    const unwatch = this.log.watch(() => {
      this.#wake();
      this.suspect();
    });
    try {
      const confirmation = new streamsPb.ReadResp.SubscriptionConfirmation().setSubscriptionId(randomUUID());
      await this.outlet.send(new streamsPb.ReadResp().setConfirmation(confirmation));
      while (!this.outlet.isOver) {
        const record = this.log.records[this.log.indexAt(this.#cursor)];
        if (record !== undefined) await this.#pass(record);
        else if (!this.#isLive && this.#mayCatchUp()) await this.#goLive();
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      unwatch();
    }
  }

  /** Ends a wait for new events, so that a subscription whose client has gone ends too. */
  wake(): void {
    this.#wake();
  }

  /** Throws the client out if it takes nothing for a while although more than the buffer waits. */
  suspect(): void {
    if (!this.#isTooFull()) return;
    const { sent } = this.outlet;
    const timer = setTimeout(() => {
      // What the client has taken meanwhile may still wait to be heard of.
      setImmediate(() => {
        if (this.#isTooFull() && this.outlet.sent === sent) this.outlet.refuse(refusals.tooSlow());
      });
    }, STALL_MS);
    timer.unref();
  }

  #isTooFull(): boolean {
    const waiting = this.log.records.length - this.log.indexAt(this.#cursor);
    return this.#isLive && this.outlet.isBlocked && waiting > LIVE_BUFFER;
  }

  async #pass(record: StoredRecord): Promise<void> {
    this.#cursor = record.position + 1n;
    if (this.#matches(record)) await this.outlet.sendEvent(eventOf(record));
    this.#looked += 1;
    const every = this.request.filter?.checkpointEvery;
    if (every !== undefined && this.#looked % every === 0) await this.#checkpoint(record.position);
  }

  #matches(record: StoredRecord): boolean {
    const { stream, from, filter } = this.request;
    if (stream === undefined) return filter?.matches(record) ?? true;
    if (record.stream !== stream || !this.log.isVisible(record)) return false;
    return typeof from !== 'bigint' || record.revision > from;
  }

  /** A subscription to an absent stream hears that it has caught up after the first event only. */
  #mayCatchUp(): boolean {
    return this.request.stream === undefined || this.log.read(this.request.stream).kind === 'events';
  }

  async #goLive(): Promise<void> {
    this.#isLive = true;
    await this.outlet.send(new streamsPb.ReadResp().setCaughtUp(new streamsPb.ReadResp.CaughtUp()));
  }

  /** A checkpoint is no position of an event: its prepare position is 0. */
  async #checkpoint(position: bigint): Promise<void> {
    const checkpoint = new streamsPb.ReadResp.Checkpoint()
      .setCommitPosition(String(position))
      .setPreparePosition('0');
    await this.outlet.send(new streamsPb.ReadResp().setCheckpoint(checkpoint));
  }
}

/**
 * Where a subscription starts. After a position in `$all` the server reads one event from there and starts behind it:
 * if the event at that position has been scavenged, the first surviving one is skipped.
 */
function firstPosition(log: EventLog, { stream, from }: ReadRequest): bigint {
  const end = (log.records.at(-1)?.position ?? -1n) + 1n;
  if (from === 'end') return end;
  if (from === 'start' || stream !== undefined) return 0n;
  const skipped = log.records[log.indexAt(from)];
  return skipped === undefined ? end : skipped.position + 1n;
}
