import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, Optional } from '@nestjs/common';
import {
  ConcurrencyConflict,
  Unavailable,
  expectedAfter,
  type AppendResult,
  type EventCodec,
  type EventStore,
  type LedgerEvent,
  type NewEvent,
  type NonEmpty,
  type Position,
} from '#event-store';
import { NIL_UUID, type EventMetadata, type Json, type Message } from '#kernel';
import { assertEntryFits } from '../audit/entry.js';
import { CODEC, EVENT_STORE, WRITE_PATH_PROBE } from '../nest/tokens.js';
import { eventIdOf, metadataOf, type Step } from './event-metadata.js';
import type { Outcome } from './outcome.js';
import { laterOf, readHistory, type StreamHistory } from './stream-history.js';
import type { WritePathProbe } from './write-path-probe.js';

/** Tries at one append: after conflicts (a "no" has more), and after unknown outcomes. */
const MAX_TRIES = 3;
const MAX_PAUSE_MS = 50;
/** Data of fewer characters makes an entry below its limit, even if each took four bytes of UTF-8. */
const SURELY_FITS = 4 * 1024;

/** What a step recorded, with the whole stream as it was folded: for those who must act before the answer leaves. */
export interface Recorded {
  readonly step: Step;
  readonly outcome: Outcome;
  /** Newest revision of the stream that this step has seen; `undefined`: absent. */
  readonly revision: bigint | undefined;
  /** The stream up to that revision; `undefined` if it cannot be decoded, or only its end was read. */
  readonly history: readonly LedgerEvent[] | undefined;
}

/**
 * Runs after every step, also after one that had nothing to append and after a retry that found its events, and
 * before the answer leaves. A throw becomes the command's answer: recorded, not yet effective; the retry converges.
 */
export type AfterAppend = (recorded: Recorded) => Promise<void>;

type Batch = NonEmpty<NewEvent & { readonly metadata: EventMetadata & Json }>;

/** The write path: read, fold and decide, append at the exact revision. Everything the ledger writes goes this way. */
@Injectable()
export class StreamWriter {
  readonly #afterAppend: AfterAppend[] = [];

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CODEC) private readonly codec: EventCodec,
    @Optional() @Inject(WRITE_PATH_PROBE) private readonly probe: WritePathProbe = () => undefined,
  ) {}

  /** Adds a callback that runs before each answer, in the order of registration. */
  afterAppend(callback: AfterAppend): void {
    this.#afterAppend.push(callback);
  }

  /**
   * Records one step. `decide` sees the whole stream and gives the new events, none if there is nothing new; after a
   * conflict it runs again. It does not run if an earlier attempt has recorded this step, or has come to its end.
   * Throws what `decide` throws, `ConcurrencyConflict` when the tries are exhausted, `EntryTooLarge` for an event that
   * no proof could hold, and the errors of the store.
   */
  async record<E extends Message>(
    step: Step,
    decide: (history: StreamHistory) => readonly E[] | Promise<readonly E[]>,
  ): Promise<Outcome<E>> {
    for (let attempt = 1; ; attempt += 1) {
      const history = await readHistory(this.store, this.codec, step, attempt);
      await this.probe('stream-read');
      if (history.recorded.length > 0 || step.context.isReplay === true) {
        return this.answer(step, history, history.recorded);
      }
      const [first, ...others] = await decide(history);
      await this.probe('decided');
      if (first === undefined) return this.answer(step, history, []);
      const batch = this.encode(step, history, [first, ...others]);
      const appended = await this.append(step, history, batch, attempt);
      if (appended !== undefined) return this.answer(step, history, eventsOf(step, batch, appended));
      await sleep(Math.random() * Math.min(2 ** attempt, MAX_PAUSE_MS));
    }
  }

  /** The batch as every attempt at this step from this revision offers it: same ids, same data, same metadata. */
  private encode(step: Step, history: StreamHistory, events: NonEmpty<Message>): Batch {
    const ts = laterOf(history.lastTs, step.context.now);
    const encoded = events.map((event, index) => {
      const { type, data, schema } = this.codec.encode(event, step.stream);
      return { id: eventIdOf(step, index), type, data, metadata: metadataOf(step, schema, ts) };
    });
    const batch = encoded as readonly object[] as Batch;
    const large = batch.filter(({ data }) => JSON.stringify(data).length > SURELY_FITS);
    // Only lengths count, and all ledger ids have the same.
    assertEntryFits(NIL_UUID, step.stream, large);
    return batch;
  }

  /** `undefined`: somebody else wrote meanwhile, and the step may try again. */
  private async append(
    step: Step,
    history: StreamHistory,
    batch: Batch,
    attempt: number,
  ): Promise<AppendResult | undefined> {
    try {
      const appended = await this.offer(step, history, batch);
      await this.probe('appended');
      return appended;
    } catch (error) {
      const isPatient = step.isNo || step.isPatient === true || step.isUnconditional === true;
      const mayTryAgain = isPatient ? performance.now() < step.context.deadline : attempt < MAX_TRIES;
      if (error instanceof ConcurrencyConflict && mayTryAgain) return undefined;
      throw error;
    }
  }

  /** Offers the identical batch again while nobody knows whether the store has taken it. */
  private async offer(step: Step, { revision }: StreamHistory, batch: Batch): Promise<AppendResult> {
    for (let attempt = 1; ; attempt += 1) {
      const mayBeRetry = step.context.mayBeRetry || attempt > 1;
      try {
        return await this.store.append(step.stream, expectedAfter(revision), batch, { mayBeRetry });
      } catch (error) {
        const isUnknown = error instanceof Unavailable && error.outcome === 'unknown';
        if (!isUnknown || attempt >= MAX_TRIES) throw error;
      }
    }
  }

  /** Made from events and from nothing else, so that a retry gets the same answer. */
  private async answer<E extends Message>(
    step: Step,
    history: StreamHistory,
    events: readonly LedgerEvent[],
  ): Promise<Outcome<E>> {
    const last = events.at(-1);
    // Only the last event's place is known of an append, so a retry tells no more than that either.
    const placed = last === undefined ? [] : events.map((event) => ({ ...event, position: last.position }));
    const outcome: Outcome<E> = {
      stream: step.stream,
      revision: last?.revision ?? history.revision,
      events: placed as readonly LedgerEvent[] as Outcome<E>['events'],
      ...(last === undefined || last.position === NOWHERE ? {} : { position: last.position }),
    };
    const isNew = history.recorded.length === 0 && events.length > 0;
    const known = isNew ? [...history.events, ...events] : history.events;
    const recorded: Recorded = {
      step,
      outcome,
      revision: isNew ? outcome.revision : history.revision,
      history: history.isReadable ? known : undefined,
    };
    for (const callback of this.#afterAppend) await callback(recorded);
    await this.probe('effective');
    return outcome;
  }
}

/** Stands in for a position that the store cannot tell any more. */
const NOWHERE = '' as Position;

function eventsOf({ stream }: Step, batch: Batch, { revision, position }: AppendResult): LedgerEvent[] {
  const first = revision - BigInt(batch.length - 1);
  return batch.map(({ id, type, data, metadata }, index) => ({
    id,
    type,
    data,
    stream,
    revision: first + BigInt(index),
    position: position ?? NOWHERE,
    recordedAt: metadata.ts,
    metadata,
  }));
}
