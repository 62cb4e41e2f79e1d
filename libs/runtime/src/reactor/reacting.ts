import type { EventCodec, LedgerEvent, StoredEvent } from '#event-store';
import { CheckpointRecord } from '../projection/checkpoints.js';
import { concernedBy } from '../projection/concerned.js';
import { EventReading } from '../projection/event-reading.js';
import { describeFailure } from '../projection/failure.js';
import { NotNow, type Follower } from '../projection/follower.js';
import type { LedgerFeed } from '../projection/ledger-feed.js';
import { parkedEvent, ParkedEvents, type ParkedEvent } from '../projection/parked-events.js';
import { afterEvents, START, type Place } from '../projection/place.js';
import type { Reactor } from '../projection/projection.js';
import { retryRequested } from '../projection/retry.js';
import { inTransaction } from '../projection/transaction.js';
import { isOutage } from './outage.js';

/** A reactor has no rows, so it has no versions to rebuild. */
const VERSION = 1;
const TRIES = 3;
const FIRST_PAUSE_MS = 50;

/** Follows the log for one reactor: its checkpoint moves when its commands are acknowledged, never before. */
export class Reacting implements Follower {
  readonly name: string;
  /** Small, because what follows the last checkpoint is done again after a crash. */
  readonly batchSize = 50;
  private readonly checkpoint: CheckpointRecord;
  private readonly parked: ParkedEvents;
  private readonly reading: EventReading;
  private place: Place = START;
  private epoch = 0n;
  private held = new Set<string>();

  constructor(
    private readonly reactor: Reactor,
    private readonly feed: LedgerFeed,
    codec: EventCodec,
  ) {
    this.name = `reactor.${reactor.name}`;
    this.checkpoint = new CheckpointRecord(this.name);
    this.parked = new ParkedEvents(feed.pool, this.name);
    this.reading = new EventReading(codec, reactor.handles);
  }

  async open(): Promise<Place> {
    await this.checkpoint.create(this.feed.pool, VERSION);
    const taken = await this.checkpoint.takeOver(this.feed.pool, VERSION);
    if (taken === undefined) throw new NotNow('a newer version of the program keeps it');
    this.epoch = taken.epoch;
    this.held = await this.parked.concerned();
    return (this.place = taken.place);
  }

  /** Acts on each event in turn. On an outage it keeps what is done and throws, so that the rest is tried again. */
  async apply(events: readonly StoredEvent[]): Promise<Place> {
    const parked: ParkedEvent[] = [];
    const held = new Set(this.held);
    let done = 0;
    try {
      for (const event of events) {
        const failure = await this.actOn(event, held);
        failure?.concerned.forEach((one) => held.add(one));
        if (failure !== undefined) parked.push(failure);
        done += 1;
      }
    } finally {
      await this.commit(events.slice(0, done), parked);
    }
    return this.place;
  }

  async tick(): Promise<void> {
    await this.checkpoint.assertOwner(this.feed.pool, this.epoch);
    const tried = await retryRequested(this.parked, this.feed.store, (event) => this.redo(event));
    if (tried) this.held = await this.parked.concerned();
  }

  private async actOn(stored: StoredEvent, held: ReadonlySet<string>): Promise<ParkedEvent | undefined> {
    const reading = this.reading.of(stored);
    if (reading.kind === 'skip') return undefined;
    const concerned = concernedBy(stored);
    if (reading.kind === 'unreadable') return parkedEvent(stored, concerned, reading.reason);
    if (concerned.some((one) => held.has(one))) return parkedEvent(stored, concerned, undefined);
    const reason = await this.tryToReact(reading.event);
    return reason === undefined ? undefined : parkedEvent(stored, concerned, reason);
  }

  /** What fails may succeed a moment later, but one event may not hold back all others: three tries, then parked. */
  private async tryToReact(event: LedgerEvent): Promise<string | undefined> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.reactor.react(event);
        return undefined;
      } catch (error) {
        if (isOutage(error)) throw error;
        if (tries === TRIES) return describeFailure(error, false);
        await new Promise((resolve) => setTimeout(resolve, FIRST_PAUSE_MS * tries));
      }
    }
  }

  private async redo(stored: StoredEvent): Promise<string | undefined> {
    const reading = this.reading.of(stored);
    if (reading.kind === 'unreadable') return reading.reason;
    if (reading.kind === 'read') {
      const reason = await this.tryToReact(reading.event);
      if (reason !== undefined) return reason;
    }
    await this.parked.remove({ eventId: stored.id, part: '' });
    return undefined;
  }

  private async commit(events: readonly StoredEvent[], parked: readonly ParkedEvent[]): Promise<void> {
    if (events.length === 0) return;
    const to = afterEvents(this.place, events);
    await inTransaction(this.feed.pool, 'durable', async (client) => {
      await this.checkpoint.move(client, this.epoch, this.place, to);
      await this.parked.add(client, parked);
    });
    this.place = to;
    for (const { concerned, eventId, stream, type, reason, isWaiting } of parked) {
      for (const one of concerned) this.held.add(one);
      const fields = { reactor: this.name, eventId, stream, type, reason };
      if (isWaiting) this.feed.log.warn(fields, 'an event waits behind a parked one');
      else this.feed.log.error(fields, 'an event is parked; nothing follows from it until it is done');
    }
  }
}
