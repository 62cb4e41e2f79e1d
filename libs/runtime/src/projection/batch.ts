import type { LedgerEvent, StoredEvent } from '#event-store';
import { concernedBy } from './concerned.js';
import type { EventReading } from './event-reading.js';
import { describeFailure } from './failure.js';
import { parkedEvent, type ParkedEvent } from './parked-events.js';
import type { Projection } from './projection.js';
import type { PlacedChange, RowFold } from './row-fold.js';

/** An event of a batch, with what it changes or why it cannot be done. */
interface Prepared {
  readonly stored: StoredEvent;
  readonly changes: readonly PlacedChange[];
  readonly failure: string | undefined;
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
    private readonly reading: EventReading,
    private readonly fold: RowFold,
  ) {}

  /** Reads and projects every event; `refused` is the reason why PostgreSQL took the rows of the only one not. */
  async prepare(events: readonly StoredEvent[], refused?: string): Promise<void> {
    const readings = events.map((stored) => ({ stored, reading: this.reading.of(stored) }));
    const read = readings.flatMap(({ reading }) => (reading.kind === 'read' ? [reading.event] : []));
    const enriched = read.length > 0 ? await this.projection.enrich?.(read) : undefined;
    for (const { stored, reading } of readings) {
      if (reading.kind === 'skip') continue;
      if (reading.kind === 'unreadable') this.add(stored, [], reading.reason);
      else if (refused !== undefined) this.add(stored, [], refused);
      else this.project(stored, reading.event, enriched?.get(stored.id));
    }
  }

  /** Whether rows or parked events may come of it; otherwise only the checkpoint moves. */
  get isEmpty(): boolean {
    return this.prepared.length === 0;
  }

  /** Applies the changes to the loaded rows. `before`: what events parked earlier hold back. */
  apply(before: ReadonlySet<string>): BatchOutcome {
    const held = new Set<string>();
    const parked: ParkedEvent[] = [];
    for (const { stored, changes, failure } of this.prepared) {
      const nobodyIsHeld = before.size + held.size === 0;
      const waits = !nobodyIsHeld && concernedBy(stored).some((one) => held.has(one) || before.has(one));
      const reason = failure ?? (waits ? undefined : this.applyOne(changes));
      if (reason === undefined && !waits) continue;
      const concerned = concernedBy(stored);
      parked.push(parkedEvent(stored, concerned, reason));
      for (const one of concerned) held.add(one);
    }
    return { parked, concerned: [...held] };
  }

  private project(stored: StoredEvent, event: LedgerEvent, enriched: unknown): void {
    try {
      const changes = this.fold.place(this.projection.project(event, enriched));
      this.fold.want(changes);
      // An event that changes nothing has nothing to wait for either.
      if (changes.length > 0) this.add(stored, changes, undefined);
    } catch (error) {
      this.add(stored, [], this.describe(error));
    }
  }

  private applyOne(changes: readonly PlacedChange[]): string | undefined {
    try {
      this.fold.apply(changes);
      return undefined;
    } catch (error) {
      return this.describe(error);
    }
  }

  private add(stored: StoredEvent, changes: readonly PlacedChange[], failure: string | undefined): void {
    this.prepared.push({ stored, changes, failure });
  }

  /** A projection that opens sealed values could quote one in a message. */
  private describe(error: unknown): string {
    return describeFailure(error, this.projection.enrich === undefined);
  }
}
