import {
  ConcurrencyConflict,
  Unavailable,
  isCaughtUp,
  type EventCodec,
  type EventStore,
  type StoredEvent,
} from '#event-store';
import { NIL_UUID, type Clock, type EventMetadata, type IdSource, type Json, type Uuid } from '#kernel';
import type { LedgerFact } from '../contract.js';
import { PROGRAM } from '../program.js';
import { systemActor, type LedgerIdentity } from './ledger.js';
import { LedgerRefused } from './ledger-refused.js';

/** Where facts about the ledger itself stand. */
export const LEDGER_STREAM = `ledger-${NIL_UUID}`;
/** Versions of the formats that the proofs of a ledger opened by this program are written in. */
export const LEDGER_FORMATS = { event: 1, entry: 1, envelope: 1 } as const;

/** Offers of the identical first event while the store does not say whether it took it. */
const MAX_TRIES = 3;
/** A subscription waits for a store that is away; the opening does not. */
const ANSWER_TIMEOUT_MS = 10_000;

type StoreRestored = Extract<LedgerFact, { readonly type: 'StoreRestored' }>;
type LedgerOpened = Extract<LedgerFact, { readonly type: 'LedgerOpened' }>;

/** What opening needs. */
export interface OpenLedgerOptions {
  readonly store: EventStore;
  readonly codec: EventCodec;
  readonly clock: Clock;
  readonly ids: IdSource;
}

/**
 * Says which ledger the store holds; an empty store becomes a new one. `LedgerOpened` is appended where no stream may
 * be yet, so of two first starts one wins and the other joins it. Throws {@link LedgerRefused}, `Unavailable`.
 */
export async function openLedger(options: OpenLedgerOptions): Promise<LedgerIdentity> {
  const { store } = options;
  if ((await ledgerInStore(store)) === undefined) await appendOpening(options);
  const ledgerId = await ledgerInStore(store);
  if (ledgerId === undefined) throw new Unavailable('unknown');
  return { ledgerId, generation: await generationOf(store, ledgerId) };
}

/** The store's generation: the id in its newest `StoreRestored`, or the ledger's own. Throws `Unavailable`. */
export async function generationOf(store: EventStore, ledgerId: Uuid): Promise<Uuid> {
  for await (const { type, data } of store.read(LEDGER_STREAM, { backwards: true })) {
    if (type === 'StoreRestored') return (data as unknown as StoreRestored['data']).generationAfter;
  }
  return ledgerId;
}

/** Which ledger a store holds; `undefined`: it is empty. Throws {@link LedgerRefused}, `Unavailable`. */
export async function ledgerInStore(store: EventStore): Promise<Uuid | undefined> {
  const first = await firstEvent(store);
  if (first === undefined) return undefined;
  const { ledgerId } = (first.data ?? {}) as Partial<LedgerOpened['data']>;
  const isOpening = first.stream === LEDGER_STREAM && first.type === 'LedgerOpened';
  if (isOpening && ledgerId !== undefined) return ledgerId;
  throw new LedgerRefused(
    'not-a-ledger',
    'The first event of the event store is not the opening of a ledger: the store belongs to something else. Name ' +
      'another one, or leave EVENTSTORE_URL out.',
  );
}

/** The oldest event of the whole store; `undefined`: it is empty. Throws `Unavailable` if it does not say so in time. */
async function firstEvent(store: EventStore): Promise<StoredEvent | undefined> {
  await store.ping();
  const found = new AbortController();
  const signal = AbortSignal.any([found.signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]);
  try {
    for await (const item of store.subscribe({ after: 'start', signal })) {
      return isCaughtUp(item) ? undefined : item;
    }
  } finally {
    found.abort();
  }
  throw new Unavailable('notWritten');
}

async function appendOpening({ store, codec, clock, ids }: OpenLedgerOptions): Promise<void> {
  const openedAt = clock.now();
  const ledgerId = ids.uuid();
  const opened: LedgerOpened = {
    type: 'LedgerOpened',
    data: { ledgerId, openedAt, formats: LEDGER_FORMATS },
  };
  const { type, data, schema } = codec.encode(opened, LEDGER_STREAM);
  const metadata: EventMetadata = {
    v: 1,
    schema,
    ts: openedAt,
    actor: systemActor,
    sub: [],
    req: `${ids.uuid()}/0`,
    $correlationId: ledgerId,
    src: PROGRAM,
  };
  const event = { id: ids.uuid(), type, data, metadata: { ...metadata } as unknown as Json };
  for (let attempt = 1; ; attempt += 1) {
    try {
      await store.append(LEDGER_STREAM, { kind: 'noStream' }, [event], { mayBeRetry: attempt > 1 });
      return;
    } catch (error) {
      // Another first start won: its ledger is the ledger.
      if (error instanceof ConcurrencyConflict) return;
      const isUnknown = error instanceof Unavailable && error.outcome === 'unknown';
      if (!isUnknown || attempt >= MAX_TRIES) throw error;
    }
  }
}
