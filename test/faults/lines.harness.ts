import { FaultProxy, type EventsServer, type TestDatabase } from '#testing';

/** The ways from a server to what it depends on, each of which can be made to fail. */
export interface Lines {
  readonly ledger: FaultProxy;
  readonly keys: FaultProxy;
  /** In PostgreSQL the events come by the ledger's line. */
  readonly events: FaultProxy;
}

/** The databases of the ledger and of the keys, in this order. */
export type LedgerAndKeys = readonly [TestDatabase, TestDatabase];

/** Opens a line to each, and one to the server of the events where there is one. */
export async function openLines(
  [ledger, keys]: LedgerAndKeys,
  double: EventsServer | undefined,
): Promise<Lines> {
  const toLedger = await FaultProxy.open(addressOf(ledger.url));
  return {
    ledger: toLedger,
    keys: await FaultProxy.open(addressOf(keys.url)),
    events: double ? await FaultProxy.open({ host: '127.0.0.1', port: double.port }) : toLedger,
  };
}

/** Every line once. */
export function eachOf(lines: Lines | undefined): FaultProxy[] {
  return [...new Set(lines === undefined ? [] : [lines.ledger, lines.keys, lines.events])];
}

/** The variables that send a server over the lines. */
export function variablesThrough(
  lines: Lines,
  [ledger, keys]: LedgerAndKeys,
  double: EventsServer | undefined,
): Record<string, string> {
  return {
    DATABASE_URL: throughLine(ledger.url, lines.ledger),
    KEYSTORE_URL: throughLine(keys.url, lines.keys),
    ...(double && { EVENTSTORE_URL: `esdb://127.0.0.1:${String(lines.events.port)}?tls=false` }),
  };
}

function addressOf(url: string) {
  return { host: '127.0.0.1', port: Number(new URL(url).port) };
}

function throughLine(url: string, { port }: FaultProxy): string {
  return Object.assign(new URL(url), { port }).href;
}
