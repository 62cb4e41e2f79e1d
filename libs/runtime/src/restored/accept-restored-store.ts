import type { Pool } from 'pg';
import {
  expectedAfter,
  type EventCodec,
  type EventStore,
  type NewEvent,
  type StoredEvent,
} from '#event-store';
import { sha256Hex, type ActorRef, type Clock, type EventMetadata, type IdSource, type Json } from '#kernel';
import type { LedgerFact, restorationCauses } from '../contract.js';
import { systemActor } from '../ledger/ledger.js';
import { LEDGER_STREAM } from '../ledger/open-ledger.js';
import { PROGRAM } from '../program.js';
import { rebaseFollowers } from './rebase-followers.js';
import { reenter } from './reenter.js';
import type { StoreDifference } from './store-difference.js';

/** The fact that a restored store was accepted. */
export type StoreRestored = Extract<LedgerFact, { readonly type: 'StoreRestored' }>;

/** Who accepts it and why. */
export interface Acceptance {
  readonly cause: (typeof restorationCauses)[number];
  readonly reference?: string | undefined;
  /** Pseudonym of the operator; without one the ledger itself acts, for whoever holds the owner's credentials. */
  readonly operatorId?: string | undefined;
}

/** What accepting needs. Nothing else may be at work on store and databases. */
export interface AcceptanceParts {
  readonly store: EventStore;
  readonly codec: EventCodec;
  /** The ledger's database as its owner. */
  readonly owner: Pool;
  readonly clock: Clock;
  readonly ids: IdSource;
}

/**
 * Accepts the store as it stands (`event-store.md` §1, `architecture.md` §6): enters again what the audit copy holds,
 * says in the ledger what is lost, and has every read model made anew. Whatever interrupts it, the same again ends it.
 * Throws `StoreChangedMeanwhile`, `Unavailable`, the database's error.
 */
export async function acceptRestoredStore(
  parts: AcceptanceParts,
  difference: StoreDifference,
  acceptance: Acceptance,
): Promise<StoreRestored['data']> {
  const reentered = await reenter(parts.store, parts.owner, difference);
  const event = difference.begun ?? (await declare(parts, difference, reentered, acceptance));
  const data = event.data as unknown as StoreRestored['data'];
  await rebaseFollowers(parts.owner, difference, { generation: data.generationAfter, eventId: event.id });
  return data;
}

async function declare(
  parts: AcceptanceParts,
  difference: StoreDifference,
  reentered: number,
  acceptance: Acceptance,
): Promise<Pick<StoredEvent, 'id' | 'data'>> {
  const { store } = parts;
  const event = encoded(parts, restorationOf(parts, difference, reentered, acceptance), acceptance);
  let revision: bigint | undefined;
  for await (const last of store.read(LEDGER_STREAM, { backwards: true, limit: 1 })) revision = last.revision;
  await store.append(LEDGER_STREAM, expectedAfter(revision), [event]);
  return event;
}

function restorationOf(
  { clock, ids }: AcceptanceParts,
  difference: StoreDifference,
  reentered: number,
  { cause, reference }: Acceptance,
): StoreRestored {
  const { generations, lastKnown, gap, missing, lost, byCategory, lostIndexes, unseen, held } = difference;
  const losses = byCategory.filter((one) => one.lost > 0);
  return {
    type: 'StoreRestored',
    data: {
      generationBefore: generations.known,
      generationAfter: ids.uuid(),
      lastKnown,
      ...(gap && { gap: { from: gap.from.index, to: gap.to.index } }),
      missing,
      reentered,
      lost,
      lostByCategory: losses.map(({ category, lost: events }) => ({ category, events })),
      lostEntriesSha256: sha256Hex(lostIndexes.map((index) => `${String(index)}\n`).join('')),
      unseen,
      heldSubjects: new Set(held.map(({ subjectId }) => subjectId)).size,
      cause,
      ...(reference === undefined ? {} : { reference }),
      occurredAt: clock.now(),
    },
  };
}

function encoded(
  { codec, clock, ids }: AcceptanceParts,
  fact: StoreRestored,
  { operatorId }: Acceptance,
): NewEvent {
  const { type, data, schema } = codec.encode(fact, LEDGER_STREAM);
  const commandId = ids.uuid();
  const actor: ActorRef = operatorId === undefined ? systemActor : { k: 'operator', ref: operatorId };
  const metadata: EventMetadata = {
    v: 1,
    schema,
    ts: clock.now(),
    actor,
    sub: [],
    req: `${commandId}/0`,
    $correlationId: commandId,
    src: PROGRAM,
  };
  return { id: ids.uuid(), type, data, metadata: { ...metadata } as unknown as Json };
}
