import { randomUUID } from 'node:crypto';
import { EventStoreDBClient } from '@eventstore/db-client';
import { FaultProxy, startEventStoreDouble, type EventStoreDouble } from '#testing';
import type { FaultyHarness, Harness } from '../contract-suite/harness.js';
import { parseConnectionString } from './connection-string.js';
import { EventStoreDbEventStore } from './eventstoredb-event-store.js';
import type { EventStoreDbOptions } from './settings.js';

/** Keeps what the suite writes for the server itself off the batch path; never sent without TLS. */
const NOBODY = { username: 'nobody', password: 'nobody' };

type Overrides = Omit<EventStoreDbOptions, 'connectionString'>;

/** A double of its own for one chapter, with a line to it that fails. */
export interface DoubleHarness extends FaultyHarness {
  readonly store: EventStoreDbEventStore;
  readonly double: EventStoreDouble;
  readonly line: FaultProxy;
  /** Another client of the store, closed with the harness. */
  open(options?: Overrides): EventStoreDbEventStore;
}

/** Starts an empty double. */
export async function openDoubleHarness(): Promise<DoubleHarness> {
  const double = await startEventStoreDouble();
  const clients = clientsOf(double.connectionString);
  const line = await FaultProxy.open({ host: '127.0.0.1', port: double.port });
  const store = clients.open();
  return {
    ...clients.common,
    store,
    eraser: store,
    double,
    line,
    open: clients.open,
    openThroughLine: (timeoutMs) => Promise.resolve(clients.openOn(line, timeoutMs)),
    openConnections: () => Promise.resolve(double.connections),
    close: async () => {
      await line.close();
      await clients.close();
      await double.stop();
    },
  };
}

/**
 * A real server that keeps what others wrote. Its connections are counted, and its line fails, where one node is reached
 * without TLS; a certificate would name another host than the proxy's.
 */
export async function openServerHarness(connectionString: string): Promise<Harness> {
  return isProxied(connectionString)
    ? openProxiedHarness(connectionString)
    : openPlainHarness(connectionString);
}

/** Whether the way to the server can be made to fail. */
export function isProxied(connectionString: string): boolean {
  const { hosts, isInsecure, isDiscovered } = parseConnectionString(connectionString);
  return hosts.length === 1 && isInsecure && !isDiscovered;
}

/** The same with a line that fails. */
export async function openProxiedHarness(connectionString: string): Promise<FaultyHarness> {
  const [node] = parseConnectionString(connectionString).hosts;
  const target = { host: node.address, port: node.port };
  const [meter, line] = [await FaultProxy.open(target), await FaultProxy.open(target)];
  const clients = clientsOf(`esdb://127.0.0.1:${String(meter.port)}?tls=false`);
  const store = clients.open();
  return {
    ...clients.common,
    store,
    eraser: store,
    line,
    openThroughLine: (timeoutMs) => Promise.resolve(clients.openOn(line, timeoutMs)),
    openConnections: () => Promise.resolve(meter.lines),
    close: async () => {
      await line.close();
      await clients.close();
      await meter.close();
    },
  };
}

function openPlainHarness(connectionString: string): Harness {
  const clients = clientsOf(connectionString);
  const store = clients.open();
  return {
    ...clients.common,
    store,
    eraser: store,
    openConnections: () => Promise.resolve(0),
    close: clients.close,
  };
}

/** The clients of one chapter on one server. */
function clientsOf(connectionString: string) {
  const clients: EventStoreDbEventStore[] = [];
  const open = (options: Overrides = {}, on = connectionString): EventStoreDbEventStore => {
    const client = new EventStoreDbEventStore({ connectionString: on, ...options });
    clients.push(client);
    return client;
  };
  return {
    open: (options?: Overrides) => open(options),
    // Nothing is made again after a lost connection: the suite asks what the caller of one attempt is told.
    openOn: (line: FaultProxy, timeoutMs: number) =>
      open(
        { timeoutMs, resends: 0, watchMs: timeoutMs / 4 },
        `esdb://127.0.0.1:${String(line.port)}?tls=false`,
      ),
    close: async () => {
      await Promise.all(clients.map((client) => client.shutdown()));
    },
    common: {
      findsIdsByPlace: true as const,
      openAnother: () => Promise.resolve(open()),
      writeSystemEvent: () => writeSystemEvent(connectionString),
    },
  };
}

/** Two events as no client of the port can write them: one in a system stream, one of a system type. */
async function writeSystemEvent(connectionString: string): Promise<void> {
  const client = EventStoreDBClient.connectionString(connectionString);
  const { credentials = NOBODY } = parseConnectionString(connectionString);
  const written = [
    [`$sample-${randomUUID()}`, 'SampleRecorded'],
    [`sample-${randomUUID()}`, '$sample'],
  ] as const;
  for (const [stream, type] of written) {
    const event = {
      id: randomUUID(),
      type,
      contentType: 'application/json',
      data: {},
      metadata: {},
    } as const;
    await client.appendToStream(stream, event, { expectedRevision: 'any', credentials });
  }
  await client.dispose();
}
