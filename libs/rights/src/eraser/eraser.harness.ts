import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LedgerEvent } from '#event-store';
import type { Scope } from '#kernel';
import { ErasureReactor } from '../application/erasure.reactor.js';
import { OrderErasureCommand } from '../application/rights.commands.js';
import { rightsStream, type RightsEvent } from '../contract.js';
import { contextNow, type RightsLedger, type RightsProcess } from '../rights.harness.js';
import { Eraser } from './eraser.js';

type Ordered = Extract<RightsEvent, { type: 'ErasureOrdered' }>['data'];

/** An erasure that was ordered. */
export interface OrderedErasure {
  readonly subjectId: string;
  readonly erasureId: string;
  readonly event: LedgerEvent;
}

const neverAborted = new AbortController().signal;

/** Orders the erasure of these scopes; nothing is carried out yet. */
export async function orderErasure(
  { bus, reader }: RightsProcess,
  subjectId: string,
  scopes: Scope[],
  retained: Ordered['retained'] = [],
): Promise<OrderedErasure> {
  const erasureId = randomUUID();
  const now = contextNow().now;
  const order: Ordered = {
    ...{ erasureId, subjectId, scopes, retained, rulesVersion: '2026-11', requestedAt: now },
    ...{ ground: 'consent-withdrawn', initiator: 'data-subject' },
    identityCheck: { method: 'reply-from-known-address', at: now },
  };
  const data = { order, isKnown: true, confirmsOverRestriction: false };
  await bus.execute(new OrderErasureCommand({ type: 'OrderErasure', data }, contextNow()));
  const event = (await reader.history(rightsStream(subjectId))).at(-1);
  if (event === undefined) throw new Error('The order is not there');
  return { subjectId, erasureId, event };
}

/** What follows an order in the process that follows the log. */
export function react({ app }: RightsProcess, { event }: OrderedErasure): Promise<void> {
  return app.get(ErasureReactor).react(event);
}

/** One pass of the eraser over everything that is under way. */
export function pass({ app }: RightsProcess): Promise<number> {
  return app.get(Eraser).advanceAll(neverAborted);
}

/** The purge that is due, if any. */
export function purge({ app }: RightsProcess): Promise<number> {
  return app.get(Eraser).purge(neverAborted);
}

/** Waits until the audit copy holds what the store holds now. */
export async function untilCopied({ store, database }: RightsLedger): Promise<void> {
  const head = await store.head();
  for (;;) {
    const { rows } = await database.pool.query<{ position: string | null }>(
      `SELECT position FROM audit.checkpoint`,
    );
    if (head === undefined || (rows[0]?.position ?? '') >= head) return;
    await sleep(10);
  }
}

/** The facts of a person's rights. */
export async function factsOf({ reader }: RightsProcess, subjectId: string): Promise<RightsEvent[]> {
  return (await reader.history(rightsStream(subjectId))) as unknown as RightsEvent[];
}

type DataOf<T extends RightsEvent['type']> = Extract<RightsEvent, { type: T }>['data'];

/** The data of the facts of one type among them. */
export function ofType<T extends RightsEvent['type']>(facts: readonly RightsEvent[], type: T): DataOf<T>[] {
  return facts.filter((fact) => fact.type === type).map(({ data }) => data as DataOf<T>);
}

/** The personal streams of a person, by scope. */
export async function streamsOf(
  { keyStore }: RightsProcess,
  subjectId: string,
): Promise<Record<string, string>> {
  const { keys } = await keyStore.subjects.state(subjectId);
  return Object.fromEntries(keys.map(({ scope, stream }) => [scope, stream]));
}

/** How many rows of these streams still carry a payload. */
export async function livePayloads({ database }: RightsLedger, streams: readonly string[]): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM es.personal_payload WHERE stream = ANY ($1)`,
    [streams],
  );
  return rows[0]?.count ?? 0;
}
