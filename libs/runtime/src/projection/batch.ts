import type { LedgerEvent, StoredEvent } from '#event-store';
import type { EventReading } from './event-reading.js';
import { describeFailure } from './failure.js';
import { parkedEvent, type ParkedEvent } from './parked-events.js';
import { changesByPart, partsOf, type EventPart } from './parts.js';
import type { Projection } from './projection.js';
import type { PlacedChange, RowFold } from './row-fold.js';
import type { Shard } from './sharding.js';

/** A part of an event of a batch, with what it changes or why it cannot be done. */
interface Prepared {
  readonly stored: StoredEvent;
  readonly part: EventPart;
  readonly changes: readonly PlacedChange[];
  failure: string | undefined;
}

/** What a batch adds to the parked events. */
export interface BatchOutcome {
  readonly parked: readonly ParkedEvent[];
  /** Newly held back subjects and streams. */
  readonly concerned: readonly string[];
}

/** Turns stored events into row changes, in order, and parks what cannot be done with all that stands behind it. */
export class Batch {
  private prepared: Prepared[] = [];

  constructor(
    private readonly projection: Projection,
    private readonly shard: Shard,
    private readonly reading: EventReading,
    private readonly fold: RowFold,
  ) {}

  /** Reads and projects every event of this shard; with `only` nothing but the part of that name. */
  async prepare(events: readonly StoredEvent[], only?: string): Promise<void> {
    const mine = events.flatMap((stored) => {
      const parts = partsOf(this.projection, this.shard, stored);
      return parts.length === 0 ? [] : [{ stored, parts, reading: this.reading.of(stored) }];
    });
    const read = mine.flatMap(({ reading }) => (reading.kind === 'read' ? [reading.event] : []));
    const enriched = read.length > 0 ? await this.projection.enrich?.(read) : undefined;
    for (const { stored, parts, reading } of mine) {
      if (reading.kind === 'skip') continue;
      if (reading.kind === 'unreadable') this.fail(stored, parts, reading.reason);
      else this.project(stored, parts, reading.event, enriched?.get(stored.id));
    }
    if (only !== undefined) this.prepared = this.prepared.filter(({ part }) => part.name === only);
    for (const { changes } of this.prepared) this.fold.want(changes);
  }

  /** Whether rows or parked events may come of it; otherwise only the checkpoint moves. */
  get isEmpty(): boolean {
    return this.prepared.length === 0;
  }

  /** Applies the changes to the loaded rows. `before`: what events parked earlier hold back. */
  apply(before: ReadonlySet<string>): BatchOutcome {
    return this.outcome(before, ({ changes }) => this.applyOne(changes));
  }

  /**
   * Lets `write` bring the parts to the tables one by one; it answers why PostgreSQL refuses one. For a batch of one
   * event, whose culprit it finds.
   */
  async applyApart(
    before: ReadonlySet<string>,
    write: (changes: readonly PlacedChange[]) => Promise<string | undefined>,
  ): Promise<BatchOutcome> {
    for (const one of this.prepared)
      if (one.failure === undefined && !isHeld(one.part, before)) one.failure = await write(one.changes);
    return this.outcome(before, () => undefined);
  }

  private outcome(
    before: ReadonlySet<string>,
    doOne: (prepared: Prepared) => string | undefined,
  ): BatchOutcome {
    const held = new Set<string>();
    const parked: ParkedEvent[] = [];
    for (const one of this.prepared) {
      const { stored, part, failure } = one;
      const nobodyIsHeld = before.size + held.size === 0;
      const waits = !nobodyIsHeld && (isHeld(part, held) || isHeld(part, before));
      const reason = failure ?? (waits ? undefined : doOne(one));
      if (reason === undefined && !waits) continue;
      // Behind its stream alone it is found again only by that stream.
      const isBehindStream = held.has(stored.stream) || before.has(stored.stream);
      const concerned = isBehindStream ? [...new Set([...part.concerned, stored.stream])] : part.concerned;
      parked.push(parkedEvent(stored, concerned, reason, part.name));
      for (const name of concerned) held.add(name);
    }
    return { parked, concerned: [...held] };
  }

  private project(
    stored: StoredEvent,
    parts: readonly EventPart[],
    event: LedgerEvent,
    enriched: unknown,
  ): void {
    try {
      const changes = this.fold.place(this.projection.project(event, enriched));
      const ofParts = changesByPart(this.projection, stored, parts, changes);
      // A part that changes nothing has nothing to wait for either.
      parts.forEach((part, i) => {
        const own = ofParts[i] ?? [];
        if (own.length > 0) this.prepared.push({ stored, part, changes: own, failure: undefined });
      });
    } catch (error) {
      this.fail(stored, parts, describe(error, this.projection));
    }
  }

  private applyOne(changes: readonly PlacedChange[]): string | undefined {
    try {
      this.fold.apply(changes);
      return undefined;
    } catch (error) {
      return describe(error, this.projection);
    }
  }

  private fail(stored: StoredEvent, parts: readonly EventPart[], failure: string): void {
    for (const part of parts) this.prepared.push({ stored, part, changes: [], failure });
  }
}

function isHeld({ behind }: EventPart, held: ReadonlySet<string>): boolean {
  return held.size > 0 && behind.some((one) => held.has(one));
}

/** A projection that opens sealed values could quote one in a message. */
function describe(error: unknown, projection: Projection): string {
  return describeFailure(error, projection.enrich === undefined);
}
