import { randomUUID } from 'node:crypto';
import {
  EventStoreDBClient,
  jsonEvent,
  type AllStreamSubscription,
  type AppendExpectedRevision,
  type JSONEventType,
  type Position,
  type ResolvedEvent,
} from '@eventstore/db-client';
import { startEventStoreDouble, type EventStoreDouble, type EventStoreDoubleOptions } from './start.js';

/** Given on each call the client takes the classic append, and sends them over an encrypted line only. */
export const credentials = { username: 'admin', password: 'changeit' };

/** A double and a real client of it. */
export interface Pair {
  readonly double: EventStoreDouble;
  readonly client: EventStoreDBClient;
  close(): Promise<void>;
}

/** Starts a double with a client connected to it. */
export async function openPair(options: EventStoreDoubleOptions = {}): Promise<Pair> {
  const double = await startEventStoreDouble(options);
  const client = EventStoreDBClient.connectionString(double.connectionString);
  const close = async () => {
    double.faults.heal();
    await client.dispose();
    await double.stop();
  };
  return { double, client, close };
}

export const aStream = () => `consent-${randomUUID()}`;

export const anEvent = (id: string = randomUUID(), data: Readonly<Record<string, string>> = {}) =>
  jsonEvent<JSONEventType>({ id, type: 'ConsentGiven', data });

export const events = (count: number) => Array.from({ length: count }, () => anEvent());

/** The classic append. */
export function append(
  client: EventStoreDBClient,
  stream: string,
  expectedRevision: AppendExpectedRevision,
  batch: ReturnType<typeof events>,
  deadline = 10_000,
) {
  return client.appendToStream(stream, batch, { expectedRevision, credentials, deadline });
}

/** Ids of a read, of user events only. */
export async function idsOf(read: AsyncIterable<ResolvedEvent>): Promise<string[]> {
  const ids: string[] = [];
  for await (const { event } of read) if (event && !event.streamId.startsWith('$')) ids.push(event.id);
  return ids;
}

/** What a failed call threw. */
export function failureOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => 'no failure',
    (error: unknown) => error,
  );
}

/** Follows `$all` and keeps what comes: user events, the caught-up mark, the error that ended it. */
export class Follower {
  readonly ids: string[] = [];
  isCaughtUp = false;
  isConfirmed = false;
  error: unknown;
  readonly subscription: AllStreamSubscription;
  #told: () => void = () => undefined;

  constructor(client: EventStoreDBClient, fromPosition: Position | 'start' | 'end' = 'start') {
    this.subscription = client.subscribeToAll({ fromPosition });
    this.subscription.on('confirmation', () => this.#tell(() => (this.isConfirmed = true)));
    this.subscription.on('caughtUp', () => this.#tell(() => (this.isCaughtUp = true)));
    this.subscription.on('error', (error) => this.#tell(() => (this.error = error)));
    this.subscription.on('data', ({ event }) => {
      if (event && !event.streamId.startsWith('$')) this.#tell(() => this.ids.push(event.id));
    });
  }

  /** Waits until what came is as wished. */
  async until(isEnough: (follower: this) => boolean): Promise<void> {
    while (!isEnough(this)) await new Promise<void>((resolve) => (this.#told = resolve));
  }

  async end(): Promise<string[]> {
    await this.subscription.unsubscribe();
    return this.ids;
  }

  #tell(change: () => void): void {
    change();
    this.#told();
  }
}
