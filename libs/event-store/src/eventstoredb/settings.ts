import { parseConnectionString, type StoreAddress } from './connection-string.js';

/** How the EventStoreDB adapter reaches its server and how long it waits. */
export interface EventStoreDbOptions {
  /** `esdb://user:password@host:port[,…]?tlsCAFile=…`; see {@link parseConnectionString}. */
  readonly connectionString: string;
  /** The same store for the user who closes streams and scavenges. Default: {@link connectionString}. */
  readonly eraserConnectionString?: string;
  /** Time limit of each append, close, look-up and page of a read. Default: its `defaultDeadline`, or 5000 ms. */
  readonly timeoutMs?: number;
  /** One attempt of a call takes at most this long; then another node is asked. Default 2000 ms. */
  readonly attemptMs?: number;
  /** How often a call whose connection was lost is made again, identically. Default 3. */
  readonly resends?: number;
  /** At most this many events in one page of a read. Default 500. */
  readonly pageEvents?: number;
  /** At most this many events wait for the consumer of a subscription. Default 1000. */
  readonly bufferEvents?: number;
  /** A subscription that hears nothing for this long asks whether it missed something. Default 5000 ms. */
  readonly watchMs?: number;
  /** Told of every failure that a subscription survives, for logs and metrics; the error carries no event data. */
  readonly onTrouble?: (error: Error) => void;
}

/** The same with every default filled in. */
export interface Settings {
  readonly address: StoreAddress;
  readonly eraserAddress: StoreAddress;
  readonly timeoutMs: number;
  readonly attemptMs: number;
  readonly resends: number;
  readonly pageEvents: number;
  readonly bufferEvents: number;
  readonly watchMs: number;
  readonly onTrouble: (error: Error) => void;
}

/** Fills in the defaults. Throws `BadConnectionString`. */
export function toSettings(options: EventStoreDbOptions): Settings {
  const address = parseConnectionString(options.connectionString);
  return {
    address,
    eraserAddress:
      options.eraserConnectionString === undefined
        ? address
        : parseConnectionString(options.eraserConnectionString),
    timeoutMs: options.timeoutMs ?? address.numbers.defaultDeadline ?? 5000,
    attemptMs: options.attemptMs ?? 2000,
    resends: options.resends ?? 3,
    pageEvents: options.pageEvents ?? 500,
    bufferEvents: options.bufferEvents ?? 1000,
    watchMs: options.watchMs ?? 5000,
    onTrouble: options.onTrouble ?? (() => undefined),
  };
}
