import { randomUUID } from 'node:crypto';
import { consentEvents, consentUpcasters } from '#consent/contract';
import {
  createCodec,
  type EventCodec,
  type EventStore,
  expectedAfter,
  type LedgerEvent,
  type NewEvent,
  type NonEmpty,
} from '#event-store';
import { type Instant, NIL_UUID, type Uuid } from '#kernel';
import { registerEvents } from '#register/contract';
import { rightsEvents } from '#rights/contract';
import { ledgerEvents } from '#runtime/contract';
import { decisionEvents, solicitationEvents } from '#solicitation/contract';
import { subjectEvents } from '#subjects/contract';

/** The codec of the contexts that contacts join. */
export const fixtureCodec: EventCodec = createCodec({
  definitions: [
    ledgerEvents,
    subjectEvents,
    consentEvents,
    rightsEvents,
    registerEvents,
    solicitationEvents,
    decisionEvents,
  ].flatMap(({ definitions }) => definitions),
  upcasters: consentUpcasters,
});

const SERVICE: Uuid = '5e0f1f7a-58a3-4f0e-9a52-c1a3f2f0a001';

export const PURPOSES: readonly Uuid[] = [
  '0a6f3c1e-2b4d-4c8e-9f10-000000000001',
  '0a6f3c1e-2b4d-4c8e-9f10-000000000002',
];

export const CONTROLLER: Uuid = '0a6f3c1e-2b4d-4c8e-9f10-00000000000c';

export const POINTS: readonly Uuid[] = [1, 2, 3].map(
  (n) => `0a6f3c1e-2b4d-4c8e-9f10-0000000000a${String(n)}`,
);

export const RESTRICTIONS: readonly Uuid[] = [1, 2].map(
  (n) => `0a6f3c1e-2b4d-4c8e-9f10-0000000000b${String(n)}`,
);

export const ERASURES: readonly Uuid[] = [1, 2].map((n) => `0a6f3c1e-2b4d-4c8e-9f10-0000000000e${String(n)}`);

export const SHA = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

/** A fact before it stands in a stream. */
export interface Fact {
  readonly type: string;
  readonly stream: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly recordedAt: Instant;
  readonly subjects?: readonly Uuid[];
  readonly id?: Uuid;
}

/** The nth day of 2025 at noon; two facts may share an instant. */
export const day = (n: number): Instant => new Date(Date.UTC(2025, 0, 1 + n, 12)).toISOString();

/** Facts as the store hands them over, at dense positions, for specs that need no store. */
export function asLedgerEvents(facts: readonly Fact[]): LedgerEvent[] {
  const revisions = new Map<string, bigint>();
  return facts.map((fact, index) => {
    const revision = revisions.get(fact.stream) ?? 0n;
    revisions.set(fact.stream, revision + 1n);
    const { id, type, data, metadata } = newEventOf(fact);
    const stored = { id, type, data, metadata, stream: fact.stream, revision, recordedAt: new Date() };
    return fixtureCodec.decode({ ...stored, position: String(index).padStart(20, '0') as never });
  });
}

/** A fact as it is handed to a store. */
export function newEventOf({ id, type, stream, data, recordedAt, subjects }: Fact): NewEvent {
  const encoded = fixtureCodec.encode({ type, data }, stream);
  const metadata = {
    v: 1,
    schema: encoded.schema,
    ts: recordedAt,
    actor: { k: 'service', ref: SERVICE },
    sub: [...(subjects ?? [stream.slice(stream.indexOf('-') + 1)])],
    req: `${NIL_UUID}/0`,
    $correlationId: NIL_UUID,
    src: 'spec/1',
  };
  return { id: id ?? randomUUID(), type, data: encoded.data, metadata: metadata };
}

/** Appends facts in their order, each at the end of its stream. */
export async function appendFacts(store: EventStore, facts: readonly Fact[]): Promise<void> {
  for (const fact of facts) {
    let revision: bigint | undefined;
    for await (const event of store.read(fact.stream, { backwards: true, limit: 1 }))
      revision = event.revision;
    await store.append(fact.stream, expectedAfter(revision), [newEventOf(fact)] as NonEmpty<NewEvent>);
  }
}
