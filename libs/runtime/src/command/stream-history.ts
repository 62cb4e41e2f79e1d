import {
  UndecodableEvent,
  type EventCodec,
  type EventStore,
  type LedgerEvent,
  type StoredEvent,
} from '#event-store';
import type { Instant } from '#kernel';
import { eventIdOf, requestOf, type Step } from './event-metadata.js';

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** What a writer knows of a stream after reading it to its end. */
export interface StreamHistory {
  /** Every event, oldest first; of a stream that {@link isReadable} denies, some of them. */
  readonly events: readonly LedgerEvent[];
  /** False: no state can be folded. A "no" met an event that cannot be decoded, or only the end was asked for. */
  readonly isReadable: boolean;
  /** Newest revision; `undefined`: the stream is absent. */
  readonly revision: bigint | undefined;
  /** Newest `metadata.ts` in the stream. */
  readonly lastTs: Instant | undefined;
  /** What an earlier attempt at this very step recorded. */
  readonly recorded: readonly LedgerEvent[];
}

/**
 * Reads the stream of a step, up to its end. Throws `UndecodableEvent`, unless the step is recorded whatever the stream
 * looks like; `Unavailable`.
 */
export async function readHistory(
  store: EventStore,
  codec: EventCodec,
  step: Step,
  attempt: number,
): Promise<StreamHistory> {
  const isUnconditional = step.isUnconditional === true;
  // Nothing of this step can stand there yet, and nothing else counts: where the stream ends is enough.
  const onlyEnd = isUnconditional && attempt === 1 && !step.context.mayBeRetry;
  const events: LedgerEvent[] = [];
  let isReadable = !onlyEnd;
  let revision: bigint | undefined;
  let lastTs: Instant | undefined;
  for await (const stored of store.read(step.stream, onlyEnd ? { backwards: true, limit: 1 } : {})) {
    revision = stored.revision;
    lastTs = laterOf(lastTs, instantOf(stored));
    try {
      events.push(codec.decode(stored));
    } catch (error) {
      const isObstacle = !step.isNo && !isUnconditional;
      if (isObstacle || !(error instanceof UndecodableEvent)) throw error;
      isReadable = false;
    }
  }
  return { events, isReadable, revision, lastTs, recorded: recordedBy(step, events) };
}

function recordedBy(step: Step, events: readonly LedgerEvent[]): readonly LedgerEvent[] {
  const request = requestOf(step);
  const ofStep = events.filter((event) => event.metadata.req === request);
  // Only a labelled step shares its request with others on the same stream.
  if (step.label === undefined || ofStep.length === 0) return ofStep;
  const ids = new Set(ofStep.map((_, index) => eventIdOf(step, index)));
  return ofStep.filter((event) => ids.has(event.id));
}

/** The later of two instants. */
export function laterOf<T extends Instant | undefined>(a: Instant | undefined, b: T): Instant | T {
  return a !== undefined && (b === undefined || a > b) ? a : b;
}

function instantOf({ metadata }: StoredEvent): Instant | undefined {
  const ts = typeof metadata === 'object' && metadata !== null && 'ts' in metadata ? metadata.ts : undefined;
  return typeof ts === 'string' && INSTANT.test(ts) ? ts : undefined;
}
